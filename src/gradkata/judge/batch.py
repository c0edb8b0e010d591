"""Many small cases that are laid out, run and compared in one piece: what generated cases cost is mostly overhead.

Only where something is wrong is one of them looked at by itself, as every other case is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch

from gradkata.judge.case import Case
from gradkata.judge.contract import Contract, Expectation, Limits
from gradkata.judge.observations import BatchObservation, Call, Observation
from gradkata.judge.seen import Mismatch, Seen, join_call
from gradkata.protocol.arena import Arena, dtype_name
from gradkata.protocol.messages import BatchedMessage, BatchMessage, Place

_IN_ONE_PIECE = {"returned", "gradients"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """The gradients of all cases of one dtype, side by side: `members` are the cases' numbers, in order."""

    values: torch.Tensor
    place: Place
    members: tuple[int, ...]
    starts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PlacedBatch:
    """Cases whose gradients lie side by side (`Case.flat`), with their places in an arena."""

    cases: tuple[Case, ...]
    sheets: tuple[Sheet, ...]
    message: BatchMessage
    arena: Arena
    _wanted: dict[tuple[int, ...], tuple[Contract, _Wanted]] = field(default_factory=dict)
    _alone: dict[int, Case] = field(default_factory=dict)

    def alone(self, number: int) -> Case:
        """One case as it is judged by itself: the same object each time, so that what is expected is known."""
        if number not in self._alone:
            self._alone[number] = replace(self.cases[number], flat=None)
        return self._alone[number]

    def wanted(self, contract: Contract, numbers: Sequence[int]) -> _Wanted:
        """What these cases should bring about: the same for every submission that meets them."""
        key = (id(contract), *numbers)
        known = self._wanted.get(key)
        if known is None:
            calls = {number: contract.expect(self.cases[number], 0) for number in numbers}
            limits = [_limits(sheet, calls) for sheet in self.sheets]
            known = self._wanted[key] = contract, _Wanted(calls, limits)
        return known[1]


@dataclass(frozen=True, slots=True)
class _SheetLimits:
    """What the asked cases of a sheet may hold afterwards: `parts` of it, in float64, each case's from `starts` on."""

    members: tuple[int, ...]
    parts: list[slice]
    starts: list[int]
    limits: Limits


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The expectation of each case, and for each sheet the limits of all of them in one piece."""

    calls: dict[int, Expectation]
    limits: list[_SheetLimits | None]


def _limits(sheet: Sheet, calls: dict[int, Expectation]) -> _SheetLimits | None:
    members, parts, starts, low, high, start = [], [], [], [], [], 0
    for number, begin in zip(sheet.members, sheet.starts, strict=True):
        right = calls[number].flat if number in calls else None
        if right is None:
            continue
        smallest, largest = right.limits(calls[number].relative, sheet.values.dtype)
        members.append(number)
        parts.append(slice(begin, begin + len(smallest)))
        starts.append(start)
        low.append(smallest)
        high.append(largest)
        start += len(smallest)
    return _SheetLimits(tuple(members), parts, starts, (np.concatenate(low), np.concatenate(high))) if members else None


def reserve_batch(cases: Sequence[Case], arena: Arena) -> PlacedBatch:
    """Reserve room for the cases' gradients, by dtype."""
    members: dict[torch.dtype, list[int]] = {}
    for number, case in enumerate(cases):
        members.setdefault(_flat(case).dtype, []).append(number)
    messages: list[BatchedMessage | None] = [None] * len(cases)
    sheets = []
    for dtype, numbers in members.items():
        values = torch.cat([_flat(cases[number]) for number in numbers])
        place = arena.reserve(values)
        starts, start = [], 0
        for number in numbers:
            case = cases[number]
            messages[number] = BatchedMessage(
                entry=case.entry,
                dtype=dtype_name(dtype),
                offset=place["offset"] + start * values.element_size(),
                shapes=[list(item.grad.shape) for item in case.items if item.grad is not None],
                args=list(case.args),
                kwargs=case.kwargs,
            )
            starts.append(start)
            start += _flat(case).numel()
        sheets.append(Sheet(values, place, tuple(numbers), tuple(starts)))
    whole = [message for message in messages if message is not None]
    return PlacedBatch(tuple(cases), tuple(sheets), BatchMessage(subject=cases[0].subject, cases=whole), arena)


def fill_batch(placed: PlacedBatch) -> None:
    """Write the cases' gradients to their places."""
    for sheet in placed.sheets:
        placed.arena.write(sheet.place, sheet.values)


def _flat(case: Case) -> torch.Tensor:
    assert case.flat is not None
    return case.flat


@dataclass(slots=True)
class SeenBatch:
    """What was seen of a batch.

    Attributes:
        after: the sheets' values after all calls.
        odd: the calls in which anything but the gradients' values and the returned number was remarkable.
    """

    placed: PlacedBatch
    observation: BatchObservation
    after: list[torch.Tensor]
    odd: dict[int, Call]
    _numbers: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._numbers = {case.id: number for number, case in enumerate(self.placed.cases)}

    def numbers_of(self, cases: Sequence[Case]) -> list[int]:
        """Where these cases stand in the batch."""
        return [self._numbers[case.id] for case in cases]

    def seen(self, number: int) -> Seen:
        """One case by itself."""
        case = self.placed.alone(number)
        call = self.odd.get(number)
        if call is None:
            call = self.observation.call(number, len(case.items))
        values = Observation("", 0.0, [], self.observation.tensors)
        return Seen(case, [join_call(case, call, values, self._gradients(number))], dict(self.observation.tensors))

    def _gradients(self, number: int) -> list[torch.Tensor]:
        """The gradients of one case as they are in the shared memory now."""
        case = self.placed.cases[number]
        for sheet, after in zip(self.placed.sheets, self.after, strict=True):
            if number in sheet.members:
                start = sheet.starts[sheet.members.index(number)]
                grads = [item.grad for item in case.items if item.grad is not None]
                parts = torch.split(after[start : start + _flat(case).numel()], [grad.numel() for grad in grads])
                return [part.view(grad.shape) for part, grad in zip(parts, grads, strict=True)]
        raise LookupError(number)

    def failing(self, contract: Contract, facets: Sequence[str], numbers: Sequence[int]) -> list[int]:
        """Which of the cases something is wrong with, in order."""
        if not _IN_ONE_PIECE.issuperset(facets) or type(contract).gradients is not Contract.gradients:
            return [number for number in numbers if _wrong(contract, facets, self.seen(number))]
        wanted = self.placed.wanted(contract, numbers)
        wrong = set()
        if "returned" in facets:
            for number, call in wanted.calls.items():
                if not contract.is_right_number(call, self.observation.numbers[number]):
                    wrong.add(number)
        if "gradients" in facets:
            wrong.update(self._out_of_range(wanted))
        closer = [number for number in numbers if number in self.odd]
        wrong.difference_update(closer)
        wrong.update(number for number in closer if _wrong(contract, facets, self.seen(number)))
        return sorted(wrong)

    def _out_of_range(self, wanted: _Wanted) -> Iterator[int]:
        """The cases of which a gradient has an element that is not as it should be."""
        for asked, after in zip(wanted.limits, self.after, strict=True):
            if asked is None:
                continue
            values, (low, high) = after.double().numpy(), asked.limits
            now = values if len(values) == len(low) else np.concatenate([values[part] for part in asked.parts])
            wrong = np.logical_or.reduceat(~((low <= now) & (now <= high)), asked.starts)
            yield from (asked.members[index] for index in np.flatnonzero(wrong))


def _wrong(contract: Contract, facets: Sequence[str], seen: Seen) -> bool:
    return any(True for _ in contract.problems(facets, seen))


def join_batch(placed: PlacedBatch, observation: BatchObservation) -> SeenBatch:
    """The observation of a batch together with what stands in the shared memory now.

    Raises:
        Mismatch: another number of cases, or of items in one, than there are.
    """
    if len(observation.numbers) != len(placed.cases):
        raise Mismatch(f"{len(observation.numbers)} cases observed where there are {len(placed.cases)}")
    for number, call in observation.odd.items():
        if not 0 <= number < len(placed.cases) or len(call.items) != len(placed.cases[number].items):
            raise Mismatch("another number of parameters than there are")
    after = [placed.arena.read(sheet.place) for sheet in placed.sheets]
    return SeenBatch(placed, observation, after, dict(observation.odd))
