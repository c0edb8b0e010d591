"""Contracts: what an entry point promises about gradients, split into facets.

A facet is one thing that can be right or wrong about a call: the returned number, its kind, the gradients' values,
whether they were changed in place, and so on. Checks are cases times facets; a mistake is recognised by the facets in
which it is wrong, and by how. A subclass says what is expected; the facets are the same for all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import torch

from gradkata.judge.case import Case
from gradkata.judge.observations import Raised, Returned
from gradkata.judge.problem import Problem
from gradkata.judge.seen import Seen, SeenCall
from gradkata.judge.tolerance import smallest_step
from gradkata.protocol.arena import dtype_name

Returns = Literal["scalar", "tensor", "float", "anything"]
UNKNOWN_ARGUMENT = "unexpected keyword argument"  # how Python tells of a parameter that has another name
Numbers = np.ndarray[Any, np.dtype[np.float64]]
Limits = tuple[Numbers, Numbers]


@dataclass(frozen=True, slots=True)
class Range:
    """Acceptable values of one gradient, in float64, before tolerance.

    `middle` times `1 - spread` to `middle` times `1 + spread`. `bits` is set where it must stay as it was, `relative`
    where this gradient has a tolerance of its own.
    """

    middle: torch.Tensor
    spread: float = 0.0
    bits: torch.Tensor | None = None
    relative: float | None = None
    _limits: dict[tuple[float, torch.dtype], Limits] = field(default_factory=dict, repr=False, compare=False)

    def limits(self, relative: float, dtype: torch.dtype) -> Limits:
        """The smallest and the largest value of each element, where the value is kept in `dtype`.

        `relative` holds where the range has none itself.
        """
        known = self._limits.get((relative, dtype))
        if known is None:
            share = self.spread + (relative if self.relative is None else self.relative)
            slack = self.middle.abs() * share + smallest_step(dtype)
            known = self._limits[relative, dtype] = (self.middle - slack).numpy(), (self.middle + slack).numpy()
        return known


@dataclass(frozen=True, slots=True)
class Expectation:
    """What one call should bring about.

    Attributes:
        number: the returned number; None where the return value is free; NaN where it must not be finite.
        grads: for each item the acceptable values; None where there is no gradient or where its values are free.
        relative: the relative tolerance for numbers and gradients.
        note: how a message explains the expectation, such as `every gradient times 1/5`.
        flat: the same for all gradients side by side, where the case has them so; `grads` is empty then.
    """

    number: float | None
    grads: list[Range | None]
    relative: float
    note: str = ""
    flat: Range | None = None


class Contract:
    """Facets of calls on parameters with gradients.

    Attributes:
        returns: what kind of value is right: `scalar` is a 0-d tensor or a float.
        returns_called: what the returned number is, in messages.
        waits_allowed: how often a call may wait for the device.
        absolute: how far from the right number a returned one may be, whatever its size.
    """

    returns: Returns = "scalar"
    returns_called: str = "the norm before clipping"
    waits_allowed: int = 1
    absolute: float = 1e-8

    def expect(self, case: Case, call: int) -> Expectation:
        """What a call of the case should bring about."""
        raise NotImplementedError

    def waits_allowed_in(self, case: Case) -> int:  # noqa: ARG002 - for subclasses
        """How often this case's call may wait for the device."""
        return self.waits_allowed

    def returns_in(self, case: Case) -> Returns:  # noqa: ARG002 - for subclasses
        """What kind of value is right in this case: an exercise's entry points may differ."""
        return self.returns

    def problems(self, facets: Iterable[str], seen: Seen) -> Iterator[tuple[int, str, Problem]]:
        """What is wrong about a case, call by call: where the outcome is wrong, nothing else is asked."""
        for call in range(len(seen.calls)):
            problem = self.outcome(seen, call)
            if problem is not None:
                yield call, "outcome", problem
                continue
            for facet in facets:
                problem = getattr(self, facet)(seen, call)
                if problem is not None:
                    yield call, facet, problem

    # The facets. Each returns None when all is well.

    def outcome(self, seen: Seen, index: int) -> Problem | None:
        """The call comes back, or raises what it should."""
        call, wanted = seen.calls[index], seen.case.expects_error
        if wanted is None:
            if call.error is None:
                return None
            return Problem("the call to return", _raised(call))
        if call.error is not None and wanted in (call.error.type, *call.error.bases):
            return None
        saw = "the call returned" if call.error is None else _raised(call)
        return Problem(f"a {wanted} to be raised", saw)

    def returned(self, seen: Seen, index: int) -> Problem | None:
        """The returned number has the right value."""
        call, wanted = seen.calls[index], self.expect(seen.case, index)
        if self.is_right_number(wanted, call.number):
            return None
        assert wanted.number is not None
        if math.isnan(wanted.number):
            return Problem("a norm that is not finite (nan or inf), so that the fault is seen", _returned(call))
        what = f"{self.returns_called}, {_number(wanted.number)}, returned"
        return Problem(what, _returned(call), {"expected": wanted.number, "got": call.number})

    def is_right_number(self, wanted: Expectation, number: float | None) -> bool:
        """Whether a returned number is the expected one."""
        if wanted.number is None:
            return True
        if math.isnan(wanted.number):
            return number is not None and not math.isfinite(number)
        return number is not None and _close(number, wanted.number, wanted.relative, self.absolute)

    def kind(self, seen: Seen, index: int) -> Problem | None:
        """The returned value is of the right kind."""
        returned, kind = seen.calls[index].returned, self.returns_in(seen.case)
        if returned is None or kind == "anything":
            return None
        is_tensor = returned.kind == "tensor" and returned.shape == [] and (returned.dtype or "").find("float") >= 0
        is_float = returned.kind == "float"
        right = {
            "scalar": is_tensor or is_float or returned.kind == "int",
            "tensor": is_tensor,
            "float": is_float or returned.kind == "int",
        }[kind]
        if right:
            return None
        wanted = {
            "scalar": "a 0-d tensor of floating dtype or a Python float",
            "tensor": "a 0-d tensor of floating dtype",
            "float": "a Python float",
        }[kind]
        return Problem(f"{wanted} returned", _returned(seen.calls[index]), {"type": returned.type})

    def gradients(self, seen: Seen, index: int) -> Problem | None:
        """Every gradient has the right values, wherever `p.grad` now points."""
        call, wanted = seen.calls[index], self.expect(seen.case, index)
        for number, (value, was, right) in enumerate(
            zip(call.grads, seen.case.visible(index), wanted.grads, strict=True)
        ):
            state = call.items[number]
            if was is None:
                if state.present:
                    return Problem(f"parameter {number} left without a gradient", "a gradient that was not there")
                continue
            if right is None:
                continue
            if not state.present:
                return Problem(f"parameter {number} to keep its gradient", "its gradient is None")
            if value is None:
                return Problem(f"parameter {number} to keep a plain gradient", f"a {state.type} that cannot be read")
            problem = _compare(value, was, right, wanted, number)
            if problem is not None:
                return problem
        return None

    def bits(self, seen: Seen, index: int) -> Problem | None:
        """A gradient that should stay as it is keeps every bit."""
        call, wanted = seen.calls[index], self.expect(seen.case, index)
        for number, (value, right) in enumerate(zip(call.grads, wanted.grads, strict=True)):
            if right is None or right.bits is None:
                continue
            if value is None or not _same_bits(value, right.bits):
                change = "another tensor" if value is None else _largest_change(value, right.bits)
                return Problem(f"gradient {number} unchanged, bit for bit ({wanted.note})", change)
        return None

    def in_place(self, seen: Seen, index: int) -> Problem | None:
        """`p.grad` is the same tensor object on the same storage as before."""
        for number, (state, was) in enumerate(zip(seen.calls[index].items, seen.case.grads(index), strict=True)):
            if was is None or not state.present:
                continue
            if state.same_object and state.same_storage:
                if state.dtype == dtype_name(was.dtype) and state.shape == list(was.shape):
                    continue
                return Problem(
                    f"gradient {number} to stay {dtype_name(was.dtype)} of shape {tuple(was.shape)}",
                    f"{state.dtype} of shape {tuple(state.shape or ())}",
                )
            saw = "another tensor on the same memory" if state.same_storage else "a new tensor in its place"
            if state.same_object:
                saw = "the same tensor object on other memory (`.data =` or `set_`)"
            return Problem(f"p.grad of parameter {number} changed in place", saw)
        return None

    def graph(self, seen: Seen, index: int) -> Problem | None:
        """No autograd graph is recorded."""
        call = seen.calls[index]
        free = self.returns == "anything"  # what is asked of the gradients, then, is all that is asked
        if not free and call.returned is not None and _carries_graph(call.returned):
            return Problem("a result that does not require grad", "the result requires grad: a graph was recorded")
        for number, state in enumerate(call.items):
            if state.present and state.was_present and (state.new_graph or state.requires_grad_changed):
                return Problem(f"gradient {number} to gain no grad_fn", "the change was recorded in its graph")
        return None

    def parameters(self, seen: Seen, index: int) -> Problem | None:
        """The parameters, their `requires_grad` and hooks, and PyTorch's settings stay as they were."""
        call = seen.calls[index]
        changed = settings_changed(call)
        if changed is not None:
            return changed
        for number, (state, item, data) in enumerate(zip(call.items, seen.case.items, call.data, strict=True)):
            if not state.parameter_requires_grad:
                return Problem(f"requires_grad of parameter {number} untouched", "it was changed")
            if not state.hooks_kept:
                return Problem(f"the hooks of parameter {number} left as they were", "a hook stays on it, or is gone")
            if state.requires_grad_changed and not state.new_graph:
                return Problem(f"requires_grad of gradient {number} untouched", "it was changed")
            if seen.case.subject != "parameters":
                continue
            if not state.parameter_same_storage or state.parameter_graph:
                return Problem(f"parameter {number} itself untouched", "its data were replaced")
            if data is not None and item.data is not None and not _same_bits(data, item.data):
                return Problem(f"the values of parameter {number} untouched", _largest_change(data, item.data))
        return None

    def new_bytes(self, seen: Seen, index: int) -> Problem | None:
        """No operator makes a tensor that grows with a gradient."""
        probe = seen.calls[index].probe
        if probe is None or probe.faults:
            return incomplete_record(seen, index)
        largest = max((grad.nbytes for grad in seen.case.grads(index) if grad is not None), default=0)
        if probe.largest_new_bytes <= max(4096, largest // 8):
            return None
        maker = max(probe.new_by_operator, key=probe.new_by_operator.__getitem__, default="an operator")
        operator, _, into = maker.partition(", ")  # memory of its own that it writes into was made before the call
        size = _bytes(probe.largest_new_bytes)
        saw = f"`{operator}` writes {into} of {size}" if into else f"a new tensor of {size}, made by `{operator}`"
        return Problem(
            "no new tensor that grows with a gradient",
            f"{saw}, beside a gradient of {_bytes(largest)}",
            {"largest_new_bytes": probe.largest_new_bytes, "largest_gradient_bytes": largest},
        )

    def memory(self, seen: Seen, index: int) -> Problem | None:
        """The kernel, too, sees no memory that grows with a gradient."""
        if seen.peak_bytes is None:
            return None
        total = sum(grad.nbytes for grad in seen.case.grads(index) if grad is not None)
        smallest = min((grad.nbytes for grad in seen.case.grads(index) if grad is not None), default=0)
        extra = seen.peak_bytes - total
        # A mask takes half of a half-precision gradient; who walks in chunks holds a view of 700 bytes for each.
        if 20 * extra <= 9 * smallest:
            return None
        return Problem(
            "no memory that grows with a gradient",
            f"the process peaked at {_bytes(extra)} above its gradients of {_bytes(total)} (an operator copied inside)",
            {"extra_peak_bytes": extra, "gradient_bytes": total},
        )

    def waits(self, seen: Seen, index: int) -> Problem | None:
        """The host waits for the device no more often than allowed."""
        probe, allowed = seen.calls[index].probe, self.waits_allowed_in(seen.case)
        if probe is None or probe.faults:
            return incomplete_record(seen, index)
        if probe.waits <= allowed:
            return None
        limit = "without waiting for the device" if allowed == 0 else f"with at most {_times(allowed)}"
        return Problem(
            f"a call {limit}",
            f"{_times(probe.waits)} for {sum(grad is not None for grad in seen.case.grads(index))} gradients",
            {"waits": probe.waits, "waits_allowed": allowed},
        )

    def moved(self, seen: Seen, index: int) -> Problem | None:
        """Norms may travel between devices; gradients may not."""
        probe = seen.calls[index].probe
        smallest = min((grad.nbytes for grad in seen.case.grads(index) if grad is not None), default=0)
        if probe is None or probe.faults:
            return incomplete_record(seen, index)
        if probe.moved_bytes < smallest:
            return None
        return Problem(
            "only norms to travel between devices",
            f"{_bytes(probe.moved_bytes)} were moved, as much as a gradient",
            {"moved_bytes": probe.moved_bytes},
        )

    def device(self, seen: Seen, index: int) -> Problem | None:
        """The result is on the first gradient's device."""
        returned = seen.calls[index].returned
        first = next((item.device for item in seen.case.items if item.grad is not None), "cpu")
        if returned is None or returned.kind != "tensor" or returned.device == first:
            return None
        return Problem(f"the result on {first}, the first gradient's device", f"it is on {returned.device}")

    # How a facet looked, for comparing a submission with a mistake.

    def behaviour(self, facet: str, seen: Seen, index: int) -> object:
        """A value that two submissions share in `facet` when they behave alike."""
        describe = _BEHAVIOURS.get(facet)
        return True if describe is None else describe(seen.calls[index])


_BEHAVIOURS: dict[str, Callable[[SeenCall], object]] = {
    "outcome": lambda call: None if call.error is None else _kind_of(call.error),
    "returned": lambda call: call.number,
    "kind": lambda call: (
        None if call.returned is None else [call.returned.kind, call.returned.shape, call.returned.type]
    ),
    "gradients": lambda call: call.grads,
    "bits": lambda call: call.grads,
    "in_place": lambda call: [[state.same_object, state.same_storage] for state in call.items],
    "graph": lambda call: [_carries_graph(call.returned), *(state.new_graph for state in call.items)],
    "parameters": lambda call: [
        call.call.grad_mode_kept,
        call.call.default_dtype_kept,
        *([state.parameter_requires_grad, state.parameter_same_storage, state.hooks_kept] for state in call.items),
        *call.data,
    ],
    "device": lambda call: None if call.returned is None else call.returned.device,
    # Once for each gradient, or now and then.
    "waits": lambda call: call.probe is not None and call.probe.waits >= len(call.items),
}


def settings_changed(call: SeenCall) -> Problem | None:
    """What is wrong with PyTorch's settings after a call: they stay as they were."""
    if not call.call.grad_mode_kept:
        return Problem("gradient recording left on, as it was", "torch.is_grad_enabled() is False afterwards")
    if not call.call.default_dtype_kept:
        return Problem("the default dtype left as it was", "torch.get_default_dtype() is another one afterwards")
    return None


def incomplete_record(seen: Seen, index: int) -> Problem | None:
    """What is wrong with a probe's record that is missing or has gaps; None where the case has no probe."""
    if seen.case.mode not in ("trace", "devices", "real"):
        return None
    probe = seen.calls[index].probe
    saw = "no record" if probe is None else f"{probe.faults} operators that could not be recorded"
    return Problem("a complete record of the operators", saw)


def _close(got: float, wanted: float, relative: float, absolute: float) -> bool:
    if math.isinf(wanted):
        return got == wanted
    return math.isfinite(got) and abs(got - wanted) <= relative * abs(wanted) + absolute


def _compare(value: torch.Tensor, was: torch.Tensor, right: Range, wanted: Expectation, number: int) -> Problem | None:
    if value.shape != was.shape:
        return Problem(f"gradient {number} of shape {tuple(was.shape)}", f"shape {tuple(value.shape)}")
    if right.bits is not None and _same_bits(value, right.bits):
        return None
    low, high = right.limits(wanted.relative, was.dtype)
    now, middle = value.double().numpy(), right.middle.numpy()
    wrong = np.flatnonzero(~((low <= now) & (now <= high)))
    if wrong.size:  # mostly none or few: infinities and NaN are among them
        now, middle = now.ravel()[wrong], middle.ravel()[wrong]
        differ = ~((now == middle) | (np.isnan(now) & np.isnan(middle)))
        wrong, now, middle = wrong[differ], now[differ], middle[differ]
    if not wrong.size:
        return None
    with np.errstate(invalid="ignore"):  # infinity less infinity
        gap = np.nan_to_num(np.abs(now - middle), nan=math.inf, posinf=math.inf)
    worst = int(wrong[gap.argmax()])
    place = "" if value.numel() == 1 else f", e.g. element {index_of(worst, value.shape)}"
    return Problem(
        f"gradient {number} = {_values(right.middle, worst)} ({wanted.note})",
        f"{_values(value, worst)}: {wrong.size} of {value.numel()} elements differ{place}",
        {"gradient": number, "differ": int(wrong.size), "elements": value.numel()},
    )


def _values(tensor: torch.Tensor, worst: int) -> str:
    flat = tensor.flatten()
    if flat.numel() <= 4:
        return "[" + ", ".join(_number(value) for value in flat.tolist()) + "]"
    return f"{_number(flat[worst].item())} at the worst element"


def index_of(flat: int, shape: torch.Size) -> tuple[int, ...]:
    """Where an element stands in a tensor of this shape, from where it stands in the flattened one."""
    place = []
    for size in reversed(shape):
        place.append(flat % size)
        flat //= size
    return tuple(reversed(place))


def _same_bits(one: torch.Tensor, other: torch.Tensor) -> bool:
    if one is other:
        return True
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    integer = {1: torch.int8, 2: torch.int16, 4: torch.int32, 8: torch.int64}[one.element_size()]
    return torch.equal(one.contiguous().view(integer), other.contiguous().view(integer))


def _largest_change(value: torch.Tensor, before: torch.Tensor) -> str:
    if value.shape != before.shape:
        return f"shape {tuple(value.shape)}"
    if value.numel() == 0:
        return "another dtype"
    before64, value64 = before.double().flatten(), value.double().flatten()
    gap = (value64 - before64).abs().nan_to_num(math.inf, math.inf, math.inf)
    worst = int((gap + (value64.signbit() != before64.signbit()).double() * 1e-300).argmax())  # -0.0 is no 0.0
    return f"{value64[worst].item():.9g} where {before64[worst].item():.9g} was"


def _carries_graph(returned: Returned | None) -> bool:
    if returned is None:
        return False
    return bool(returned.requires_grad) or any(_carries_graph(element) for element in returned.elements or ())


def _kind_of(error: Raised) -> str:
    """An exception's type; PyTorch raises one type for nearly everything, and its first words tell them apart."""
    if error.type == "TypeError" and UNKNOWN_ARGUMENT in error.message:
        return f"TypeError {UNKNOWN_ARGUMENT}"
    return " ".join([error.type, *error.message.split()[:4]]) if error.type == "RuntimeError" else error.type


def _raised(call: SeenCall) -> str:
    assert call.error is not None
    where = f", line {call.error.line}: {call.error.text}" if call.error.line else ""
    message = " ".join(call.error.message.split())
    return f"{call.error.type}: {message[:160]}{where}" if message else f"{call.error.type}{where}"


def _returned(call: SeenCall) -> str:
    returned = call.returned
    if returned is None:
        return "nothing came back"
    if returned.kind == "none":
        return "None"
    if call.number is not None:
        shape = f" of shape {tuple(returned.shape)}" if returned.shape else ""
        noun = "a tensor" if returned.kind == "tensor" else f"a {returned.kind}"
        return f"{_number(call.number)} ({noun}{shape})"
    if returned.kind == "tensor":
        return f"a tensor of shape {tuple(returned.shape or ())}"
    return f"a {returned.type}"


def _number(value: float) -> str:
    return f"{value:.6g}"


def _bytes(count: int) -> str:
    for unit, size in (("MiB", 1 << 20), ("KiB", 1 << 10)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count} bytes"


def _times(count: int) -> str:
    return "1 wait" if count == 1 else f"{count} waits"
