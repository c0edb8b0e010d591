"""What is particular about memory and devices: which operator made the large tensor, why the host waited, what grows.

`ClipOnDevices` is the contract of clipping by a norm where those are the question. It asks one facet more, `launches`,
and tells mistakes apart by what the probes saw. The checks stand beside those of `gradkata.judge.clipping`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import torch

from gradkata.judge.case import Case, Item, parameters_of
from gradkata.judge.cases import GradientCases, pattern, vector
from gradkata.judge.clipping import VALUES, Table
from gradkata.judge.contract import incomplete_record
from gradkata.judge.contracts import ClipByNorm
from gradkata.judge.problem import Problem
from gradkata.judge.seen import Seen
from gradkata.judge.suite import Check

ANY_NUMBER = 1 << 30
"""Of waits: shown in the evidence, and never held against anybody."""

_INF = float("inf")
_NAN = float("nan")
_BASICS = ("integrity", "correctness")
_HEAD = 64  # elements at the beginning that are not zero


class ClipOnDevices(ClipByNorm):
    """Clipping by a norm, where it matters how: launches, waits, copies, and who made what."""

    def launches(self, seen: Seen, index: int) -> Problem | None:
        """No operator is launched once for each gradient of a device and dtype."""
        call = seen.calls[index]
        if call.probe is None or call.probe.faults:
            return incomplete_record(seen, index)
        growing = _launched_for_each(seen, index)
        if not growing:
            return None
        count = sum(grad is not None for grad in seen.case.grads(index))
        named = ", ".join(f"`{name}` {times} times" for name, times in sorted(growing.items()))
        return Problem(
            f"as many launches for {count} gradients as for a few of the same devices and dtypes",
            f"{call.probe.launches} launches: {named}",
            {"launches": call.probe.launches, "gradients": count},
        )

    def behaviour(self, facet: str, seen: Seen, index: int) -> object:
        call = seen.calls[index]
        if facet == "outcome" and call.error is not None:
            return [call.error.type, _touched(seen, index)]
        if facet == "device" and call.returned is not None:
            return call.returned.device
        if call.probe is None:
            return super().behaviour(facet, seen, index)
        many = sum(grad is not None for grad in seen.case.grads(index))
        if facet == "new_bytes":
            largest = max((grad.nbytes for grad in seen.case.grads(index) if grad is not None), default=1)
            return sorted(
                [name, round(4 * size / largest)]
                for name, size in call.probe.new_by_operator.items()
                if 8 * size > largest
            )
        if facet == "waits":
            # An upload follows from a download: what was fetched goes back.
            counted = {reason: count for reason, count in call.probe.wait_reasons.items() if reason != "upload"}
            reasons = sorted((reason, count >= many) for reason, count in counted.items())
            return [call.probe.branches > 0, *map(list, reasons)]
        if facet == "launches":
            return sorted({_sort_of(name) for name in _launched_for_each(seen, index)})
        return super().behaviour(facet, seen, index)


class Untouched(ClipOnDevices):
    """Asks nothing but that a call which raises leaves the gradients alone. Whether it should raise is not asked."""

    def outcome(self, seen: Seen, index: int) -> None:
        """Anything is right."""

    def bits(self, seen: Seen, index: int) -> Problem | None:
        return None if seen.calls[index].error is None else super().bits(seen, index)


def _launched_for_each(seen: Seen, index: int) -> dict[str, int]:
    """The operators that ran for every few gradients of the smallest group: for each, or for each short chunk."""
    probe, grads = seen.calls[index].probe, seen.case.grads(index)
    kinds = Counter(
        (item.device, grad.dtype) for item, grad in zip(seen.case.items, grads, strict=True) if grad is not None
    )
    if probe is None or not kinds:
        return {}
    return {name: count for name, count in probe.launched_by.items() if count >= max(8, min(kinds.values()) // 4)}


def _sort_of(operator: str) -> str:
    """What kind of work an operator is: many write the same answer with other operators of the same kind."""
    if operator in {"_to_copy", "copy_", "_foreach_copy_"}:
        return "copy"
    listed = "list " if operator.startswith("_foreach_") else ""
    return listed + ("write" if operator.endswith("_") else "read")


def _touched(seen: Seen, index: int) -> bool:
    """Whether any gradient has other values than before the call."""
    before = seen.case.visible(index)
    return any(
        now is not None and was is not None and not torch.equal(now.nan_to_num(), was.nan_to_num())
        for now, was in zip(seen.calls[index].grads, before, strict=True)
    )


# Memory.


def _headed(shape: tuple[int, ...], value: float, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """A large tensor of zeros but for its first elements: its values show, and its norm is exact in any order."""
    tensor = torch.zeros(shape, dtype=dtype)
    tensor.view(-1)[:_HEAD] = value
    return tensor


def _strided(shape: tuple[int, int], value: float) -> torch.Tensor:
    """Every second column of a wider tensor, in memory of its own with gaps."""
    rows, columns = shape
    return _headed((rows, 2 * columns), value)[:, ::2]


def intermediates_checks(cases: GradientCases) -> list[Check]:
    """No tensor that grows with a gradient: where clipping happens, in half precision, for any strides.

    Each is seen twice: by the operators that run, and by the kernel, which counts the memory of the process on a large
    gradient. Nothing is clipped in the last two, so that only the way to the norm shows there. Chunks of a fixed size
    are right: an eighth of a traced gradient, the largest tensor that may appear, holds 65,536 elements of float64.
    """
    half, brain = torch.float16, torch.bfloat16

    def seen_twice(
        name: str, traced: tuple[Item, ...], large: tuple[Item, ...], args: tuple[Any, ...], says: str
    ) -> tuple[Case, Case]:
        ones = tuple(replace(item, data=None) for item in traced)  # made by the worker: as large, and beside the point
        return (
            cases.case(f"{name}_traced", ones, args, mode="trace", says=f"{says}, operators traced"),
            cases.case(f"{name}_counted", large, args, mode="memory", says=f"{says}, memory counted by the kernel"),
        )

    facets = ("gradients", "new_bytes", "memory", "waits")
    return [
        Check(
            "intermediates.clipping",
            "Nothing is allocated that grows with a gradient while gradients are scaled.",
            0,
            "at the time of clipping memory is at its fullest; a copy of the gradients may not fit.",
            seen_twice(
                "clipping",
                parameters_of(_headed((1 << 10, 1 << 10), 0.25), *(_headed((64, 64), 0.125) for _ in range(3))),
                parameters_of(_headed((1 << 11, 1 << 11), 0.25)),
                cases.active,
                "large float32 gradients that are clipped",
            ),
            facets,
            needs=_BASICS,
        ),
        Check(
            "intermediates.half_precision",
            "Nothing is allocated that grows with a gradient, in half precision either.",
            0,
            "a float32 copy of a float16 gradient is twice as large as the gradient; operators accumulate in float32.",
            seen_twice(
                "half",
                parameters_of(
                    _headed((1 << 11, 1 << 10), 2.0, half),
                    _headed((1 << 11, 1 << 10), -3.0, brain),
                    _headed((1 << 9, 1 << 9), 1.0, torch.float64),  # no dtype has a copy to spare, this one neither
                ),
                parameters_of(_headed((1 << 12, 1 << 11), 2.0, half), _headed((1 << 12, 1 << 11), -3.0, brain)),
                cases.idle,
                "large float16 and bfloat16 gradients, nothing to clip",
            ),
            facets,
            needs=_BASICS,
        ),
        Check(
            "intermediates.non_contiguous",
            "Nothing is allocated that grows with a gradient, whatever its strides.",
            0,
            "reshape(-1), flatten() and contiguous() copy where there are gaps, and say nothing.",
            seen_twice(
                "strides",
                parameters_of(_headed((1 << 10, 1 << 10), 2.0).t(), _strided((1 << 10, 1 << 10), -3.0)),
                parameters_of(_headed((1 << 11, 1 << 11), 2.0).t()),
                cases.idle,
                "large transposed gradients, nothing to clip",
            ),
            facets,
            needs=_BASICS,
        ),
    ]


# Devices.


def _spread() -> list[torch.Tensor]:
    return [
        pattern(8, 8, scale=2.0),
        pattern(60, start=70),
        pattern(7, 9, scale=3.0, start=140),
        pattern(64, scale=0.5, start=210),
    ]


def _on_two_devices(cases: GradientCases, name: str, args: tuple[Any, ...], **kwargs: Any) -> Case:
    """The first gradient on cuda:1, the last on cuda:0; each so large that it cannot be taken for its norm."""
    return cases.case(
        name,
        parameters_of(*_spread(), device=["cuda:1", "cuda:0", "cuda:1", "cuda:0"]),
        args,
        mode="devices",
        says=f"gradients on simulated cuda:1, cuda:0, cuda:1 and cuda:0, max_norm {args[0]:g}{_told(kwargs)}",
        **kwargs,
    )


def _one_device_dtypes(count: int) -> list[torch.Tensor]:
    """float32 and float16 in turn."""
    kinds = (torch.float32, torch.float16)
    return [pattern(3 + number % 2, start=5 * number, dtype=kinds[number % 2]) for number in range(count)]


def _told(kwargs: dict[str, Any]) -> str:
    return "".join(f", {name}={value}" for name, value in kwargs.items())


def many_gradients(
    cases: GradientCases, name: str, count: int, args: tuple[Any, ...] | None = None, **kwargs: Any
) -> Case:
    """So many gradients of two dtypes on one device that an operator for each of them cannot be overlooked."""
    threshold = cases.active if args is None else args
    return cases.case(
        name,
        parameters_of(*_one_device_dtypes(count), device="cuda:0"),
        threshold,
        mode="devices",
        says=f"{count} gradients on a simulated cuda:0, float32 and float16 in turn, max_norm {threshold[0]:g}"
        + _told(kwargs),
        **kwargs,
    )


def _of_other_orders(cases: GradientCases) -> tuple[Case, ...]:
    """What has a branch of its own in many an answer: the other orders, and a threshold of 0."""
    return (
        many_gradients(cases, "many_on_one_device_infinity", 24, norm_type=_INF, args=(0.0,)),
        many_gradients(cases, "many_on_one_device_p_1", 16, norm_type=1.0),
        many_gradients(cases, "many_on_one_device_p_3", 16, norm_type=3.0),
    )


def several_devices_checks(cases: GradientCases) -> list[Check]:
    """Right on two devices, the result where the first gradient is, gradients where they are, few launches."""
    two = (
        _on_two_devices(cases, "on_two_devices", cases.active),
        _on_two_devices(cases, "on_two_devices_idle", cases.idle, norm_type=1.0),
    )
    largest = _on_two_devices(cases, "on_two_devices_infinity", cases.idle, norm_type=_INF)
    return [
        Check(
            "devices.two_gpus",
            "The norm is that of the gradients on all devices together.",
            0,
            "a model that is split over GPUs has one norm, and one coefficient.",
            cases=two,
            facets=VALUES,
            needs=_BASICS,
        ),
        Check(
            "devices.result_device",
            "The result is on the first gradient's device.",
            0,
            "callers add it to other numbers there; where it is must not depend on what comes last.",
            cases=(*two, largest),
            facets=("device",),
            needs=_BASICS,
        ),
        Check(
            "devices.gradients_stay",
            "Norms travel between devices; gradients stay where they are.",
            0,
            "the link between two GPUs is tens of times slower than their memory.",
            cases=two,
            facets=("moved",),
            needs=_BASICS,
        ),
        Check(
            "devices.launches",
            "The number of kernel launches does not grow with the number of parameters on a device.",
            0,
            "each launch costs microseconds, however small the tensor; a model has hundreds of small ones.",
            cases=(many_gradients(cases, "many_on_one_device", 64), *_of_other_orders(cases)),
            facets=("launches",),
            needs=_BASICS,
        ),
    ]


def waits_checks(cases: GradientCases) -> list[Check]:
    """No wait by default, one where an error was asked for."""
    grads = _one_device_dtypes(8)

    def one(name: str, args: tuple[Any, ...], **kwargs: Any) -> Case:
        says = f"8 gradients on a simulated cuda:0, max_norm {args[0]:g}{_told(kwargs)}"
        return cases.case(name, parameters_of(*grads, device="cuda:0"), args, mode="devices", says=says, **kwargs)

    return [
        Check(
            "synchronisation.default",
            "The host never waits for the device.",
            0,
            "while it waits it launches nothing, and the device runs dry.",
            cases=(
                one("no_wait", cases.active),
                one("no_wait_idle", (_INF, *cases.idle[1:]), norm_type=_INF),
                *_of_other_orders(cases),
            ),
            facets=("waits",),
            needs=_BASICS,
        ),
        Check(
            "synchronisation.on_request",
            "With error_if_nonfinite=True the host waits once at most.",
            0,
            "one look at the total norm tells as much as one at each norm.",
            cases=(
                one("one_wait", cases.active, error_if_nonfinite=True),
                one("one_wait_idle", cases.idle, error_if_nonfinite=True, norm_type=_INF),
            ),
            facets=("waits",),
            needs=_BASICS,
        ),
    ]


# Arguments of the library's own function.


def errors_checks(cases: GradientCases, untouched: Untouched) -> list[Check]:
    """`error_if_nonfinite`: raises, before anything is touched, and clips as usual where the norm is finite."""
    rest = pattern(3)

    def asked(name: str, *grads: torch.Tensor, max_norm: float = 1.0, **kwargs: Any) -> Case:
        items = parameters_of(*grads)
        return cases.case(name, items, (max_norm,), error_if_nonfinite=True, expects_error="RuntimeError", **kwargs)

    raising = (
        asked("asked_nan", vector(1.0, _NAN), rest),
        asked("asked_infinity", rest, vector(_INF, 1.0), max_norm=_INF, norm_type=3.0),
        asked("asked_minus_infinity", vector(-_INF), rest, norm_type=_INF),
    )
    items = cases.shapes().items
    return [
        Check(
            "robustness.raises_when_asked",
            "With error_if_nonfinite=True a norm that is NaN or infinite raises a RuntimeError.",
            0,
            "who asks wants the step stopped before NaN reaches the weights.",
            cases=raising,
            needs=_BASICS,
        ),
        Check(
            "robustness.raises_before_touching",
            "The error is raised before any gradient is touched.",
            0,
            "whoever catches it looks for the layer that the NaN came from, and must still find it.",
            cases=raising,
            facets=("bits",),
            needs=_BASICS,
            contract=untouched,
        ),
        Check(
            "robustness.asked_and_finite",
            "With error_if_nonfinite=True a finite norm clips as usual.",
            0,
            "the flag adds an error and takes nothing away.",
            cases=(
                cases.case("asked_finite", items, (*cases.active, 2.0, True)),  # by place, as callers may
                cases.case("asked_finite_p_1", items, cases.active, norm_type=1.0, error_if_nonfinite=True),
                cases.case("asked_finite_idle", items, cases.idle, error_if_nonfinite=True),
            ),
            facets=(*VALUES, "bits"),
            needs=_BASICS,
        ),
    ]


def norm_type_checks(cases: GradientCases) -> list[Check]:
    """Any order of the norm from 1 up, and infinity."""
    items = cases.shapes().items

    def orders(**named: float) -> tuple[Case, ...]:
        return tuple(cases.case(f"order_{name}", items, norm_type=order) for name, order in named.items())

    def idle(**named: float) -> tuple[Case, ...]:
        return tuple(
            cases.case(f"order_{name}_idle", items, cases.idle, norm_type=order) for name, order in named.items()
        )

    return [
        Check(
            "correctness.norm_type",
            "The norm is the p-norm of all gradients, for any p from 1 up.",
            0,
            "the p-norm of everything is the p-norm of the p-norms, with the same p both times.",
            (
                *orders(one=1.0, whole_one=1, one_and_a_half=1.5, three=3.0, seven=7.0, large=32.0),
                *idle(one=1.0, one_and_a_half=1.5, three=3.0),
            ),
            VALUES,
            needs=("integrity",),
        ),
        Check(
            "correctness.infinity",
            "The norm of infinite order is the largest absolute value.",
            0,
            "infinity is an order like others, but has no power and no root.",
            (*orders(infinity=_INF), *idle(infinity=_INF)),
            VALUES,
            needs=("integrity",),
        ),
    ]


def extended(table: Table, *checks: Check) -> Table:
    """A table with more checks; one of a known id takes the other's place."""
    return Table({**table.checks, **{check.id: check for check in checks}})
