"""Cases for training steps, and the right step by hand.

The expected step is worked out in float64 from the model's description, without `torch.nn` modules and without
`torch.optim`: plain arithmetic on the judge's own copies.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch.nn import functional

from gradkata.judge.case import Case, Item
from gradkata.protocol.arena import Arena
from gradkata.protocol.messages import (
    GroupMessage,
    LayerKind,
    LayerMessage,
    Round,
    StepMessage,
    Subject,
    TrainingMessage,
)

DEFAULT_MAX_GRAD_NORM = 1.0
EPSILON = 1e-6  # beside the norm in the factor; a right answer may do without it
_BATCH_NORM_MOMENTUM = 0.1  # what `torch.nn.BatchNorm1d` has unless told otherwise
Values = dict[str, torch.Tensor]


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of a model; a layer that is not `used` plays no part in the forward pass."""

    name: str
    kind: LayerKind
    parameters: Mapping[str, torch.Tensor] = field(default_factory=dict)
    frozen: tuple[str, ...] = ()
    used: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """Parameters that SGD moves with the same learning rate and momentum."""

    parameters: tuple[str, ...]
    lr: float
    momentum: float = 0.0


@dataclass(frozen=True, slots=True)
class Batch:
    """What one step is called with, after model and optimizer."""

    x: torch.Tensor
    y: torch.Tensor
    kwargs: Mapping[str, float] = field(default_factory=dict)

    @property
    def max_grad_norm(self) -> float:
        return self.kwargs.get("max_grad_norm", DEFAULT_MAX_GRAD_NORM)


@dataclass(frozen=True, slots=True)
class TrainingCase(Case):
    """A model, an SGD optimizer and batches: one call for each batch, in every round.

    Attributes:
        rounds: each starts from the same weights; `cleared` with gradients emptied between the calls, `kept` without.
    """

    items: tuple[Item, ...] = ()
    subject: Subject = "training"
    layers: tuple[Layer, ...] = ()
    groups: tuple[Group, ...] = ()
    batches: tuple[Batch, ...] = ()
    rounds: tuple[Round, ...] = ("cleared",)

    @property
    def calls(self) -> int:
        return len(self.rounds) * len(self.batches)

    @property
    def likeness(self) -> float:
        # Parameters are compared by how far they moved, which float32 parameters of size 1 tell to four digits.
        return 2e-3

    def batch(self, call: int) -> Batch:
        """The batch of a call."""
        return self.batches[call % len(self.batches)]

    def weights(self) -> Values:
        """The parameters before the first call, by name."""
        return {f"{layer.name}.{name}": value for layer in self.layers for name, value in layer.parameters.items()}

    def trainable(self) -> dict[str, bool]:
        """For each parameter whether it requires a gradient."""
        return {f"{layer.name}.{name}": name not in layer.frozen for layer in self.layers for name in layer.parameters}

    def describe(self, call: int = 0) -> str:
        number = call % len(self.batches)
        model = ", ".join(_show(layer) for layer in self.layers)
        rates = ", ".join(dict.fromkeys(f"{group.lr:g}" for group in self.groups))
        momentum = f", momentum {self.groups[0].momentum:g}" if self.groups[0].momentum else ""
        arguments = ", ".join(f"{name}={value:g}" for name, value in self.batches[number].kwargs.items())
        where = f"call {number + 1} of {len(self.batches)}, " if len(self.batches) > 1 else ""
        return f"{where}{model}; SGD with lr {rates}{momentum}; {arguments or 'max_grad_norm left out'}"

    def reserve_training(self, arena: Arena) -> TrainingMessage | None:
        return TrainingMessage(
            layers=[
                LayerMessage(
                    name=layer.name,
                    kind=layer.kind,
                    parameters={name: arena.reserve(value) for name, value in layer.parameters.items()},
                    frozen=list(layer.frozen),
                    used=layer.used,
                )
                for layer in self.layers
            ],
            groups=[
                GroupMessage(parameters=list(group.parameters), lr=group.lr, momentum=group.momentum)
                for group in self.groups
            ],
            batches=[
                StepMessage(x=arena.reserve(batch.x), y=arena.reserve(batch.y), kwargs=dict(batch.kwargs))
                for batch in self.batches
            ],
            rounds=list(self.rounds),
        )

    def fill_training(self, message: TrainingMessage, arena: Arena) -> None:
        for layer, told in zip(self.layers, message["layers"], strict=True):
            for name, value in layer.parameters.items():
                arena.write(told["parameters"][name], value)
        for batch, place in zip(self.batches, message["batches"], strict=True):
            arena.write(place["x"], batch.x)
            arena.write(place["y"], batch.y)


def _show(layer: Layer) -> str:
    if layer.kind == "linear":
        outputs, inputs = layer.parameters["weight"].shape
        notes = [*(f"{name} frozen" for name in layer.frozen), *([] if layer.used else ["unused"])]
        return f"Linear({inputs}, {outputs})" + (f" ({', '.join(notes)})" if notes else "")
    return {"batch_norm": "BatchNorm1d", "tanh": "Tanh", "relu": "ReLU"}[layer.kind]


# Making models and batches.


def linear(
    generator: torch.Generator,
    name: str,
    inputs: int,
    outputs: int,
    *,
    bias: bool = True,
    frozen: tuple[str, ...] = (),
    used: bool = True,
) -> Layer:
    """A linear layer with the weights that `torch.nn.Linear` would draw."""
    bound = 1 / math.sqrt(inputs)
    parameters = {"weight": torch.empty(outputs, inputs).uniform_(-bound, bound, generator=generator)}
    if bias:
        parameters["bias"] = torch.empty(outputs).uniform_(-bound, bound, generator=generator)
    return Layer(name, "linear", parameters, frozen, used)


def batch_norm(name: str, size: int) -> Layer:
    """A batch norm as it starts: weight 1, bias 0."""
    return Layer(name, "batch_norm", {"weight": torch.ones(size), "bias": torch.zeros(size)})


def batch(seed: int, size: int, inputs: int, outputs: int, scale: float, **kwargs: float) -> Batch:
    """Normal inputs, and normal targets times `scale`, which decides how long the gradients are."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(size, inputs, generator=generator)
    return Batch(x, scale * torch.randn(size, outputs, generator=generator), kwargs)


def scaled(batch: Batch, scale: float) -> Batch:
    """The same with inputs and targets times `scale`: gradients are as much smaller, squared."""
    return replace(batch, x=scale * batch.x, y=scale * batch.y)


# The right step.


@dataclass(frozen=True, slots=True)
class Step:
    """What one call should bring about: the results, and all parameters afterwards in float64.

    Attributes:
        still: parameters that nothing may move: without a gradient, or with a learning rate of 0.
        statistics: the running means and variances of the batch norms afterwards, by name.
    """

    loss: float
    norm: float
    max_grad_norm: float
    parameters: Values
    momentum: Values
    still: frozenset[str]
    statistics: Values

    @property
    def clipped(self) -> bool:
        return self.norm > self.max_grad_norm

    @property
    def spread(self) -> float:
        """By how much of its length the right step may be longer: for want of the epsilon."""
        return EPSILON / self.norm if self.clipped else 0.0


def fresh_statistics(layers: Sequence[Layer]) -> Values:
    """The running statistics of batch norms that have seen nothing: means of 0 and variances of 1."""
    sizes = {layer.name: layer.parameters["weight"].shape for layer in layers if layer.kind == "batch_norm"}
    means = {f"{name}.running_mean": torch.zeros(size) for name, size in sizes.items()}
    return means | {f"{name}.running_var": torch.ones(size) for name, size in sizes.items()}


def forward(
    layers: Sequence[Layer], parameters: Mapping[str, torch.Tensor], x: torch.Tensor, statistics: Values
) -> torch.Tensor:
    """The model's output in training mode; batch norms update `statistics`."""
    for layer in layers:
        if not layer.used:
            continue
        weight, bias = parameters.get(f"{layer.name}.weight"), parameters.get(f"{layer.name}.bias")
        if layer.kind == "linear":
            assert weight is not None
            x = functional.linear(x, weight, bias)
        elif layer.kind == "batch_norm":
            mean, variance = statistics[f"{layer.name}.running_mean"], statistics[f"{layer.name}.running_var"]
            x = functional.batch_norm(x, mean, variance, weight, bias, training=True, momentum=_BATCH_NORM_MOMENTUM)
        else:
            x = torch.tanh(x) if layer.kind == "tanh" else torch.relu(x)
    return x


def right_step(
    case: TrainingCase,
    parameters: Mapping[str, torch.Tensor],
    batch: Batch,
    momentum: Mapping[str, torch.Tensor],
    statistics: Mapping[str, torch.Tensor],
) -> Step:
    """The step from `parameters` on a batch: loss, gradients, one factor for all of them, SGD with `momentum`.

    Args:
        momentum: the optimizer's buffers from the step before; empty before the first one.
        statistics: the batch norms' running statistics before the step.
    """
    trainable = case.trainable()
    leaves = {
        name: value.detach().double().clone().requires_grad_(trainable[name]) for name, value in parameters.items()
    }
    wanted = [name for name in leaves if trainable[name]]
    learned = {name: value.double().clone() for name, value in statistics.items()}
    with torch.enable_grad():
        loss = (forward(case.layers, leaves, batch.x.double(), learned) - batch.y.double()).square().mean()
        found = torch.autograd.grad(loss, [leaves[name] for name in wanted], allow_unused=True)
    gradients: Values = {name: grad for name, grad in zip(wanted, found, strict=True) if _present(grad)}
    norm = float(torch.cat([grad.flatten() for grad in gradients.values()]).norm())
    factor = batch.max_grad_norm / (norm + EPSILON) if norm > batch.max_grad_norm else 1.0
    after = {name: value.detach() for name, value in leaves.items()}
    buffers: Values = {}
    for group in case.groups:
        for name in group.parameters:
            if name not in gradients:
                continue
            move = gradients[name] * factor
            if group.momentum and name in momentum:
                move = group.momentum * momentum[name] + move
            buffers[name] = move
            after[name] = after[name] - group.lr * move
    moved = {name for group in case.groups if group.lr for name in group.parameters}
    still = frozenset(after) - moved.intersection(gradients)
    return Step(float(loss.detach()), norm, batch.max_grad_norm, after, buffers, still, learned)


def _present(grad: torch.Tensor | None) -> bool:
    # `allow_unused=True` gives None where a parameter plays no part in the loss; the annotations do not say so.
    return grad is not None


def right_run(case: TrainingCase) -> list[Step]:
    """Every step of one round, each from where the one before ended."""
    steps: list[Step] = []
    for number in range(len(case.batches)):
        if steps:
            parameters, momentum, statistics = steps[-1].parameters, steps[-1].momentum, steps[-1].statistics
        else:
            parameters, momentum, statistics = case.weights(), {}, fresh_statistics(case.layers)
        steps.append(right_step(case, parameters, case.batches[number], momentum, statistics))
    return steps


def with_clipping_idle(case: TrainingCase, calls: int | None = None) -> TrainingCase:
    """The same with each threshold just above the right norm, so that whether and how one clips is no question.

    Args:
        calls: for how many of the first calls; by default for all.
    """
    for number in range(len(case.batches) if calls is None else calls):
        case = near_the_norm(case, number, 1.00001)
    return case


def near_the_norm(case: TrainingCase, number: int, share: float) -> TrainingCase:
    """The same with the threshold of one call at a share of the right norm."""
    limit: dict[str, Any] = {"max_grad_norm": right_run(case)[number].norm * share}
    batches = [*case.batches]
    batches[number] = replace(batches[number], kwargs=limit)
    return replace(case, batches=tuple(batches))
