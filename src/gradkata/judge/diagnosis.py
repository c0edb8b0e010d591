"""Naming the mistake: a submission is compared with the kit's own wrong answers, case by case and facet by facet.

A mistake's *fingerprint* is every place where the contract rejects it, with how it behaved there. A submission makes
the same mistake when the contract rejects it in all of those places and it behaved alike.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import torch

from gradkata.judge.case import Case
from gradkata.judge.contract import UNKNOWN_ARGUMENT
from gradkata.judge.judging import Key, Raw, Run
from gradkata.judge.suite import Suite
from gradkata.report.model import Kind

_LARGE = 4096
_MOST_NAMED = 3
Fingerprint = dict[Key, object]


@dataclass(frozen=True, slots=True)
class Suspect:
    """One executable of a mistake: `mistake` is its name, `rank` its place when others explain as much."""

    mistake: str
    rank: int
    fingerprint: Fingerprint
    facets: tuple[str, ...] = ()


def fingerprint(suite: Suite, raws: Sequence[Raw], run: Run, fixed: Iterable[str]) -> Fingerprint:
    """Where and how a run is rejected, over the cases in `fixed` (ids) and the tripwires."""
    known = set(fixed)
    found: Fingerprint = {}
    for raw in raws:
        contract = suite.contract_of(raw.check)
        for key in raw.failing:
            case, call, facet = key
            if case == "violation" or facet == "ended":
                found[key] = True
            elif case in known:
                found[key] = _plain(contract.behaviour(facet, run.seen[case], call))
    return found


@dataclass(frozen=True, slots=True)
class Places:
    """What a place (case and facet) is worth to a diagnosis, and how close two numbers there must be to be alike.

    Attributes:
        core: places that show the mathematics or the order itself: a mistake that shows there is recognised by them
            even where another mistake covers it up elsewhere.
        required: places that required checks look at.
        tolerance: for each case, a relative difference.
    """

    core: frozenset[tuple[str, str]]
    required: frozenset[tuple[str, str]]
    tolerance: Mapping[str, float]
    _asked: dict[int, tuple[Suspect, _Asked]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, suite: Suite, cases: Iterable[Case]) -> Places:
        """The places of a suite's fixed cases."""
        looked_at = {
            check.id: {(case.id, facet) for case in check.cases for facet in (*check.facets, "outcome")}
            for check in suite.checks
        }
        core = [looked_at[check.id] for check in suite.checks if check.kind in (Kind.CORRECTNESS, Kind.ORDERING)]
        required = [looked_at[check.id] for check in suite.checks if check.required]
        return cls(
            core=frozenset().union(*core),
            required=frozenset().union(*required),
            tolerance={case.id: case.likeness for case in cases},
        )

    def count(self, keys: Iterable[Key], places: frozenset[tuple[str, str]]) -> int:
        """How many of the keys are among the places."""
        return sum((case, facet) in places for case, _, facet in keys)

    def asked(self, suspect: Suspect) -> _Asked:
        """What is asked of a suspect here, found out once: every wrong submission is compared with all of them."""
        _, asked = self._asked.get(id(suspect), (None, None))
        if asked is None:
            asked = _Asked.of(suspect, self)
            self._asked[id(suspect)] = suspect, asked  # kept, so that no other gets its number
        return asked


@dataclass(frozen=True, slots=True)
class _Asked:
    """Of a suspect's fingerprint what counts, and the keys of what must be alike."""

    touched: set[Key]
    relevant: Fingerprint
    in_core: set[Key]
    needed: set[Key]

    @classmethod
    def of(cls, suspect: Suspect, places: Places) -> _Asked:
        touched = {key for key in suspect.fingerprint if key[0] == "violation"}
        relevant = {
            key: value for key, value in suspect.fingerprint.items() if not suspect.facets or key[2] in suspect.facets
        }
        in_core = {key for key in relevant if (key[0], key[2]) in places.core}
        # What costs points alone, such as one wait more, belongs to how the mistake is written and not to the mistake.
        needed = {key for key in relevant if (key[0], key[2]) in places.required} or set(relevant)
        return cls(touched, relevant, in_core, needed)


def name_mistakes(mine: Fingerprint, suspects: Sequence[Suspect], places: Places) -> tuple[list[str], bool]:
    """The mistakes that explain a fingerprint, the weightiest first, and whether nothing is left over."""
    raises_in_core = any((case, facet) in places.core for case, _, facet in mine if facet == "outcome")
    same = _Same(mine, places.tolerance)
    matches = [(suspect, _match(places.asked(suspect), mine, raises_in_core, same)) for suspect in suspects]
    matches = [(suspect, match) for suspect, match in matches if match.explained]
    named, left = _explain(matches, set(mine), places)
    unclear = {key for key in left if (key[0], key[2]) in places.core}
    if unclear:
        # Whoever has the mathematics wrong has the same facet wrong nearly everywhere: that it is wrong in the special
        # situation of some mistake, too, does not speak for that mistake.
        facets = {facet for _, _, facet in unclear}
        matches = [(suspect, match) for suspect, match in matches if not _follows(match, facets, unclear, places)]
        named, left = _explain(matches, set(mine), places)
    return named, not left


def _explain(matches: Sequence[tuple[Suspect, _Match]], mine: set[Key], places: Places) -> tuple[list[str], set[Key]]:
    """At most three mistakes, each of which explains most of what those before it leave over; and what is left."""
    remaining = set(mine)
    named: list[str] = []
    while remaining and len(named) < _MOST_NAMED:
        best: tuple[tuple[int, ...], str] | None = None
        for suspect, match in matches:
            if suspect.mistake in named:
                continue
            new = match.explained & remaining
            if not new:
                continue
            score = _score(suspect, match, new, places)
            if best is None or score > best[0]:
                best = (score, suspect.mistake)
        if best is None:
            break
        named.append(best[1])
        # What one way of making a mistake does not explain, another way of making it may.
        remaining.difference_update(*(match.explained for suspect, match in matches if suspect.mistake == best[1]))
    return named, remaining


def _follows(match: _Match, facets: set[str], unclear: set[Key], places: Places) -> bool:
    """Whether all that a suspect explains of what is required is to be expected of anything with these facets wrong."""
    required = {key for key in match.explained if (key[0], key[2]) in places.required}
    if not required or any(facet not in facets for _, _, facet in required):
        return False
    return places.count(required, places.core) < len(unclear)


def _score(suspect: Suspect, match: _Match, new: set[Key], places: Places) -> tuple[int, ...]:
    """What is wrong at the core comes first, then what costs the verdict, then what costs points.

    Among those a whole match counts for more than a partial one, then how much is explained and how exactly, then how
    little the mistake would do beside that.
    """
    core, required = places.count(new, places.core), places.count(new, places.required)
    return (core, required > 0, match.whole, len(new), match.exact, -len(suspect.fingerprint), -suspect.rank)


@dataclass(frozen=True, slots=True)
class _Match:
    """The places that a suspect explains; whether all that the suspect does is seen there; exceptions of one type."""

    explained: set[Key]
    whole: bool = False
    exact: int = 0


@dataclass(frozen=True, slots=True)
class _Same:
    """Whether a behaviour is like that of `mine` in the same place. What suspects share is compared once."""

    mine: Fingerprint
    tolerance: Mapping[str, float]
    known: dict[tuple[Key, int], bool] = field(default_factory=dict)

    def __call__(self, key: Key, value: object) -> bool:
        place = (key, id(value))  # the suspects keep their values while they are compared
        found = self.known.get(place)
        if found is None:
            found = self.known[place] = alike(value, self.mine[key], self.tolerance.get(key[0], 1e-5))
        return found


def _match(asked: _Asked, mine: Fingerprint, raises_in_core: bool, same: _Same) -> _Match:
    relevant, in_core, needed = asked.relevant, asked.in_core, asked.needed
    if asked.touched:  # what was forbidden explains whatever came of it
        return _Match(set(mine), True) if asked.touched <= mine.keys() else _Match(set())

    def matches(key: Key) -> bool:
        if key not in mine:
            return False
        return _end_alike(relevant[key], mine[key]) if key[2] == "outcome" else same(key, relevant[key])

    if in_core <= needed and not all(map(matches, in_core)):
        return _Match(set())  # as below, and mostly it ends here
    matched = set(filter(matches, relevant))
    if raises_in_core and any(key[2] == "outcome" for key in matched - in_core) and not in_core:
        return _Match(set())  # it raises everywhere, so that it raises here too says nothing
    exact = sum(key[2] == "outcome" and relevant[key] == mine[key] for key in matched)
    if raises_in_core and in_core and not exact and all(key[2] == "outcome" for key in matched):
        return _Match(set())  # both raise in the plainest cases, but not the same
    if needed and needed <= matched:
        return _Match(matched, True, exact)
    # Another mistake may cover this one up in special situations; the mathematics itself must be alike throughout.
    if in_core and in_core <= matched and 2 * len(matched) >= len(relevant):
        return _Match(matched, False, exact)
    return _Match(set())


def _end_alike(one: object, other: object) -> bool:
    """Whether two calls may have ended as they did by one mistake.

    Both raise, whatever the exceptions, or neither does where it should; an unknown argument is like no other error.
    """
    if (one is None) != (other is None):
        return False
    return (UNKNOWN_ARGUMENT in str(one)) == (UNKNOWN_ARGUMENT in str(other))


def alike(one: object, other: object, relative: float) -> bool:
    """Whether two plain behaviours are the same within a relative tolerance."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return _close(one, other, relative)
    if isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            return False
        for a, b in zip(one, other, strict=True):
            numbers = type(a) is float and type(b) is float  # nearly all are: said here, not asked of each again
            if not (_close(a, b, relative) if numbers else alike(a, b, relative)):
                return False
        return True
    return type(one) is type(other) and bool(one == other)


def _close(one: float, other: float, relative: float) -> bool:
    if one == other:
        return True
    difference = abs(one - other)
    if difference < math.inf:
        return difference <= relative * max(abs(one), abs(other)) + 1e-8
    return math.isnan(one) and math.isnan(other)


def _plain(value: object) -> object:
    """A behaviour as JSON can hold it."""
    if isinstance(value, torch.Tensor):
        numbers = value.double().flatten()
        if numbers.numel() > _LARGE:
            numbers = torch.cat([numbers[:16], numbers.norm().reshape(1)])
        return [list(value.shape), numbers.tolist()]
    if isinstance(value, (list, tuple)):
        return [_plain(element) for element in value]
    return value
