"""What an exercise's `bench.py` says: the functions to compare with, and the gradients to compare on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

Shape = tuple[int, ...]
Arguments = Callable[["list[torch.Tensor]"], Sequence[Any]]

FEW_LARGE: tuple[Shape, ...] = ((2048, 2048),) * 4
"""64 MiB in float32: more than any cache, so that each pass over memory shows."""

MANY_SMALL: tuple[Shape, ...] = ((64, 64), (64,)) * 150
"""300 gradients of at most 16 KiB: what it costs to start an operator is all that there is to see."""

_BLOCK: tuple[Shape, ...] = ((256, 256),) * 4 + ((256,),) * 6 + ((1024, 256), (256, 1024))
MIXED: tuple[Shape, ...] = ((8192, 256), *(_BLOCK * 6))
"""A small transformer: an embedding, and six blocks of matrices, biases and scales; 27 MiB in float32."""

SHAPES: Mapping[str, tuple[Shape, ...]] = {"few large": FEW_LARGE, "many small": MANY_SMALL, "mixed": MIXED}


class Takes(StrEnum):
    """What stands first among a function's arguments."""

    PARAMETERS = "parameters"
    """A list of parameters with gradients, which the function changes."""

    GRADIENTS = "gradients"
    """A list of gradients, of which the function returns a number."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """A function to compare with, called as the entry points are."""

    name: str
    function: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Case:
    """Normally distributed float32 gradients of these shapes, and what makes the arguments after them.

    Attributes:
        shape: the name of the shapes, for people: "few large".
        situation: what is asked of the function: "clipping"; may be empty.
        shapes: one for each gradient.
        arguments: gets the gradients, returns the arguments after the first.
    """

    shape: str
    situation: str
    shapes: tuple[Shape, ...]
    arguments: Arguments

    @property
    def name(self) -> str:
        return f"{self.shape}, {self.situation}" if self.situation else self.shape


@dataclass(frozen=True, slots=True)
class Bench:
    """An exercise's comparison.

    Attributes:
        baselines: the first one is the yardstick: every time is a ratio to its time.
        cases: what all of them are called on.
        entry_points: the functions of an answer that are timed, with a name for each (empty if there is only one).
        takes: what the functions are given.
    """

    baselines: tuple[Baseline, ...]
    cases: tuple[Case, ...]
    entry_points: Mapping[str, str]
    takes: Takes = Takes.PARAMETERS

    def __post_init__(self) -> None:
        for name in ("baselines", "cases", "entry_points"):
            if not getattr(self, name):
                raise ValueError(f"`{name}` is empty")


def on_shapes(
    situations: Mapping[str, Arguments], shapes: Mapping[str, tuple[Shape, ...]] = SHAPES
) -> tuple[Case, ...]:
    """Every situation on every one of the shapes."""
    return tuple(
        Case(shape, situation, sizes, arguments)
        for shape, sizes in shapes.items()
        for situation, arguments in situations.items()
    )
