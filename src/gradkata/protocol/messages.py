"""The shapes of the messages, as the worker writes and reads them.

The judge checks what comes back against `gradkata.judge.observations`, which is strict; these types only name the keys.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

Container = Literal["list", "tuple", "generator", "iterator", "once", "set", "dict_values", "single"]
Mode = Literal["plain", "trace", "devices", "memory"]
Subject = Literal["parameters", "gradients", "training"]


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


class TrainingMessage(TypedDict):
    """A model and its data for a training step: `sizes` are the widths of its linear layers."""

    sizes: list[int]
    weights: list[Place]
    batches: list[tuple[Place, Place]]
    lr: float


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


class ProgramMessage(TypedDict):
    """All that the worker is asked to do with one submission."""

    source: str
    filename: str
    entry_points: list[str]
    arguments: dict[str, int]
    imports: list[str]
    forbidden_files: list[str]
    limits: dict[str, Any]
    scenarios: list[ScenarioMessage]
