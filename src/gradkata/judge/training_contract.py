"""What a training step promises, split into facets.

Every call is judged from the parameters that were seen before it, so that a fault in one call does not smear over the
later ones. Only a momentum is the judge's own from the first call on.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from gradkata.judge.case import Case
from gradkata.judge.contract import Contract, index_of, settings_changed
from gradkata.judge.movement import (
    ABSOLUTE,
    RELATIVE,
    case_of,
    difference_of,
    moves_of,
    parameters_after,
    values_after,
)
from gradkata.judge.observations import Returned, TrainingState
from gradkata.judge.order import IN_PART, draw, faults, happened, norm_used, right_order
from gradkata.judge.problem import Evidence, Problem
from gradkata.judge.seen import Seen
from gradkata.judge.training import Step, Values, fresh_statistics, right_run, right_step

_NOTHING = TrainingState(training=False, requires_grad={}, with_grad=[], events=[], hooks_left=0)


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
            case = case_of(seen)
            statistics = self._statistics_before(seen, call)
            step = right_step(case, self.before(seen, call), case.batch(call), {}, statistics)
            known = self._steps[id(seen), call] = (seen, step)
        return known[1]

    def before(self, seen: Seen, call: int) -> Values:
        """The parameters before a call: those after the one before, where they can be read."""
        return (parameters_after(seen, call - 1) if _follows(seen, call) else None) or case_of(seen).weights()

    def _statistics_before(self, seen: Seen, call: int) -> Values:
        fresh = fresh_statistics(case_of(seen).layers)
        return (values_after(seen, call - 1, fresh) if _follows(seen, call) else None) or fresh

    # The facets. Each returns None when all is well.

    def stepped(self, seen: Seen, index: int) -> Problem | None:
        """The parameters moved as plain SGD moves them by the clipped gradients of this batch."""
        step = self.step(seen, index)
        difference = difference_of(seen, index, self.before(seen, index), step.parameters, step)
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
            # A pass in evaluation mode has other gradients, however they are clipped: that is another facet's.
            return None if self.statistics(seen, index) else self.stepped(seen, index)
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
        twin = index - len(case_of(seen).batches)
        reference = parameters_after(seen, twin)
        difference = None if reference is None else difference_of(seen, index, self.before(seen, index), reference)
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
        run = self._right_run(seen)
        if any(step.clipped and self.stepped(seen, call) for call, step in enumerate(run[: index + 1])):
            return None  # whoever clips wrongly puts the wrong gradients into the momentum: that is another facet's
        step = run[index]
        difference = difference_of(seen, index, self.before(seen, index), step.parameters, step)
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
        if _batch_norms(seen) and not self.step(seen, index).clipped:
            return self.stepped(seen, index)
        return None

    def statistics(self, seen: Seen, index: int) -> Problem | None:
        """Every batch norm counted the batch, and its running statistics are those of one pass in training mode."""
        if not _batch_norms(seen):
            return None
        wanted = self.step(seen, index).statistics
        found = values_after(seen, index, wanted)
        if found is None:
            return Problem("every batch norm to keep its running statistics", "they were replaced or taken away")
        for name in _batch_norms(seen):
            more = _counted(seen, index, name) - (_counted(seen, index - 1, name) if _follows(seen, index) else 0)
            if more < 1:
                return Problem(f"batch norm {name} to learn from the batch", "it counted no batch")
            if more > 1:
                continue  # another facet's
            for key in (f"{name}.running_mean", f"{name}.running_var"):
                gap = (found[key].double() - wanted[key]).abs() / (RELATIVE * wanted[key].abs() + ABSOLUTE)
                place = int(gap.nan_to_num(math.inf, math.inf, math.inf).argmax())
                right, got = float(wanted[key][place]), float(found[key][place])
                if not float(gap[place]) <= 1.0:
                    return Problem(f"{key}[{place}] = {right:.4g} after the batch", f"{got:.4g}")
        return None

    def batch_kept(self, seen: Seen, index: int) -> Problem | None:
        """`x` and `y` have the values that they came with."""
        batch = case_of(seen).batch(index)
        for name, was in (("x", batch.x), ("y", batch.y)):
            now = seen.tensors.get(f"{index}.batch.{name}")  # sent only where it is not as it was
            if now is None:
                continue
            if now.shape != was.shape:
                return Problem(f"{name} to stay a tensor of its shape and dtype", "it has become something else")
            place = int((now.double() - was.double()).abs().nan_to_num(math.inf, math.inf, math.inf).argmax())
            values = [float(tensor.flatten()[place]) for tensor in (was, now)]
            where = f"{name}[{', '.join(map(str, index_of(place, was.shape)))}]"
            return Problem(f"{where} to stay {values[0]:.4g}", f"it is {values[1]:.4g} after the call")
        return None

    def recording(self, seen: Seen, index: int) -> Problem | None:
        """Gradients are recorded as before."""
        return settings_changed(seen.calls[index])

    def hooks(self, seen: Seen, index: int) -> Problem | None:
        """No hook stays on the model, its parameters or the optimizer."""
        left = _state(seen, index).hooks_left
        if left == 0:
            return None
        saw = f"{left} more than before the first call" if left > 0 else "hooks of the caller's are gone"
        return Problem("no hook left on the model, its parameters or the optimizer", saw)

    def one_forward(self, seen: Seen, index: int) -> Problem | None:
        """The model was called once, and a batch norm counted at most one batch a call."""
        calls = _forwards(seen, index)
        if calls > 1:
            return Problem("the model run forward once", f"it was called {calls} times")
        counts = [_counted(seen, index, name) for name in _batch_norms(seen)]
        first = index % len(case_of(seen).batches)
        if all(count <= first + 1 for count in counts):
            return None
        return Problem("the model run forward once", f"batch norm counted {max(counts) - first} batches in one call")

    def requires_grad(self, seen: Seen, index: int) -> Problem | None:
        """`requires_grad` is as it was, for every parameter."""
        flags = _state(seen, index).requires_grad
        for name, wanted in case_of(seen).trainable().items():
            if flags.get(name) != wanted:
                return Problem(f"requires_grad of {name} to stay {wanted}", f"it is {flags.get(name)}")
        return None

    def left_none(self, seen: Seen, index: int) -> Problem | None:
        """What is frozen or plays no part in the loss has no gradient afterwards."""
        case, found = case_of(seen), _state(seen, index).with_grad
        used = {f"{layer.name}.{name}" for layer in case.layers if layer.used for name in layer.parameters}
        for name, trainable in case.trainable().items():
            if name in found and not (trainable and name in used):
                return Problem(f"{name}.grad to stay None", "it is a tensor")
        return None

    # How a facet looked, for comparing a submission with a mistake.

    def behaviour(self, facet: str, seen: Seen, index: int) -> object:
        describe = _BEHAVIOURS.get(facet)
        if describe is not None:
            return describe(seen, index)
        right = self._right_run(seen)[index] if facet == "optimizer" else self.step(seen, index)
        moves = moves_of(seen, index, self.before(seen, index), right.parameters)
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
            known = self._runs[id(seen.case)] = (seen.case, right_run(case_of(seen)))
        return known[1]


def _first_round(seen: Seen, index: int) -> bool:
    return index < len(case_of(seen).batches)


def _state(seen: Seen, index: int) -> TrainingState:
    return seen.calls[index].call.training or _NOTHING


def _words(seen: Seen, index: int) -> list[str]:
    return happened(_state(seen, index).events, case_of(seen).batch(index).max_grad_norm)


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


def _batch_norms(seen: Seen) -> list[str]:
    return [layer.name for layer in case_of(seen).layers if layer.kind == "batch_norm"]


def _follows(seen: Seen, index: int) -> bool:
    """Whether the call goes on with the model of the call before."""
    return index % len(case_of(seen).batches) > 0


def _counted(seen: Seen, index: int, name: str) -> int:
    """How many batches a batch norm has counted; 0 where it does not say."""
    tensor = seen.tensors.get(f"{index}.{name}.num_batches_tracked")
    return 0 if tensor is None else int(tensor.double().sum().nan_to_num(0.0))


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
    # What is no number tells by the package of its type what it is: a NumPy array, or something of Python's own.
    package = returned.type.split(".")[0] if returned.kind == "other" else ""
    return [returned.kind, package, bool(returned.requires_grad), returned.length, *(returned.shape or [])]


def _outcome(seen: Seen, index: int) -> object:
    error = seen.calls[index].error
    return None if error is None else f"{error.type}: {error.message[:80]}"


def _types(seen: Seen, index: int) -> object:
    returned = seen.calls[index].returned
    return None if returned is None else [_shape_of(returned), *map(_shape_of, returned.elements or [])]


_BEHAVIOURS: dict[str, Callable[[Seen, int], object]] = {
    "outcome": _outcome,
    "loss": lambda seen, index: _element(seen, index, 0),
    "norm": lambda seen, index: _element(seen, index, 1),
    "return_types": _types,
    "one_forward": lambda seen, index: [
        float(_forwards(seen, index) > 1),
        *(float(_counted(seen, index, name)) for name in _batch_norms(seen)),
    ],
    "statistics": lambda seen, index: [
        seen.tensors.get(f"{index}.{name}") for name in fresh_statistics(case_of(seen).layers)
    ],
    "left_none": lambda seen, index: list(_state(seen, index).with_grad),
    "requires_grad": lambda seen, index: list(_state(seen, index).requires_grad.values()),
    "batch_kept": lambda *_: True,
    "recording": lambda *_: True,
    "hooks": lambda *_: True,
}
