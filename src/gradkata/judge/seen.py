"""What the judge saw of one case: the observation joined with the shared memory, which cannot lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import torch

from gradkata.judge.case import Case, Placed, sample
from gradkata.judge.observations import Call, ItemState, Observation, Probe, Raised, Returned
from gradkata.judge.problem import Problem
from gradkata.protocol.arena import Arena, dtype_name
from gradkata.protocol.messages import Place


@dataclass(frozen=True, slots=True)
class SeenCall:
    """One call of a case.

    `grads` and `data` are the values after the call, or None where there is none (or where it was not sent).
    """

    call: Call
    items: list[ItemState]
    grads: list[torch.Tensor | None]
    data: list[torch.Tensor | None]
    number: float | None

    @property
    def returned(self) -> Returned | None:
        return self.call.returned

    @property
    def error(self) -> Raised | None:
        return self.call.error

    @property
    def probe(self) -> Probe | None:
        return self.call.probe


@dataclass(frozen=True, slots=True)
class Seen:
    """All calls of a case.

    Attributes:
        peak_bytes: the kernel's count for the process that ran a memory case.
        judgements: what was found wrong, by check, as far as it has been judged.
    """

    case: Case
    calls: list[SeenCall]
    tensors: dict[str, torch.Tensor]
    peak_bytes: int | None = None
    judgements: dict[str, tuple[tuple[int, str, Problem], ...]] = field(default_factory=dict, compare=False, repr=False)


class Mismatch(Exception):
    """The observation does not describe the case that was sent."""


def join(placed: Placed, observation: Observation, peak_bytes: int | None = None) -> Seen:
    """The observation of a case together with what stands in the shared memory now.

    Raises:
        Mismatch: another number of calls or items than the case has.
    """
    case = placed.case
    count = case.calls
    if len(observation.calls) != count:
        raise Mismatch(f"{len(observation.calls)} calls observed where {count} were made")
    # After several calls the shared memory holds the last one's values only; then each call's are sent.
    in_memory = [
        None if count > 1 or item.graph else place for item, place in zip(case.items, placed.grad_places(), strict=True)
    ]
    calls = []
    for call in observation.calls:
        grads = [
            None if place is None else _now(case, placed.arena, place, item.grad)
            for item, place in zip(case.items, in_memory, strict=True)
        ]
        data = [
            None if place is None or case.mode == "memory" else _now(case, placed.arena, place, item.data)
            for item, place in zip(case.items, placed.data_places(), strict=True)
        ]
        calls.append(join_call(case, call, observation, grads, data))
    return Seen(case=case, calls=calls, tensors=dict(observation.tensors), peak_bytes=peak_bytes)


def _now(case: Case, arena: Arena, place: Place, before: torch.Tensor | None) -> torch.Tensor:
    """What stands at the place now, where the judge wrote `before`."""
    if case.mode == "memory":
        return sample(arena.view(place))
    return before if before is not None and arena.unchanged(place) else arena.read(place)


def join_call(
    case: Case,
    call: Call,
    observation: Observation,
    in_memory: Sequence[torch.Tensor | None],
    data: list[torch.Tensor | None] | None = None,
) -> SeenCall:
    """One call together with what stands in the shared memory.

    Raises:
        Mismatch: another number of items than the case has.
    """
    if len(call.items) != len(case.items):
        raise Mismatch("another number of parameters than there are")
    items = [state if state is not None else _unremarkable(case, number) for number, state in enumerate(call.items)]
    grads: list[torch.Tensor | None] = []
    for state, stands in zip(items, in_memory, strict=True):
        if not state.present:
            grads.append(None)
        elif state.value is not None:
            grads.append(observation.tensors.get(state.value))
        else:
            grads.append(stands if state.same_storage else None)
    return SeenCall(call, items, grads, data or [None] * len(items), observation.number(call.returned))


def _unremarkable(case: Case, number: int) -> ItemState:
    """A parameter and its gradient as they were, but for the values in the shared memory."""
    item = case.items[number]
    if item.grad is None:
        raise Mismatch("a gradient where there was none")
    return _as_before(item.grad.dtype, tuple(item.grad.shape), item.device)


@lru_cache(maxsize=4096)
def _as_before(dtype: torch.dtype, shape: tuple[int, ...], device: str) -> ItemState:
    return ItemState.model_construct(
        parameter_requires_grad=True,
        parameter_same_storage=True,
        parameter_graph=False,
        present=True,
        was_present=True,
        type="Tensor",
        same_object=True,
        same_storage=True,
        dtype=dtype_name(dtype),
        shape=list(shape),
        device=device,
        new_graph=False,
        requires_grad_changed=False,
        value=None,
    )
