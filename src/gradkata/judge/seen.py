"""What the judge saw of one case: the observation joined with the shared memory, which cannot lie."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import torch

from gradkata.judge.case import Case, Placed, sample
from gradkata.judge.observations import Call, ItemState, Observation, Probe, Raised, Returned
from gradkata.protocol.arena import Arena, dtype_name


@dataclass(frozen=True, slots=True)
class SeenCall:
    """One call of a case.

    `grads` and `data` are the values after the call, or None where there is none (or where it was not sent). `flat`
    holds the gradients side by side where the case has them so and nothing but their values can have changed.
    """

    call: Call
    items: list[ItemState]
    grads: list[torch.Tensor | None]
    data: list[torch.Tensor | None]
    number: float | None
    flat: torch.Tensor | None = None

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
    """All calls of a case. `peak_bytes` is the kernel's count for the process that ran a memory case."""

    case: Case
    calls: list[SeenCall]
    tensors: dict[str, torch.Tensor]
    peak_bytes: int | None = None


class Mismatch(Exception):
    """The observation does not describe the case that was sent."""


def join(placed: Placed, observation: Observation, arena: Arena, peak_bytes: int | None = None) -> Seen:
    """The observation of a case together with what stands in the shared memory now.

    Raises:
        Mismatch: another number of calls or items than the case has.
    """
    case = placed.case
    if len(observation.calls) != case.calls:
        raise Mismatch(f"{len(observation.calls)} calls observed where {case.calls} were made")
    return Seen(
        case=case,
        calls=[_join_call(placed, call, observation, arena) for call in observation.calls],
        tensors=dict(observation.tensors),
        peak_bytes=peak_bytes,
    )


def _join_call(placed: Placed, call: Call, observation: Observation, arena: Arena) -> SeenCall:
    case = placed.case
    if len(call.items) != len(case.items):
        raise Mismatch("another number of parameters than there are")
    items = [state if state is not None else _unremarkable(case, number) for number, state in enumerate(call.items)]
    if placed.flat is not None and all(state is None for state in call.items):
        flat = arena.read(placed.flat)
        parts = torch.split(flat, [item.grad.numel() for item in case.items if item.grad is not None])
        views = [part.view(state.shape or ()) for part, state in zip(parts, items, strict=True)]
        number = observation.number(call.returned)
        return SeenCall(call, items, [*views], [None] * len(views), number, flat)
    # After several calls the shared memory holds the last one's values only; then each call's are sent.
    in_memory = case.calls == 1
    grads: list[torch.Tensor | None] = []
    for state, item, place in zip(items, case.items, placed.grad_places(), strict=True):
        if not state.present:
            grads.append(None)
        elif state.value is not None:
            grads.append(observation.tensors.get(state.value))
        elif in_memory and state.same_storage and place is not None and not item.graph:
            grads.append(sample(arena.view(place)) if case.mode == "memory" else arena.read(place))
        else:
            grads.append(None)
    data = [
        arena.read(place) if place is not None and case.mode != "memory" else None for place in placed.data_places()
    ]
    return SeenCall(call=call, items=items, grads=grads, data=data, number=observation.number(call.returned))


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
