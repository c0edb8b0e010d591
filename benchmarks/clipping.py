"""The fastest reference of each clipping exercise as a ratio to PyTorch's function, on every shape.

Aims: one reference that is never slower than 1.05, and at most 0.6 on large gradients that need no clipping.
"""

from __future__ import annotations

import argparse

from gradkata.bench.results import Comparison
from gradkata.bench.running import BENCH_FILE, compare
from gradkata.content import find_kit


def fastest(comparison: Comparison, answers: list[str]) -> tuple[str, dict[tuple[str, str], float]]:
    """The reference whose slowest case is the least slow, with its ratios on the CPU."""
    ratios = {
        name: {case: one.ratio for case, one in comparison.of("cpu", name).items() if one.agrees} for name in answers
    }
    complete = {name: found for name, found in ratios.items() if len(found) == len(comparison.cases("cpu"))}
    best = min(complete, key=lambda name: max(complete[name].values()))
    return best, complete[best]


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    for exercise in find_kit().exercises():
        if not (exercise.grader_folder / BENCH_FILE).is_file() or len(exercise.entry_points) > 1:
            continue
        comparison = compare(exercise, None, rounds, lambda _: None)
        best, ratios = fastest(comparison, [one.name for one in exercise.solutions()])
        worst_case, worst = max(ratios.items(), key=lambda item: item[1])
        idle = ratios["few large", "not clipping"]
        where = ", ".join(worst_case)
        print(f"{exercise.id:26}{best:20} at most {worst:.2f} ({where}); idle on large {idle:.2f}", flush=True)


if __name__ == "__main__":
    main()
