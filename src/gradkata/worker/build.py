"""Builds what an entry point is called with, and sees afterwards what became of it."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import torch

from gradkata.protocol.arena import SAMPLE_STEP, dtype_name, dtype_of, tensor_at
from gradkata.protocol.messages import ItemMessage, ScenarioMessage
from gradkata.worker.plain import full_type_name, type_name
from gradkata.worker.probes.simulated import SimulatedTensor, real, simulate, storage_of

Blobs = dict[str, torch.Tensor]
_LARGEST_VALUE = 1 << 19  # elements; of a larger tensor a sample is sent
_DEPTH = 3  # of tuples in tuples that are described
_HONEST_TENSORS = (torch.Tensor, torch.nn.Parameter, SimulatedTensor)


class Kept(NamedTuple):
    """Which of PyTorch's settings stand after a call as before it."""

    grad_mode: bool
    default_dtype: bool


class Once:
    """An iterable that can be walked once and has no length: the second walk finds nothing."""

    def __init__(self, items: list[torch.Tensor]) -> None:
        self._items = iter(items)

    def __iter__(self) -> Iterator[torch.Tensor]:
        return self._items


def memory_of(tensor: torch.Tensor) -> int:
    """Where a tensor's storage begins. For plain tensors without asking the storage, which costs ten times as much."""
    if type(tensor) is torch.Tensor or type(tensor) is torch.nn.Parameter:
        pointer = tensor.data_ptr()
        return pointer - int(tensor.storage_offset()) * tensor.element_size() if pointer else 0
    return storage_of(tensor)


def hooks_on(tensor: torch.Tensor) -> int:
    """How many hooks wait for the tensor's gradient."""
    return len(tensor._backward_hooks or ()) + len(tensor._post_accumulate_grad_hooks or ())


@dataclass(slots=True)
class Item:
    """A parameter (or a bare gradient) as it was before the call."""

    tensor: torch.Tensor
    later: list[torch.Tensor | None]
    grad: torch.Tensor | None = None
    grad_storage: int = 0
    grad_fn: object = None
    grad_requires_grad: bool = False
    grad_dtype: torch.dtype | None = None
    grad_shape: tuple[int, ...] = ()
    grad_stride: tuple[int, ...] = ()
    pointer: int = 0
    shared: bool = True
    requires_grad: bool = True
    hooks: int = 0
    storage: int = 0
    subject_is_gradient: bool = False

    def remember(self) -> None:
        """Note the state that the next call starts from."""
        self.grad = self.tensor if self.subject_is_gradient else self.tensor.grad
        self.requires_grad = self.tensor.requires_grad
        self.hooks = hooks_on(self.tensor)
        self.storage = memory_of(self.tensor)
        if self.grad is not None:
            self.grad_storage = memory_of(self.grad)
            self.grad_dtype, self.grad_shape, self.grad_stride = self.grad.dtype, self.grad.shape, self.grad.stride()
            self.pointer = self.grad.data_ptr() if type(self.grad) is torch.Tensor else 0
            self.grad_fn = self.grad.grad_fn
            self.grad_requires_grad = self.grad.requires_grad


@dataclass(slots=True)
class Built:
    """The first argument of the entry point, and the items inside it."""

    argument: Any
    items: list[Item] = field(default_factory=list)


def build(scenario: ScenarioMessage, buffer: mmap.mmap) -> Built:
    """The parameters or gradients of a scenario as they are before its first call, in their container."""
    gradients, real_devices = scenario["subject"] == "gradients", scenario["mode"] == "real"
    plain = scenario["container"] == "single"  # a leaf that is no `nn.Parameter`, as any tensor may be
    items = [_item(message, buffer, gradients, real_devices, plain=plain) for message in scenario["items"]]
    for item in items:
        item.remember()
    return Built(_contain(scenario["container"], [item.tensor for item in items]), items)


def _item(
    message: ItemMessage, buffer: mmap.mmap, subject_is_gradient: bool, real_devices: bool, *, plain: bool
) -> Item:
    def at(place: Any) -> torch.Tensor | None:
        if place is None:
            return None
        tensor = tensor_at(buffer, place)
        if real_devices:
            return tensor.to(message["device"], copy=True)
        return tensor if message["device"] == "cpu" else simulate(tensor, message["device"])

    shared = not message["graph"] and not real_devices
    grad = at(message["grad"])
    later = [at(place) for place in message["later"]]
    if subject_is_gradient:
        assert grad is not None
        if message["graph"]:
            grad = grad.requires_grad_().clone()
        return Item(grad, later, shared=shared, subject_is_gradient=True)
    data = at(message["data"])
    if data is None:
        assert grad is not None
        data = torch.ones_like(grad, memory_format=torch.contiguous_format)
    parameter: torch.Tensor
    if plain:
        parameter = data.requires_grad_(message["requires_grad"])
    else:
        parameter = torch.nn.Parameter(data, requires_grad=message["requires_grad"])
    if message["graph"]:
        # The gradient of half the squared norm is the parameter itself, and depends on it.
        loss = (parameter * parameter).sum() * 0.5
        (grad,) = torch.autograd.grad(loss, parameter, create_graph=True)
    parameter.grad = grad
    return Item(parameter, later, shared=shared)


def small_twin(scenario: ScenarioMessage) -> Any:
    """A first argument like the scenario's, of gradients of a few elements: ones, outside the shared memory."""
    tensors: list[torch.Tensor] = []
    for message in scenario["items"]:
        place = message["grad"] or message["data"]
        assert place is not None
        grad = torch.ones([min(size, 2) for size in place["shape"]], dtype=dtype_of(place["dtype"]))
        if scenario["subject"] != "gradients":
            parameter = torch.nn.Parameter(torch.ones_like(grad))
            parameter.grad = None if message["grad"] is None else grad
            grad = parameter
        tensors.append(grad)
    return _contain(scenario["container"], tensors)


def refill(items: list[Item], call: int) -> None:
    """New gradients for a later call, as `backward()` would leave them: in the same tensors where there are any."""
    with torch.no_grad():
        for item in items:
            new = item.later[call - 1]
            if item.subject_is_gradient:
                assert new is not None
                item.tensor.copy_(new)
            elif new is None:
                item.tensor.grad = None
            elif item.tensor.grad is None:
                item.tensor.grad = new.clone()
            else:
                item.tensor.grad.copy_(new)
    for item in items:
        item.remember()


def _contain(container: str, tensors: list[torch.Tensor]) -> Any:
    makers: dict[str, Any] = {
        "list": list,
        "tuple": tuple,
        "generator": lambda all_: (tensor for tensor in all_),
        "iterator": iter,
        "once": Once,
        "set": set,
        "dict_values": lambda all_: {str(number): tensor for number, tensor in enumerate(all_)}.values(),
        "single": lambda all_: all_[0],
    }
    return makers[container](tensors)


def states(items: Iterable[Item], blobs: Blobs, prefix: str, *, send_values: bool) -> list[dict[str, Any] | None]:
    """What became of each item: None where nothing but values in the shared memory can have changed.

    Values are sent only where the judge cannot read them from the shared memory.
    """
    return [_state(item, blobs, f"{prefix}.{number}", send_values) for number, item in enumerate(items)]


def _state(item: Item, blobs: Blobs, key: str, send_values: bool) -> dict[str, Any] | None:
    tensor = item.tensor
    if type(tensor) not in _HONEST_TENSORS:  # the parameter's class was changed: nothing that it says counts
        return _strange(item, type(tensor), parameter=True)
    now = tensor if item.subject_is_gradient else tensor.grad
    if (
        now is not None
        and now is item.grad
        and item.shared
        and not send_values
        and type(now) is torch.Tensor
        and type(tensor) in (torch.Tensor, torch.nn.Parameter)
        and now.data_ptr() == item.pointer
        and memory_of(tensor) == item.storage
        and now.shape == item.grad_shape
        and now.stride() == item.grad_stride
        and now.dtype is item.grad_dtype
        and now.grad_fn is item.grad_fn
        and now.requires_grad == item.grad_requires_grad
        and tensor.requires_grad == item.requires_grad
        and hooks_on(tensor) == item.hooks
        and (tensor.grad_fn is None or item.subject_is_gradient)
    ):
        return None
    if now is not None and type(now) not in _HONEST_TENSORS:
        return _strange(item, type(now), parameter=False)
    state: dict[str, Any] = {
        "parameter_requires_grad": item.tensor.requires_grad == item.requires_grad,
        "parameter_same_storage": memory_of(item.tensor) == item.storage,
        "parameter_graph": item.tensor.grad_fn is not None and not item.subject_is_gradient,
        "hooks_kept": hooks_on(item.tensor) == item.hooks,
        "present": now is not None,
        "was_present": item.grad is not None,
    }
    if now is None:
        return state
    state |= {
        "type": type_name(type(now)),
        "same_object": now is item.grad,
        "same_storage": item.grad is not None and memory_of(now) == item.grad_storage,
        "dtype": dtype_name(now.dtype),
        "shape": list(now.shape),
        "device": str(now.device),
        "new_graph": now.grad_fn is not None and now.grad_fn is not item.grad_fn,
        "requires_grad_changed": now.requires_grad and not item.grad_requires_grad,
    }
    in_arena = item.shared and state["same_storage"]
    if send_values or not in_arena:
        value = real(now.detach()).cpu()
        blobs[key] = (value if value.numel() <= _LARGEST_VALUE else value.flatten()[::SAMPLE_STEP]).clone().contiguous()
        state["value"] = key
    return state


def _strange(item: Item, kind: type, *, parameter: bool) -> dict[str, Any]:
    """The state where a parameter or its gradient is now of a class that may answer as it likes."""
    return {
        "parameter_requires_grad": True,
        "parameter_same_storage": not parameter,
        "parameter_graph": False,
        "present": True,
        "was_present": item.grad is not None,
        "type": type_name(kind),
        "same_object": False,
        "same_storage": False,
        "new_graph": False,
        "requires_grad_changed": False,
    }


def describe(value: Any, blobs: Blobs, key: str, depth: int = 0) -> dict[str, Any]:
    """A returned value, by its exact type: nothing that the value could lie with (`__float__`, `__eq__`) is called."""
    kind = type(value)
    text = {"type": full_type_name(kind)}
    if value is None:
        return {"kind": "none", **text}
    if kind is bool:
        return {"kind": "bool", "number": float(value), **text}
    if kind is float or kind is int:
        try:
            return {"kind": kind.__name__, "number": float(value), **text}
        except OverflowError:
            return {"kind": "other", **text}
    if kind is np.float64:
        return {"kind": "float", "number": float.__float__(value), **text}
    base = kind if kind is list else tuple if issubclass(kind, tuple) else None
    if base is not None and depth < _DEPTH:
        held = list(base.__iter__(value))  # of a named tuple, too, what it holds and not what it says
        elements = [describe(element, blobs, f"{key}.{number}", depth + 1) for number, element in enumerate(held[:8])]
        return {"kind": "tuple", "elements": elements, "length": len(held), **text}
    if kind in _HONEST_TENSORS and value.layout is torch.strided:
        described = {
            "kind": "tensor",
            "dtype": dtype_name(value.dtype),
            "shape": list(value.shape),
            "device": str(value.device),
            "requires_grad": value.requires_grad,
            **text,
        }
        plain = real(value.detach())
        if value.numel() == 1 and value.dtype.is_floating_point:
            described["number"] = plain.double().item()  # float64 holds every narrower number exactly
        elif value.numel() <= _LARGEST_VALUE and not value.is_complex():
            blobs[key] = plain.cpu().clone().contiguous()
            described["value"] = key
        return described
    return {"kind": "other", **text}
