"""Times that can be compared on a machine that does other things too.

The contenders take turns, so that a slow moment meets them all. Of several turns in a round the shortest counts, since
nothing makes a call faster than it is; the ratio is taken within the round, and the median over the rounds.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence

Sample = Callable[[], float]
"""Runs one call and returns its seconds; what prepares the call is not among them."""


def rounds_of(samples: Mapping[str, Sample], rounds: int, turns: int) -> list[dict[str, float]]:
    """For each round, the shortest of `turns` turns of every contender, in seconds."""
    names = list(samples)
    measured = []
    for number in range(rounds):
        shift = number % len(names)  # nobody always comes after the same one
        order = names[shift:] + names[:shift]
        best = dict.fromkeys(names, float("inf"))
        for _ in range(turns):
            for name in order:
                best[name] = min(best[name], samples[name]())
        measured.append(best)
    return measured


def turns_within(sweep: float, budget: float, least: int = 3, most: int = 50) -> int:
    """How many sweeps of that many seconds fit into a round's budget, within bounds."""
    return max(least, min(most, int(budget / sweep))) if sweep > 0 else most


def ratios(measured: Sequence[Mapping[str, float]], yardstick: str) -> dict[str, float]:
    """The median over the rounds of each contender's time as a ratio to the yardstick's in the same round."""
    return {name: statistics.median(one[name] / max(one[yardstick], 1e-9) for one in measured) for name in measured[0]}


def medians(measured: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The median over the rounds of each contender's time, in seconds."""
    return {name: statistics.median(one[name] for one in measured) for name in measured[0]}
