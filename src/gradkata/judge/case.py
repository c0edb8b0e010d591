"""A case: what the judge knows of a scenario, and how the scenario is told to the worker.

The values go into the shared memory; the message holds only where they stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch

from gradkata.judge.tolerance import relative_for
from gradkata.protocol.arena import SAMPLE_STEP, Arena, dtype_name
from gradkata.protocol.messages import (
    Container,
    ItemMessage,
    Mode,
    Place,
    ScenarioMessage,
    Subject,
    TrainingMessage,
)

_SPARSE_STEP = 2 * SAMPLE_STEP


@dataclass(frozen=True, slots=True)
class Item:
    """One parameter with its gradient. `later` are the gradients before the second and later calls.

    Without `data` the parameter is made by the worker, of ones, and nobody looks at it afterwards.
    """

    grad: torch.Tensor | None
    data: torch.Tensor | None
    device: str = "cpu"
    graph: bool = False
    requires_grad: bool = True
    later: tuple[torch.Tensor | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One situation in which an entry point is called.

    Attributes:
        id: unique in the suite.
        entry: the entry point's name.
        items: parameters with gradients (or bare gradients, where `subject` says so).
        args, kwargs: what is passed after the first argument.
        says: how a message names the input; empty for a description made from the values.
        expects_error: name of the exception that the right answer raises.
        flat: all gradients side by side, where the items' gradients are contiguous views of it, in order. Such cases
            are one call each with a list, and are run and compared together (`gradkata.judge.batch`).
    """

    id: str
    entry: str
    items: tuple[Item, ...]
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    subject: Subject = "parameters"
    container: Container = "list"
    mode: Mode = "plain"
    says: str = ""
    expects_error: str | None = None
    flat: torch.Tensor | None = None

    @property
    def calls(self) -> int:
        return 1 + max((len(item.later) for item in self.items), default=0)

    @property
    def likeness(self) -> float:
        """The relative difference within which two submissions' numbers are the same behaviour."""
        return 2 * relative_for(grad.dtype for grad in self.grads() if grad is not None)

    def grads(self, call: int = 0) -> list[torch.Tensor | None]:
        """The gradients before a call."""
        return [item.grad if call == 0 else item.later[call - 1] for item in self.items]

    def visible(self, call: int = 0) -> list[torch.Tensor | None]:
        """The gradients before a call as they are compared: of large ones a sample."""
        grads = self.grads(call)
        if self.mode != "memory":
            return grads
        return [None if grad is None else sample(grad) for grad in grads]

    def on_real_devices(self, homes: Mapping[str, str]) -> Case:
        """The same on the devices that stand for its simulated ones."""
        return replace(
            self,
            mode="real",
            items=tuple(replace(item, device=homes.get(item.device, item.device)) for item in self.items),
            says=f"{self.describe().replace('a simulated ', '').replace('simulated ', '')}, on real devices",
        )

    def reserve_training(self, arena: Arena) -> TrainingMessage | None:  # noqa: ARG002  (for cases that have a model)
        """Reserve room for a model and its batches, where the case has them."""
        return None

    def fill_training(self, message: TrainingMessage, arena: Arena) -> None:
        """Write the model's weights and the batches to their places."""

    def describe(self, call: int = 0) -> str:
        """The input in a few words, with its values where they are few."""
        if self.says:
            return self.says
        shown = [_show(grad) for grad in self.grads(call)]
        listing = ", ".join(shown[:4]) + (f", ... ({len(shown)} in all)" if len(shown) > 4 else "")
        arguments = [f"{value}" for value in self.args] + [f"{name}={value}" for name, value in self.kwargs.items()]
        noun = "gradients"
        where = "" if self.container == "list" else f" in a {self.container.replace('_', ' ')}"
        tail = f", called with {', '.join(arguments)}" if arguments else ""
        return f"{noun} {listing or '(none)'}{where}{tail}"


def sample(large: torch.Tensor) -> torch.Tensor:
    """Elements from all over a large tensor, those of `sparse` among them."""
    return large.flatten()[::SAMPLE_STEP].clone()


def sparse(*shape: int, value: float, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """A large tensor of zeros with `value` here and there, whose norm comes out the same however it is added up."""
    tensor = torch.zeros(shape, dtype=dtype)
    tensor.view(-1)[::_SPARSE_STEP] = value
    return tensor


def _show(grad: torch.Tensor | None) -> str:
    if grad is None:
        return "None"
    if grad.numel() <= 4:
        values = ", ".join(f"{value:.6g}" for value in grad.double().flatten().tolist())
        dtype = "" if grad.dtype is torch.float32 else f" {dtype_name(grad.dtype)}"
        shape = "" if grad.dim() == 1 else f" of shape {tuple(grad.shape)}"
        return f"[{values}]{dtype}{shape}"
    return f"{dtype_name(grad.dtype)} of shape {tuple(grad.shape)}"


@dataclass(frozen=True, slots=True)
class Placed:
    """A case whose tensors have their places in an arena: all of them in `region`, from where to where in bytes."""

    case: Case
    message: ScenarioMessage
    arena: Arena
    region: tuple[int, int]

    def grad_places(self) -> list[Place | None]:
        return [item["grad"] for item in self.message["items"]]

    def data_places(self) -> list[Place | None]:
        return [item["data"] for item in self.message["items"]]


def reserve(case: Case, arena: Arena) -> Placed:
    """Reserve room for the case's tensors."""
    start = arena.reserved
    items = [
        ItemMessage(
            data=arena.reserve(item.data) if item.data is not None and case.subject == "parameters" else None,
            grad=None if item.grad is None else arena.reserve(item.grad),
            device=item.device,
            graph=item.graph,
            requires_grad=item.requires_grad,
            later=[arena.reserve(grad) if grad is not None else None for grad in item.later],
        )
        for item in case.items
    ]
    message = ScenarioMessage(
        id=case.id,
        entry=case.entry,
        subject=case.subject,
        mode=case.mode,
        container=case.container,
        items=items,
        args=list(case.args),
        kwargs=case.kwargs,
        calls=case.calls,
    )
    training = case.reserve_training(arena)
    if training is not None:
        message["training"] = training
    return Placed(case, message, arena, (start, arena.reserved))


def fill(placed: Placed) -> None:
    """Write the case's values to their places."""
    arena = placed.arena
    if "training" in placed.message:
        placed.case.fill_training(placed.message["training"], arena)
    for item, message in zip(placed.case.items, placed.message["items"], strict=True):
        if message["data"] is not None:
            assert item.data is not None
            arena.write(message["data"], item.data)
        if message["grad"] is not None:
            assert item.grad is not None
            arena.write(message["grad"], item.grad)
        for place, grad in zip(message["later"], item.later, strict=True):
            if place is not None:
                assert grad is not None
                arena.write(place, grad)


def parameters_of(
    *grads: torch.Tensor | None,
    device: str | Sequence[str] = "cpu",
    graph: bool = False,
    requires_grad: bool = True,
    later: Sequence[Sequence[torch.Tensor | None]] = (),
) -> tuple[Item, ...]:
    """Items for gradients: each parameter has its gradient's shape and dtype, and ones for values.

    A parameter without a gradient is a vector of two. `graph=True` makes a parameter whose gradient depends on it.
    """
    devices = [device] * len(grads) if isinstance(device, str) else list(device)
    items = []
    for number, grad in enumerate(grads):
        if grad is None:
            data = torch.ones(2)
        elif graph:
            data = grad.clone(memory_format=torch.contiguous_format)
        else:
            data = torch.ones(grad.shape, dtype=grad.dtype)
        items.append(
            Item(
                grad=grad,
                data=data,
                device=devices[number],
                graph=graph,
                requires_grad=requires_grad,
                later=tuple(step[number] for step in later),
            )
        )
    return tuple(items)
