"""Whether a long run leaves anything behind: processes, descriptors, temporary files, or memory that only grows.

Grades references, mistakes and attacks of `clip_grad_norm`, each with a comment of its own, and tells on the way how
fast it goes and what it holds: `python benchmarks/soak.py [COUNT]`. Ends with an error where something is left.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from class_of_500 import EXERCISE, PROGRAM, below, resident, write_class

COUNT = 1000
ATTACKS = Path(__file__).parents[1] / "tests" / "attacks"
MARKS = (0.05, 0.1, 0.25, 0.5, 1.0)
SPARE_DESCRIPTORS = 16  # of pipes and sockets that are open at one moment and not at another
SPARE_MEMORY = 32 << 20  # of what is there at one moment and not at another
KEPT_MEMORY = 4096  # bytes a submission: what the summary at the end needs of each
ONE_IN = 100  # submissions is an attack


@dataclass(frozen=True)
class Sample:
    """What a run and all processes below it hold at one moment."""

    graded: int
    seconds: float
    memory: int
    processes: int
    descriptors: int


def descriptors(process: int) -> int:
    """How many a process has open."""
    try:
        return sum(1 for _ in Path(f"/proc/{process}/fd").iterdir())
    except OSError:
        return 0


def alive_with(text: str) -> list[int]:
    """Processes whose environment has this text."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if text.encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def write_attacks(folder: Path, count: int) -> None:
    """Attacks in place of some submissions; those that would use up their time are left out."""
    sources = []
    for file in sorted(ATTACKS.glob("*/*.py")):
        source = file.read_text(encoding="utf-8")
        if "\nLimit:" not in source and "\nExercise:" not in source:
            sources.append(source.replace("@ROOT@", "/"))
    for number in range(0, count, ONE_IN):
        source = sources[number // ONE_IN % len(sources)]
        (folder / f"student_{number:05d}.py").write_text(f"{source}\n# attack {number}\n", encoding="utf-8")


def soak(folder: Path, out: Path, environment: dict[str, str]) -> list[Sample]:
    """Grade the folder; what was held, second by second."""
    samples = []
    command = [sys.executable, "-c", PROGRAM, "grade", EXERCISE, str(folder), "--out", str(out)]
    started = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        out.touch()
        with out.open("rb") as results:
            graded = 0
            while process.poll() is None:
                time.sleep(1.0)
                graded += results.read().count(b"\n")
                tree = below(process.pid)
                open_ = sum(map(descriptors, tree))
                samples.append(Sample(graded, time.perf_counter() - started, resident(tree), len(tree), open_))
    if process.returncode not in (0, 1):
        sys.exit(f"grading ended with exit code {process.returncode}")
    return samples


def around(samples: list[Sample], graded: float) -> Sample:
    """What was held typically while this many were graded: children come and go."""
    near = sorted(samples, key=lambda one: abs(one.graded - graded))[:9]
    return Sample(
        graded=max(one.graded for one in near),
        seconds=max(one.seconds for one in near),
        memory=int(statistics.median(one.memory for one in near)),
        processes=int(statistics.median(one.processes for one in near)),
        descriptors=int(statistics.median(one.descriptors for one in near)),
    )


def main() -> None:
    """Grade, print what was held, and fail where something is left."""
    if sys.platform != "linux":
        sys.exit("what processes hold is read from /proc, which Linux has")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        for name in ("class", "tmp"):
            (root / name).mkdir()
        write_class(root / "class", count)
        write_attacks(root / "class", count)
        scratch = root / "tmp"
        environment = {**os.environ, "GRADKATA_CACHE": str(root / "cache"), "TMPDIR": str(scratch)}
        samples = soak(root / "class", root / "out.jsonl", environment)
        left_files = sorted(path.name for path in scratch.iterdir())
        left_processes = alive_with(f"TMPDIR={scratch}\0")
    print(f"{count} submissions of {EXERCISE}, one in {ONE_IN} an attack; {os.cpu_count()} cores")
    print(f"{'graded':>8}{'seconds':>9}{'a second':>10}{'memory, MB':>12}{'processes':>11}{'descriptors':>13}")
    held = [around(samples[3:-3] or samples, mark * count) for mark in MARKS]
    for one in held:
        rate = one.graded / one.seconds
        print(
            f"{one.graded:>8}{one.seconds:>9.0f}{rate:>10.1f}{one.memory / 1e6:>12.0f}"
            f"{one.processes:>11}{one.descriptors:>13}"
        )
    print(f"afterwards: {len(left_processes)} processes, {len(left_files)} temporary files")
    early, late = held[-2], held[-1]  # in the first half each grader meets every source for the first time
    grown, more = late.memory - early.memory, late.graded - early.graded
    print(f"memory grew by {grown / 1e6:.1f} MB over {more} submissions")
    faults = [
        *(["processes are left"] if left_processes else []),
        *([f"temporary files are left: {', '.join(left_files[:5])}"] if left_files else []),
        *(["descriptors are left"] if late.descriptors > early.descriptors + SPARE_DESCRIPTORS else []),
        *(["memory grows"] if grown > SPARE_MEMORY + more * KEPT_MEMORY else []),
    ]
    if faults:
        sys.exit("; ".join(faults))


if __name__ == "__main__":
    main()
