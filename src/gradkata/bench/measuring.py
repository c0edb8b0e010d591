"""Times contenders on one case and counts what a call costs. Runs in the measuring process only."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import torch

from gradkata.bench.declare import Bench, Case, Takes
from gradkata.bench.memory import peak_of
from gradkata.bench.results import Measurement
from gradkata.bench.timing import medians, ratios, rounds_of, turns_within
from gradkata.worker.probes.simulated import SimulatedDevices, simulate
from gradkata.worker.probes.trace import OperatorTrace

ROUND_SECONDS = 0.3
_SEED = 20


@dataclass(frozen=True, slots=True)
class Contender:
    """A function with its name in the table."""

    name: str
    function: Callable[..., Any]


class Situation:
    """A case's gradients on a device, which every call finds as they were made."""

    def __init__(self, case: Case, takes: Takes, device: str) -> None:
        generator = torch.Generator().manual_seed(_SEED)
        on_host = [torch.randn(shape, generator=generator) for shape in case.shapes]
        self.device = torch.device(device)
        self.arguments = tuple(case.arguments(on_host))
        self.gradients = [gradient.to(self.device, copy=True) for gradient in on_host]
        self._pristine = [gradient.to(self.device) for gradient in on_host]
        self._takes = takes
        self._first = self._wrapped(self.gradients)

    def _wrapped(self, gradients: Sequence[torch.Tensor]) -> list[torch.Tensor]:
        if self._takes is Takes.GRADIENTS:
            return list(gradients)
        parameters: list[torch.Tensor] = []
        for gradient in gradients:
            parameter = torch.nn.Parameter(torch.empty_like(gradient))
            parameter.grad = gradient
            parameters.append(parameter)
        return parameters

    def restore(self) -> None:
        """Gives every gradient its numbers back, in the same memory."""
        for parameter, gradient in zip(self._first, self.gradients, strict=True):
            if self._takes is Takes.PARAMETERS:
                parameter.grad = gradient
        torch._foreach_copy_(self.gradients, self._pristine)

    def call(self, function: Callable[..., Any]) -> object:
        return function(list(self._first), *self.arguments)

    def seconds(self, function: Callable[..., Any]) -> float:
        """The time of one call on fresh gradients, in seconds."""
        self.restore()
        self._wait()
        started = time.perf_counter_ns()
        self.call(function)
        self._wait()
        return (time.perf_counter_ns() - started) / 1e9

    def outcome(self, function: Callable[..., Any]) -> list[torch.Tensor]:
        """The numbers that a call leaves: the gradients, or what it returned."""
        self.restore()
        returned = self.call(function)
        if self._takes is Takes.GRADIENTS:
            return [torch.tensor(float(cast("float", returned)))]
        left = [parameter.grad for parameter in self._first]
        return [torch.empty(0) if grad is None else grad.detach().clone() for grad in left]

    def traced(self, function: Callable[..., Any]) -> int:
        """Bytes of the largest storage that appeared during a call."""
        self.restore()
        with OperatorTrace() as trace:
            self.call(function)
        return trace.largest_new_bytes

    def simulated(self, function: Callable[..., Any]) -> tuple[int | None, int | None]:
        """Waits and launches of a call whose gradients live on one simulated GPU; `None` where it fails there."""
        gradients = [simulate(pristine.cpu().clone(), "cuda:0") for pristine in self._pristine]
        try:
            with SimulatedDevices(1) as devices:
                function(self._wrapped(gradients), *self.arguments)
        except Exception:  # right on the CPU all the same: NumPy is, for one
            return None, None
        return devices.waits, devices.launches

    def peak(self, function: Callable[..., Any]) -> int | None:
        self.restore()
        return peak_of(partial(self.call, function), self.device)

    def _wait(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)


def devices() -> list[str]:
    """Where to measure: the CPU and, where there is one, the first GPU."""
    return ["cpu", "cuda:0"] if torch.cuda.is_available() else ["cpu"]


def measure(
    bench: Bench, contenders: Sequence[Contender], device: str, rounds: int, wrap: Callable[[str], Any]
) -> Iterator[list[Measurement]]:
    """The measurements of all contenders, a list for each case; the first contender is the yardstick.

    `wrap(name)` is a context manager around every first call of a contender: it may explain what that raises.
    """
    for case in bench.cases:
        situation = Situation(case, bench.takes, device)
        outcomes = {}
        for one in contenders:
            with wrap(one.name):
                outcomes[one.name] = situation.outcome(one.function)
        yield _measured(case, situation, contenders, outcomes, rounds)


def _measured(
    case: Case,
    situation: Situation,
    contenders: Sequence[Contender],
    outcomes: Mapping[str, list[torch.Tensor]],
    rounds: int,
) -> list[Measurement]:
    yardstick = contenders[0].name
    samples = {one.name: partial(situation.seconds, one.function) for one in contenders}
    started = time.perf_counter()
    for sample in samples.values():
        sample()
    turns = turns_within(time.perf_counter() - started, ROUND_SECONDS)
    measured = rounds_of(samples, rounds, turns)
    ratio, seconds = ratios(measured, yardstick), medians(measured)
    found = []
    for one in contenders:
        waits, launches = situation.simulated(one.function)
        found.append(
            Measurement(
                contender=one.name,
                device=situation.device.type,
                shape=case.shape,
                situation=case.situation,
                ratio=ratio[one.name],
                seconds=seconds[one.name],
                new_bytes=situation.traced(one.function),
                peak_bytes=situation.peak(one.function),
                waits=waits,
                launches=launches,
                agrees=_agree(outcomes[one.name], outcomes[yardstick]),
            )
        )
    return found


def _agree(mine: list[torch.Tensor], theirs: list[torch.Tensor]) -> bool:
    """Whether the numbers are the same but for rounding and the size of an epsilon."""
    return len(mine) == len(theirs) and all(
        one.shape == other.shape and torch.allclose(one, other, rtol=1e-4, atol=1e-7 * math.sqrt(other.numel() or 1))
        for one, other in zip(mine, theirs, strict=True)
    )
