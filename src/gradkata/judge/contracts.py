"""The contracts of the gradient exercises: clip by norm, clip by value, read the norm."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

import torch

from gradkata.judge.case import Case
from gradkata.judge.contract import Contract, Expectation, Range, Returns
from gradkata.judge.problem import Problem
from gradkata.judge.seen import Seen
from gradkata.judge.tolerance import relative_for


def total_norm(grads: list[torch.Tensor], norm_type: float) -> float:
    """The p-norm of all elements together, in float64. No gradients: 0."""
    # One by one and then together: as if concatenated, without the concatenation.
    full = [grad.detach().flatten() for grad in grads if grad.numel()]
    norms = [torch.linalg.vector_norm(grad, norm_type, dtype=torch.float64) for grad in full]
    if len(norms) == 1:
        return float(norms[0])
    return float(torch.linalg.vector_norm(torch.stack(norms), norm_type)) if norms else 0.0


def _present(case: Case, call: int) -> list[torch.Tensor]:
    if case.flat is not None:
        return [case.flat]
    return [grad for grad in case.grads(call) if grad is not None]


def _relative(case: Case, call: int) -> float:
    return relative_for(grad.dtype for grad in _present(case, call))


def _unchanged(grad: torch.Tensor | None) -> Range | None:
    return None if grad is None else Range(grad.double(), bits=grad)


class _Bound(Contract):
    """A contract whose arguments after the first are those of `signature`."""

    def __init__(self, signature: Callable[..., Any]) -> None:
        parameters = inspect.signature(signature).parameters
        self._names = tuple(parameters)
        self._defaults = {name: one.default for name, one in parameters.items() if one.default is not one.empty}
        self._known: dict[tuple[int, int], tuple[Case, Expectation]] = {}

    def arguments(self, case: Case) -> dict[str, Any]:
        """The case's arguments by name, with the defaults of the signature."""
        return {**self._defaults, **dict(zip(self._names, case.args, strict=False)), **case.kwargs}

    def expect(self, case: Case, call: int) -> Expectation:
        # Facets of one call ask for the same expectation one after the other. The case is kept with it, so that its
        # identity is not another's by the time it is asked for.
        known = self._known.get((id(case), call))
        if known is None or known[0] is not case:
            if len(self._known) > 4096:
                self._known.clear()
            known = self._known[id(case), call] = (case, self.expectation(case, call))
        return known[1]

    def expectation(self, case: Case, call: int) -> Expectation:
        raise NotImplementedError


class ClipByNorm(_Bound):
    """Every gradient times `max_norm / (norm + eps)` where the norm exceeds `max_norm`; nothing otherwise.

    Args:
        signature: a function with the parameters that follow the first one: `max_norm`, and `norm_type` where the
            exercise has it.
        eps: the epsilons that are right, smallest and largest, or the name of the argument that gives it.
    """

    def __init__(
        self,
        signature: Callable[..., Any],
        *,
        eps: tuple[float, float] | str = (0.0, 1e-6),
        returns: Returns = "scalar",
        waits_allowed: int = 1,
    ) -> None:
        super().__init__(signature)
        self._eps = eps
        self.returns = returns
        self.waits_allowed = waits_allowed

    def waits_allowed_in(self, case: Case) -> int:
        return 1 if self.arguments(case).get("error_if_nonfinite") else self.waits_allowed

    def kind(self, seen: Seen, index: int) -> Problem | None:
        returned = seen.calls[index].returned
        is_number = returned is not None and returned.shape == [] and returned.dtype not in (None, "bool")
        if is_number and not _present(seen.case, index):
            return None  # the zero of no gradients has no dtype to take after
        return super().kind(seen, index)

    def expectation(self, case: Case, call: int) -> Expectation:
        arguments = self.arguments(case)
        max_norm = float(arguments["max_norm"])
        grads = case.visible(call) if case.flat is None else [case.flat]
        norm = total_norm(_present(case, call), float(arguments.get("norm_type", 2.0)))
        relative = _relative(case, call)
        if case.expects_error is not None:
            note = "an error leaves the gradients alone"
            return Expectation(None, [_unchanged(grad) for grad in grads], relative, note)
        if not math.isfinite(norm):
            return Expectation(math.nan, [None for _ in grads], relative)
        if not norm > max_norm:
            note = f"the norm {norm:.6g} does not exceed max_norm {max_norm:.6g}"
            return _expectation(case, norm, [_unchanged(grad) for grad in grads], relative, note)
        low, high = (
            (arguments[self._eps], arguments[self._eps]) if isinstance(self._eps, str) else (self._eps[1], self._eps[0])
        )
        smallest, largest = max_norm / (norm + low), max_norm / (norm + high)
        middle = (smallest + largest) / 2
        spread = (largest - smallest) / 2 / middle if middle else 0.0
        ranges = [None if grad is None else Range(grad.double() * middle, spread) for grad in grads]
        note = f"every gradient times {max_norm:.6g}/{norm:.6g}"
        return _expectation(case, norm, ranges, relative, note)


def _expectation(
    case: Case, number: float | None, ranges: list[Range | None], relative: float, note: str
) -> Expectation:
    """For a case whose gradients lie side by side `ranges` is the one range of all."""
    if case.flat is not None:
        return Expectation(number, [], relative, note, flat=ranges[0])
    return Expectation(number, ranges, relative, note)


# Nothing is added up when elements are clamped. A bound for float64 may have been a float32.
_ONE_ROUNDING = {
    torch.float64: 1e-7,
    torch.float32: 1e-6,
    torch.float16: torch.finfo(torch.float16).eps,
    torch.bfloat16: torch.finfo(torch.bfloat16).eps,
}


class ClipByValue(_Bound):
    """Every element into `[-clip_value, clip_value]`; NaN stays NaN; any return value."""

    returns: Returns = "anything"

    def __init__(self, signature: Callable[..., Any], *, waits_allowed: int = 0) -> None:
        super().__init__(signature)
        self.waits_allowed = waits_allowed

    def expectation(self, case: Case, call: int) -> Expectation:
        clip_value = float(self.arguments(case)["clip_value"])
        ranges: list[Range | None] = []
        for grad in case.visible(call) if case.flat is None else [case.flat]:
            if grad is None:
                ranges.append(None)
                continue
            clamped = grad.clamp(-clip_value, clip_value).double()  # the bound as the gradient's own dtype writes it
            inside = bool(((grad.double().abs() <= clip_value) | grad.isnan()).all())
            bits = grad if inside and not grad.isnan().any() else None
            ranges.append(Range(clamped, bits=bits, relative=_ONE_ROUNDING[grad.dtype]))
        note = f"every element within [-{clip_value:.6g}, {clip_value:.6g}]"
        return _expectation(case, None, ranges, _relative(case, call), note)


class ReadNorm(_Bound):
    """The norm of all gradients together, and nothing changed."""

    absolute = 1e-12  # nothing is divided by these norms, so that nothing excuses an epsilon in them
    returns_called = "the norm of all gradients together"

    def __init__(
        self,
        signature: Callable[..., Any],
        *,
        returns: Returns = "tensor",
        waits_allowed: int = 0,
        norm_type: float | None = None,
    ) -> None:
        super().__init__(signature)
        self.returns = returns
        self.waits_allowed = waits_allowed
        self._norm_type = norm_type

    def expectation(self, case: Case, call: int) -> Expectation:
        norm_type = self._norm_type or float(self.arguments(case).get("norm_type", 2.0))
        norm = total_norm(_present(case, call), norm_type)
        number = norm if math.isfinite(norm) else math.nan
        note = "the function only reads"
        grads = case.visible(call) if case.flat is None else [case.flat]
        return _expectation(case, number, [_unchanged(grad) for grad in grads], _relative(case, call), note)
