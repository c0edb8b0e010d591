"""What progress costs with 100,000 attempts: `list`, `progress`, `review` and one more attempt.

Each command is a new process, so its time is shown beside that of a process that only starts (`gradkata --version`),
in turn with it; what is left is the command's own work. The first `review` looks at every attempt once and is shown
apart. Aim: the answers themselves take less than 200 ms.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gradkata.content import find_kit
from gradkata.practice.attempt import Attempt, KindPoints, NamedMistake, kit_name
from gradkata.practice.progress import Progress
from gradkata.practice.rows import insert
from gradkata.practice.store import ENVIRONMENT_VARIABLE, Store

GRADKATA = str(Path(sys.executable).with_name("gradkata"))
KINDS = ("correctness", "parity", "robustness", "ordering", "intermediates", "synchronisation", "devices", "integrity")


def attempts(count: int) -> list[Attempt]:
    """Three years of practice, drawn at random but always alike."""
    draw = random.Random(7)  # noqa: S311
    exercises = find_kit().exercises()
    start = datetime.now(UTC) - timedelta(days=1000)
    made = []
    for number in range(count):
        passed = draw.random() < 0.2
        title = f"mistake {draw.randrange(30)}"
        made.append(
            Attempt(
                kit=kit_name(exercises[0]),
                exercise=draw.choice(exercises).id,
                at=start + timedelta(days=1000) * (number / count),
                origin="check",
                source=f"# {draw.randrange(count)}\n" * 30,
                verdict="passed" if passed else "failed",
                points=100.0 if passed else draw.randrange(100),
                max_points=100.0,
                seconds=0.4,
                seed=number,
                mistakes=() if passed else (NamedMistake(title, f"{title}."),),
                kinds=tuple(KindPoints(kind, 10.0, 12.5) for kind in KINDS),
                hints=draw.randrange(4),
                answers_seen=False,
            )
        )
    return made


def seconds(*arguments: str) -> float:
    """The wall time of one process."""
    started = time.perf_counter()
    subprocess.run([GRADKATA, *arguments], check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    return time.perf_counter() - started


def show(what: str, took: float, note: str = "") -> None:
    """One line."""
    print(f"{what:<44}{took * 1000:8.0f} ms  {note}")


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attempts", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ[ENVIRONMENT_VARIABLE] = folder
        store = Store.of_user()
        made = attempts(options.attempts)
        with store.writing() as connection:
            for attempt in made:
                insert(connection, attempt)
        print(f"{options.attempts} attempts, {store.path.stat().st_size >> 20} MiB")
        show("gradkata review, the first", seconds("review"), "looks at every attempt once")
        seconds("--version")
        for command in ("list", "progress", "review"):
            pairs = [(seconds("--version"), seconds(command)) for _ in range(options.rounds)]
            start = statistics.median(first for first, _ in pairs)
            own = statistics.median(second - first for first, second in pairs)
            show(f"gradkata {command}", start + own, f"of which {own * 1000:.0f} ms beyond starting (aim 200)")
        kit = find_kit()
        answers, records = [], []
        for _ in range(options.rounds):
            started = time.perf_counter()
            Progress.of(store, kit)
            answers.append(time.perf_counter() - started)
            attempt = attempts(1)[0]
            started = time.perf_counter()
            store.record(attempt)
            records.append(time.perf_counter() - started)
        show("all that `progress` asks, in one process", statistics.median(answers))
        show("one more attempt", statistics.median(records))


if __name__ == "__main__":
    main()
