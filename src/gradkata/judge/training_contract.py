"""What a training step promises, split into facets.

Every call is judged from the parameters that were seen before it, so that a fault in one call does not smear over the
later ones. Only a momentum is the judge's own from the first call on.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from gradkata.judge.case import Case
from gradkata.judge.contract import Contract
from gradkata.judge.observations import Returned, TrainingState
from gradkata.judge.order import IN_PART, draw, faults, happened, norm_used, right_order
from gradkata.judge.problem import Evidence, Problem
from gradkata.judge.seen import Seen
from gradkata.judge.training import Step, TrainingCase, Values, right_run, right_step

RELATIVE, ABSOLUTE = 1e-4, 1e-6  # float32 gradients through two layers, an epsilon of 1e-6 or none
_NOTHING = TrainingState(training=False, requires_grad={}, with_grad=[], events=[])


class TrainingStep(Contract):
    """One call is one step: forward, backward, clip, `optimizer.step()`; loss and norm are returned."""

    def __init__(self) -> None:
        self._steps: dict[tuple[int, int], tuple[Seen, Step]] = {}
        self._runs: dict[int, tuple[Case, list[Step]]] = {}

    # What was seen.

    def step(self, seen: Seen, call: int) -> Step:
        """The right step from the parameters that were seen before the call."""
        known = self._steps.get((id(seen), call))
        if known is None or known[0] is not seen:
            if len(self._steps) > 256:
                self._steps.clear()
            case = _case(seen)
            step = right_step(case, self.before(seen, call), case.batch(call), {})
            known = self._steps[id(seen), call] = (seen, step)
        return known[1]

    def before(self, seen: Seen, call: int) -> Values:
        """The parameters before a call: those after the one before, where they can be read."""
        case = _case(seen)
        if call % len(case.batches) == 0:
            return case.weights()
        return _after(seen, call - 1) or case.weights()

    # The facets. Each returns None when all is well.

    def stepped(self, seen: Seen, index: int) -> Problem | None:
        """The parameters moved as plain SGD moves them by the clipped gradients of this batch."""
        step = self.step(seen, index)
        difference = _difference(seen, index, self.before(seen, index), step.parameters)
        if difference is None:
            return None
        words, events = _words(seen, index), _state(seen, index).events
        right = right_order(words, clips=step.clipped)
        used = norm_used(events)
        evidence: Evidence = {
            "happened": draw(words),
            "expected": draw(right),
            "total_norm": step.norm,
            "max_grad_norm": step.max_grad_norm,
            "norm_used_by_step": used,
        }
        if words != right and words.count("backward") + words.count("step") > 0:
            return Problem(draw(right), draw(words), evidence)
        limit = f"clipped from norm {step.norm:.4g} to {step.max_grad_norm:.4g}"
        note = limit if step.clipped else f"norm {step.norm:.4g}, not above {step.max_grad_norm:.4g}"
        return Problem(f"{difference.expected} ({note})", difference.seen, {**evidence, **difference.evidence})

    def clipped(self, seen: Seen, index: int) -> Problem | None:
        """The step is right where the gradients exceed the threshold. Of the first round only."""
        if not _first_round(seen, index):
            return None
        step, right = self.step(seen, index), self._right_run(seen)[index]
        if step.clipped:
            return self.stepped(seen, index)
        if not right.clipped:
            return None
        # Whoever spoils the parameters, so that nothing is left to clip, has not shown that they clip.
        return Problem(
            f"gradients above the threshold here, norm {right.norm:.4g}",
            f"parameters from which the norm is {step.norm:.4g}",
            {"total_norm": step.norm, "max_grad_norm": step.max_grad_norm},
        )

    def plain(self, seen: Seen, index: int) -> Problem | None:
        """The step is right where there is nothing to clip. Of the first round only."""
        if not _first_round(seen, index) or self.step(seen, index).clipped:
            return None
        return self.stepped(seen, index)

    def zeroed(self, seen: Seen, index: int) -> Problem | None:
        """With gradients left as they are, each call moves the parameters as it did with gradients emptied."""
        if _first_round(seen, index):
            return None
        twin = index - len(_case(seen).batches)
        reference = _after(seen, twin)
        difference = None if reference is None else _difference(seen, index, self.before(seen, index), reference)
        if difference is None:
            return None
        words = _words(seen, index)
        more = "" if IN_PART in words else " (older gradients added in)"
        return Problem(
            draw(right_order(words, clips=True, zeroes=True)),
            f"{draw(words)}{more}",
            {"happened": draw(words), **difference.evidence},
        )

    def optimizer(self, seen: Seen, index: int) -> Problem | None:
        """The optimizer moved the parameters, with its groups and its momentum."""
        difference = _difference(seen, index, self.before(seen, index), self._right_run(seen)[index].parameters)
        if difference is None:
            return None
        words = _words(seen, index)
        right = right_order(words, clips=False)
        evidence: Evidence = {**difference.evidence, "happened": draw(words), "expected": draw(right)}
        return Problem(draw(right), draw(words), evidence) if words != right else difference

    def loss(self, seen: Seen, index: int) -> Problem | None:
        """The first result is the loss of the batch before the update."""
        if not _first_round(seen, index):
            return None
        return _number_problem("loss", _element(seen, index, 0), self.step(seen, index).loss, "before the update")

    def norm(self, seen: Seen, index: int) -> Problem | None:
        """The second result is the norm of all gradients before clipping."""
        if not _first_round(seen, index):
            return None
        step = self.step(seen, index)
        return _number_problem("total_norm", _element(seen, index, 1), step.norm, "before clipping")

    def return_types(self, seen: Seen, index: int) -> Problem | None:
        """A pair of a Python float, and a 0-d tensor without a graph or a float."""
        returned = seen.calls[index].returned
        wanted = "(loss, total_norm): a Python float, and a 0-d tensor without a graph or a float"
        if returned is None or returned.kind != "tuple" or returned.length != 2 or not returned.elements:
            return Problem(wanted, "nothing came back" if returned is None else _kind(returned))
        loss, norm = returned.elements
        is_tensor = norm.kind == "tensor" and norm.shape == [] and "float" in (norm.dtype or "")
        if loss.kind == "float" and (norm.kind == "float" or (is_tensor and not norm.requires_grad)):
            return None
        return Problem(wanted, f"({_kind(loss)}, {_kind(norm)})", {"loss": loss.type, "total_norm": norm.type})

    def train_mode(self, seen: Seen, index: int) -> Problem | None:
        """Every module is in training mode afterwards, and was so in the forward pass."""
        if not _state(seen, index).training:
            return Problem("the model left in training mode, in all its parts", "part of it is in evaluation mode")
        if any(layer.kind == "batch_norm" for layer in _case(seen).layers):
            return self.stepped(seen, index)
        return None

    def one_forward(self, seen: Seen, index: int) -> Problem | None:
        """The model was called once, and a batch norm counted at most one batch a call."""
        calls = _forwards(seen, index)
        if calls > 1:
            return Problem("the model run forward once", f"it was called {calls} times")
        counts = _counted(seen, index)
        first = index % len(_case(seen).batches)
        if all(count <= first + 1 for count in counts):
            return None
        return Problem("the model run forward once", f"batch norm counted {max(counts) - first} batches in one call")

    def requires_grad(self, seen: Seen, index: int) -> Problem | None:
        """`requires_grad` is as it was, for every parameter."""
        flags = _state(seen, index).requires_grad
        for name, wanted in _case(seen).trainable().items():
            if flags.get(name) != wanted:
                return Problem(f"requires_grad of {name} to stay {wanted}", f"it is {flags.get(name)}")
        return None

    def left_none(self, seen: Seen, index: int) -> Problem | None:
        """What is frozen or plays no part in the loss has no gradient afterwards."""
        case, found = _case(seen), _state(seen, index).with_grad
        used = {f"{layer.name}.{name}" for layer in case.layers if layer.used for name in layer.parameters}
        for name, trainable in case.trainable().items():
            if name in found and not (trainable and name in used):
                return Problem(f"{name}.grad to stay None", "it is a tensor")
        return None

    # How a facet looked, for comparing a submission with a mistake.

    def behaviour(self, facet: str, seen: Seen, index: int) -> object:
        call = seen.calls[index]
        if facet == "outcome":
            return None if call.error is None else f"{call.error.type}: {call.error.message[:80]}"
        if facet in ("loss", "norm"):
            return _element(seen, index, 0 if facet == "loss" else 1)
        if facet == "return_types":
            returned = call.returned
            return None if returned is None else [_shape_of(returned), *map(_shape_of, returned.elements or [])]
        if facet == "one_forward":
            return [float(_forwards(seen, index) > 1), *(float(count) for count in _counted(seen, index))]
        if facet == "left_none":
            return list(_state(seen, index).with_grad)
        if facet == "requires_grad":
            return list(_state(seen, index).requires_grad.values())
        right = self._right_run(seen)[index] if facet == "optimizer" else self.step(seen, index)
        moves = _moves(seen, index, self.before(seen, index), right.parameters)
        if facet in ("optimizer", "zeroed"):
            return moves
        order = faults(
            _words(seen, index),
            _state(seen, index).events,
            norm=right.norm,
            limit=right.max_grad_norm,
            returned=_element(seen, index, 1),
        )
        return [_state(seen, index).training, moves, order]

    def _right_run(self, seen: Seen) -> list[Step]:
        known = self._runs.get(id(seen.case))
        if known is None or known[0] is not seen.case:
            known = self._runs[id(seen.case)] = (seen.case, right_run(_case(seen)))
        return known[1]


def _case(seen: Seen) -> TrainingCase:
    assert isinstance(seen.case, TrainingCase)
    return seen.case


def _first_round(seen: Seen, index: int) -> bool:
    return index < len(_case(seen).batches)


def _state(seen: Seen, index: int) -> TrainingState:
    return seen.calls[index].call.training or _NOTHING


def _words(seen: Seen, index: int) -> list[str]:
    return happened(_state(seen, index).events, _case(seen).batch(index).max_grad_norm)


def _after(seen: Seen, index: int) -> Values | None:
    """The parameters after a call, or None where one is missing or has become something else."""
    found: Values = {}
    for name, was in _case(seen).weights().items():
        value = seen.tensors.get(f"{index}.{name}")
        if value is None or value.shape != was.shape or value.dtype != was.dtype:
            return None
        found[name] = value
    return found


def _difference(seen: Seen, index: int, before: Values, wanted: Values) -> Problem | None:
    """Where the parameters after a call are not as wanted: the worst of them, by how far it moved."""
    after = _after(seen, index)
    if after is None:
        return Problem("every parameter to keep its name, shape and dtype", "one was replaced")
    worst: tuple[float, str, int] = (0.0, "", 0)
    differ = elements = 0
    for name, right in wanted.items():
        value, target = after[name].double(), right.double()
        gap = (value - target).abs() / (RELATIVE * target.abs() + ABSOLUTE)
        gap = torch.where(gap <= 1.0, 0.0, gap.nan_to_num(math.inf, math.inf, math.inf))
        differ += int((gap > 0).sum())
        elements += gap.numel()
        if float(gap.max()) > worst[0]:
            worst = (float(gap.max()), name, int(gap.argmax()))
    if not differ:
        return None
    name, place = worst[1], worst[2]
    start = before[name].double().flatten()[place].item()
    got = after[name].double().flatten()[place].item() - start
    move = wanted[name].double().flatten()[place].item() - start
    where = f"{name}[{', '.join(map(str, _index(place, after[name].shape)))}]"
    return Problem(
        f"{where} to move by {move:.4g}",
        f"it moved by {got:.4g}; {differ} of {elements} elements differ",
        {"parameter": where, "move_expected": move, "move_seen": got, "differ": differ, "elements": elements},
    )


def _index(flat: int, shape: torch.Size) -> list[int]:
    place: list[int] = []
    for size in reversed(shape):
        place.insert(0, flat % size)
        flat //= size
    return place


def _moves(seen: Seen, index: int, before: Values, wanted: Values) -> list[float] | None:
    """How far each parameter moved, and how far in the right direction, in units of the right step's length."""
    after = _after(seen, index)
    if after is None:
        return None
    right = {name: wanted[name].double() - before[name].double() for name in wanted}
    length = max(float(torch.cat([move.flatten() for move in right.values()]).norm()), 1e-12)
    found: list[float] = []
    for name, move in right.items():
        moved = after[name].double() - before[name].double()
        found += [float(moved.norm()) / length, float((moved * move).sum()) / length**2]
    return [round(value, 5) for value in found]


def _element(seen: Seen, index: int, place: int) -> float | None:
    """A number of the returned pair, whatever kind of number it is."""
    returned = seen.calls[index].returned
    if returned is None or returned.kind != "tuple" or not returned.elements or len(returned.elements) <= place:
        return None
    return returned.elements[place].number


def _number_problem(name: str, got: float | None, wanted: float, when: str) -> Problem | None:
    if got is not None and math.isclose(got, wanted, rel_tol=RELATIVE / 10, abs_tol=ABSOLUTE):
        return None
    seen = "no such number came back" if got is None else f"{got:.6g}"
    return Problem(f"{name} = {wanted:.6g}, {when}", seen, {"expected": wanted, "got": got})


def _counted(seen: Seen, index: int) -> list[int]:
    names = [f"{index}.{layer.name}.num_batches_tracked" for layer in _case(seen).layers if layer.kind == "batch_norm"]
    tensors = [seen.tensors.get(name) for name in names]
    return [int(tensor.double().sum().nan_to_num(0.0)) for tensor in tensors if tensor is not None]


def _forwards(seen: Seen, index: int) -> int:
    return sum(event.kind == "forward" for event in _state(seen, index).events)


def _kind(returned: Returned) -> str:
    if returned.kind == "tuple":
        return f"{returned.type.removeprefix('builtins.')} of {returned.length}"
    if returned.kind == "tensor":
        graph = " that requires grad" if returned.requires_grad else ""
        return f"a tensor of shape {tuple(returned.shape or ())}{graph}"
    return "None" if returned.kind == "none" else f"a {returned.type.removeprefix('builtins.')}"


def _shape_of(returned: Returned) -> list[Any]:
    return [returned.kind, bool(returned.requires_grad), returned.length, *(returned.shape or [])]
