"""What each further submission of a grading run costs, right and wrong, and how much memory a worker takes.

Aims: 150 ms for a right submission with all its checks, 400 ms for a wrong one with its diagnosis, 400 MB resident.
All submissions of a `gradkata grade` run meet the same generated cases; `check` and `watch` draw new ones each time.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import time
from collections.abc import Sequence

from gradkata.content import find_kit
from gradkata.grading.grader import Grader
from gradkata.grading.submission import Submission

EXERCISE = "clip_grad_norm"
SEED = 1


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=20, help="how many of each kind")
    count = parser.parse_args().submissions
    kit = find_kit()
    exercise = kit.exercise(EXERCISE)
    right = [solution.source for solution in exercise.solutions() if not solution.loses]
    wrong = [mistake.variants[0].source for mistake in exercise.mistakes()]
    with Grader(kit) as grader:

        def milliseconds(sources: Sequence[str], seed: int | None, *, full_marks: bool) -> list[float]:
            times = []
            for number in range(count):
                # A comment makes each source a new one, as a class would send them.
                source = f"{sources[number % len(sources)]}\n# submission {number}\n"
                started = time.perf_counter()
                report = grader.grade(exercise, Submission.of("submission.py", source), seed)
                times.append((time.perf_counter() - started) * 1e3)
                if (report.points == report.max_points) is not full_marks:
                    sys.exit(f"{report.points:g} of {report.max_points:g} points: nothing measured")
            return times

        # The first of each kind pays for what all others share.
        grader.grade(exercise, Submission.of("first.py", right[0]), SEED)
        grader.grade(exercise, Submission.of("first.py", wrong[0]), SEED)
        rows = [
            ("right, each further one of a run", milliseconds(right, SEED, full_marks=True), "aim 150"),
            ("right, each on new cases", milliseconds(right, None, full_marks=True), ""),
            ("wrong, each further one of a run", milliseconds(wrong, SEED, full_marks=False), "aim 400"),
        ]
    for name, times, aim in rows:
        print(f"{name:34}{statistics.median(times):8.0f} ms   median of {count}, at most {max(times):.0f}; {aim}")
    # The kernel's highest mark among all processes that this one has waited for, and theirs; in KiB on Linux.
    unit = 1 if sys.platform == "darwin" else 1024
    resident = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit / 1e6
    print(f"{'worker, resident at most':34}{resident:8.0f} MB   aim 400")


if __name__ == "__main__":
    main()
