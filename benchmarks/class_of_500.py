"""What grading a class costs: 500 submissions, right and wrong, with the sandbox on; then again from the cache.

Each is a reference answer or a known mistake of `clip_grad_norm` with a comment of its own, so that none is known.
`python benchmarks/class_of_500.py [COUNT]` grades another number.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from gradkata.content import find_kit
from gradkata.worker.confine import probe

EXERCISE = "clip_grad_norm"
PROGRAM = "from gradkata.cli import main; main()"


def write_class(folder: Path, count: int) -> None:
    """The submissions: half of them right."""
    exercise = find_kit().exercise(EXERCISE)
    right = [solution.source for solution in exercise.solutions()]
    wrong = [variant.source for mistake in exercise.mistakes() for variant in mistake.variants]
    for number in range(count):
        sources = right if number % 2 else wrong
        source = sources[number // 2 % len(sources)]
        (folder / f"student_{number:05d}.py").write_text(f"{source}\n# by student {number}\n", encoding="utf-8")


def below(process: int) -> list[int]:
    """A process and all that it started, as far as they are there (Linux; else itself alone)."""
    try:
        started = [file.read_text() for file in Path(f"/proc/{process}/task").glob("*/children")]
    except OSError:  # it ended meanwhile
        started = []
    return [process, *(found for children in started for child in children.split() for found in below(int(child)))]


def resident(processes: Iterable[int]) -> int:
    """The memory of these processes in bytes, memory that they share counted once (Linux; else 0)."""
    total = 0
    for process in processes:
        try:
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) << 10 for line in rollup.splitlines() if line.startswith("Pss:"))
    return total


def grade(folder: Path, environment: dict[str, str], out: Path) -> tuple[float, int, list[dict[str, object]]]:
    """Seconds, peak of memory in bytes, and the reports of one run of the program."""
    command = [sys.executable, "-c", PROGRAM, "grade", EXERCISE, str(folder), "--out", str(out)]
    peak = 0
    ended = threading.Event()
    start = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8"
    )

    def watch() -> None:
        nonlocal peak
        while not ended.wait(1.0):
            peak = max(peak, resident(below(process.pid)))

    watcher = threading.Thread(target=watch)
    watcher.start()
    output, _ = process.communicate()
    seconds = time.perf_counter() - start
    ended.set()
    watcher.join()
    if process.returncode not in (0, 1):
        sys.exit(f"grading ended with exit code {process.returncode}")
    return seconds, peak, [json.loads(line) for line in output.splitlines()]


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        folder = root / "class"
        folder.mkdir()
        write_class(folder, count)
        environment = {**os.environ, "GRADKATA_CACHE": str(root / "cache")}
        print(f"{count} submissions of {EXERCISE}, {os.cpu_count()} cores, {probe().line}")
        seconds, peak, reports = grade(folder, environment, root / "first.jsonl")
        verdicts = Counter(str(report["verdict"]) for report in reports)
        print(f"graded in {seconds:.1f} s: {count / seconds:.1f} a second; at most {peak / 1e6:.0f} MB in all")
        print("  " + ", ".join(f"{number} {verdict}" for verdict, number in sorted(verdicts.items())))
        seconds, _, again = grade(folder, environment, root / "second.jsonl")
        print(f"again, from the cache: {seconds:.1f} s; {'the same' if again == reports else 'OTHER'} reports")
        # A mistake may pass where only an optional check refuses it, but never in full; a reference always passes.
        right = all(
            report["verdict"] == "passed" if number % 2 else report["points"] != report["max_points"]
            for number, report in enumerate(reports)
        )
        if not right or again != reports:
            sys.exit("the reports are not what they should be")


if __name__ == "__main__":
    main()
