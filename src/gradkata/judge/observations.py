"""What comes back from the worker, checked strictly: an observation that does not fit its schema does not count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import safetensors
import safetensors.torch
import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gradkata.protocol.messages import EventKind

# What an honest worker sends; the judge's own arithmetic knows no other.
_DTYPES = {
    torch.float16, torch.bfloat16, torch.float32, torch.float64,
    torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64,
}  # fmt: skip


class Garbled(Exception):
    """An observation frame that does not fit the schema."""


Short = Annotated[str, Field(max_length=200)]
Shape = Annotated[list[int], Field(max_length=64)]


class Strict(BaseModel):
    """A message in which every field has its type and no other field stands."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Raised(Strict):
    """An exception that the submission let through. `line` and `text` are the learner's own."""

    type: str = Field(max_length=80)
    bases: list[str] = Field(max_length=8)
    message: str = Field(max_length=400)
    line: int | None
    text: str = Field(max_length=200)


class Returned(Strict):
    """A returned value, by its exact type."""

    kind: Literal["none", "bool", "int", "float", "tensor", "tuple", "other"]
    type: str = Field(max_length=120)
    number: float | None = None
    dtype: Short | None = None
    shape: Shape | None = None
    device: Short | None = None
    requires_grad: bool | None = None
    value: Short | None = None
    elements: list[Returned] | None = Field(default=None, max_length=8)
    length: int | None = None


class ItemState(Strict):
    """What became of one parameter and its gradient."""

    parameter_requires_grad: bool
    parameter_same_storage: bool
    parameter_graph: bool
    hooks_kept: bool = True
    present: bool
    was_present: bool
    type: Short | None = None
    same_object: bool | None = None
    same_storage: bool | None = None
    dtype: Short | None = None
    shape: Shape | None = None
    device: Short | None = None
    new_graph: bool | None = None
    requires_grad_changed: bool | None = None
    value: Short | None = None


class Probe(Strict):
    """What the operator trace or the simulated devices counted.

    `branches` are the waits for a truth value. `launched_by` has the launches of each operator, `new_by_operator` the
    bytes of its largest new storage. `faults` are the operators that the probe could not record: the other figures are
    then not to be trusted.
    """

    waits: int
    branches: int
    launches: int
    launched_by: dict[str, int] = Field(max_length=65)
    largest_new_bytes: int
    new_by_operator: dict[str, int] = Field(max_length=16)
    moved_bytes: int
    faults: int
    wait_reasons: dict[str, int] = Field(max_length=16)


class TrainingEvent(Strict):
    """Something that happened in a training step, with the norm of all gradients at that moment."""

    kind: EventKind
    norm: float | None


class TrainingState(Strict):
    """The model after a training step. Its parameters' and buffers' values come as tensors named `call.name`.

    `with_grad` are the parameters whose gradient is not None. `hooks_left` says how many hooks there are on model and
    optimizer that were not there before the first call, or is -1 where they could not be counted.
    """

    training: bool
    requires_grad: dict[str, bool]
    with_grad: list[str] = Field(max_length=64)
    events: list[TrainingEvent] = Field(max_length=65)
    hooks_left: int


class Call(Strict):
    """One call of an entry point. Of PyTorch's settings it tells whether they stand as they stood before."""

    outcome: Literal["returned", "raised"]
    grad_mode_kept: bool
    default_dtype_kept: bool = True
    items: list[ItemState | None]
    returned: Returned | None = None
    error: Raised | None = None
    probe: Probe | None = None
    training: TrainingState | None = None


class _Observation(Strict):
    kind: Literal["observation"]
    scenario: str
    index: int
    seconds: float
    calls: list[Call]


class _Batch(Strict):
    kind: Literal["batch"]
    index: int
    seconds: float
    looks: list[Returned] = Field(max_length=4096)
    look: list[int]
    numbers: list[float | None]
    odd: dict[str, Call]


@dataclass(frozen=True, slots=True)
class Observation:
    """All calls of one scenario, with the seconds that they took together and the tensors that were sent."""

    scenario: str
    seconds: float
    calls: list[Call]
    tensors: Mapping[str, torch.Tensor] = field(default_factory=dict)

    def number(self, returned: Returned | None) -> float | None:
        """The one number in a returned value, or None where there is not exactly one."""
        if returned is None:
            return None
        if returned.number is not None:
            return returned.number
        if returned.kind == "tensor" and returned.value is not None:
            tensor = self.tensors.get(returned.value)
            if tensor is not None and tensor.numel() == 1:
                return float(tensor.double())
        return None


# Whatever pydantic and safetensors raise on input that somebody made up.
_BREAKS = (
    ValidationError, safetensors.SafetensorError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError,
    RuntimeError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BatchObservation:
    """One call of each case of a batch.

    Attributes:
        seconds: of all calls together.
        looks: how returned values looked, but for their numbers; `look` says which for each case, or -1 for an odd one.
        numbers: the returned numbers.
        odd: calls in which something else was remarkable, whole.
    """

    seconds: float
    looks: list[Returned]
    look: list[int]
    numbers: list[float | None]
    odd: Mapping[int, Call]
    tensors: Mapping[str, torch.Tensor]

    def call(self, number: int, items: int) -> Call:
        """A call that was not odd."""
        look = self.looks[self.look[number]].model_copy(update={"number": self.numbers[number]})
        return Call(outcome="returned", grad_mode_kept=True, items=[None] * items, returned=look)


def parse(header: dict[str, Any], blob: bytes) -> Observation:
    """An observation from its frame.

    Raises:
        Garbled: the header breaks the schema or the blob is not safetensors of ordinary dtypes.
    """
    try:
        message = _Observation.model_validate(header)
        tensors = _tensors(blob)
    except _BREAKS as error:
        raise Garbled(f"an observation that breaks the schema ({type(error).__name__})") from error
    return Observation(message.scenario, message.seconds, message.calls, tensors)


def parse_batch(header: dict[str, Any], blob: bytes) -> BatchObservation:
    """The observation of a batch from its frame.

    Raises:
        Garbled: the header breaks the schema or contradicts itself, or the blob is not safetensors of ordinary dtypes.
    """
    try:
        message = _Batch.model_validate(header)
        odd = {int(number): call for number, call in message.odd.items()}
        tensors = _tensors(blob)
    except _BREAKS as error:
        raise Garbled(f"an observation that breaks the schema ({type(error).__name__})") from error
    looks = range(len(message.looks))
    fits = all((number in odd) if look == -1 else look in looks for number, look in enumerate(message.look))
    if not fits or len(message.look) != len(message.numbers):
        raise Garbled("an observation that contradicts itself")
    return BatchObservation(message.seconds, message.looks, message.look, message.numbers, odd, tensors)


def _tensors(blob: bytes) -> dict[str, torch.Tensor]:
    tensors = safetensors.torch.load(blob) if blob else {}
    if any(tensor.dtype not in _DTYPES for tensor in tensors.values()):
        raise Garbled("an observation with tensors of a strange dtype")
    return tensors
