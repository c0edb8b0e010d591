"""How far a training step moved the parameters, beside how far it should have."""

from __future__ import annotations

import math

import torch

from gradkata.judge.contract import index_of
from gradkata.judge.problem import Problem
from gradkata.judge.seen import Seen
from gradkata.judge.training import Step, TrainingCase, Values

RELATIVE, ABSOLUTE = 1e-4, 1e-6  # float32 gradients through two layers


def case_of(seen: Seen) -> TrainingCase:
    """The case, which is one of training steps."""
    assert isinstance(seen.case, TrainingCase)
    return seen.case


def parameters_after(seen: Seen, index: int) -> Values | None:
    """The parameters after a call, or None where one is missing or has become something else."""
    return values_after(seen, index, case_of(seen).weights())


def values_after(seen: Seen, index: int, like: Values) -> Values | None:
    """Tensors of the model after a call, or None where one is missing or is no float32 tensor of the right shape."""
    found: Values = {}
    for name, was in like.items():
        value = seen.tensors.get(f"{index}.{name}")
        if value is None or value.shape != was.shape or value.dtype != torch.float32:
            return None
        found[name] = value
    return found


def difference_of(seen: Seen, index: int, before: Values, wanted: Values, step: Step | None = None) -> Problem | None:
    """Where the parameters after a call are not as wanted: the worst of them, by how far it moved.

    Args:
        step: says what has to keep its value exactly, and how much longer than `wanted` a move may be.
    """
    after = parameters_after(seen, index)
    if after is None:
        return Problem("every parameter to keep its name, shape and dtype", "one was replaced")
    value, target, start = _flat(after, wanted), _flat(wanted, wanted), _flat(before, wanted)
    allowed = RELATIVE * target.abs() + ABSOLUTE
    if step is not None:
        allowed += step.spread * (target - start).abs()
        end = 0
        for name, right in wanted.items():
            end += right.numel()
            if name in step.still:
                allowed[end - right.numel() : end] = 0.0
    distance = (value - target).abs()
    fine = distance <= allowed
    if bool(fine.all()):
        return None
    gap = torch.where(fine, 0.0, (distance / allowed).nan_to_num(math.inf, math.inf, math.inf))
    place, differ, elements = int(gap.argmax()), int((~fine).sum()), gap.numel()
    got, move = float(value[place] - start[place]), float(target[place] - start[place])
    where = _named(place, wanted)
    return Problem(
        f"{where} to move by {move:.4g}",
        f"it moved by {got:.4g}; {differ} of {elements} elements differ",
        {"parameter": where, "move_expected": move, "move_seen": got, "differ": differ, "elements": elements},
    )


def _flat(values: Values, like: Values) -> torch.Tensor:
    return torch.cat([values[name].flatten() for name in like]).double()


def _named(place: int, values: Values) -> str:
    """Which element of which tensor stands at a place among all, side by side."""
    for name, value in values.items():
        if place < value.numel():
            return f"{name}[{', '.join(map(str, index_of(place, value.shape)))}]"
        place -= value.numel()
    raise IndexError(place)


def moves_of(seen: Seen, index: int, before: Values, wanted: Values) -> list[float] | None:
    """How far each parameter moved, and how far in the right direction, in units of the right step's length."""
    after = parameters_after(seen, index)
    if after is None:
        return None
    right = {name: wanted[name].double() - before[name].double() for name in wanted}
    length = max(float(torch.cat([move.flatten() for move in right.values()]).norm()), 1e-12)
    found: list[float] = []
    for name, move in right.items():
        moved = after[name].double() - before[name].double()
        found += [float(moved.norm()) / length, float((moved * move).sum()) / length**2]
    return [round(value, 5) for value in found]
