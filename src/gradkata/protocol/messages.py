"""The shapes of the messages, as the worker writes and reads them.

The judge checks what comes back against `gradkata.judge.observations`, which is strict; these types only name the keys.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

Container = Literal["list", "tuple", "generator", "iterator", "once", "set", "dict_values", "single"]
Mode = Literal["plain", "trace", "devices", "memory", "real"]
Subject = Literal["parameters", "gradients", "training"]
LayerKind = Literal["linear", "batch_norm", "tanh", "relu"]
Round = Literal["cleared", "kept"]
EventKind = Literal["zero_grad", "forward", "backward", "backpropagated", "clip", "clipped", "step", "stepped", "end"]


class Place(TypedDict):
    """A tensor in the shared memory: `offset` in bytes, `shape` and `stride` in elements."""

    dtype: str
    shape: list[int]
    stride: list[int]
    offset: int


class ItemMessage(TypedDict):
    """One parameter (or bare gradient) to build.

    `later` holds the gradients that are copied in before the second and later calls.
    """

    data: Place | None
    grad: Place | None
    device: str
    graph: bool
    requires_grad: bool
    later: list[Place | None]


class LayerMessage(TypedDict):
    """One layer of a model, with its weights. `used` says whether the forward pass goes through it."""

    name: str
    kind: LayerKind
    parameters: dict[str, Place]
    frozen: list[str]
    used: bool


class GroupMessage(TypedDict):
    """One group of an SGD optimizer; its parameters are named as `model.named_parameters()` does."""

    parameters: list[str]
    lr: float
    momentum: float


class StepMessage(TypedDict):
    """What one training step is called with, after the model and the optimizer."""

    x: Place
    y: Place
    kwargs: dict[str, Any]


class TrainingMessage(TypedDict):
    """A model, an optimizer and batches.

    Each round makes both afresh and takes every batch: `cleared` with gradients that the worker empties between the
    calls, `kept` with what the submission left in them.
    """

    layers: list[LayerMessage]
    groups: list[GroupMessage]
    batches: list[StepMessage]
    rounds: list[Round]


class ScenarioMessage(TypedDict):
    """One prepared situation in which an entry point is called."""

    id: str
    entry: str
    subject: Subject
    mode: Mode
    container: Container
    items: list[ItemMessage]
    args: list[Any]
    kwargs: dict[str, Any]
    calls: int
    training: NotRequired[TrainingMessage]


class BatchedMessage(TypedDict):
    """One of many small cases: a call with a list of parameters of ones, or of the bare gradients.

    The gradients lie side by side from `offset` (in bytes) on.
    """

    entry: str
    dtype: str
    offset: int
    shapes: list[list[int]]
    args: list[Any]
    kwargs: dict[str, Any]


class BatchMessage(TypedDict):
    """Many small cases that are observed together."""

    subject: Subject
    cases: list[BatchedMessage]


class WorkMessage(TypedDict):
    """What is to be run, the same for many submissions: scenarios, then batches, and last of all a memory case."""

    scenarios: list[ScenarioMessage]
    batches: list[BatchMessage]


class ProgramMessage(TypedDict):
    """The submission that is to be run."""

    source: str
    filename: str
    entry_points: list[str]
    arguments: dict[str, int]
    imports: list[str]
    forbidden_files: list[str]
