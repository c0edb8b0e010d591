"""Runs many small cases in one tight loop, and describes only what is remarkable about a call.

What is used while the submission's code has control is bound here before, in names that it cannot exchange.
"""

from __future__ import annotations

import math
import mmap
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import torch

from gradkata.protocol.arena import dtype_of
from gradkata.protocol.messages import BatchedMessage, BatchMessage
from gradkata.worker import build

Describe = Callable[..., dict[str, Any]]
_clock = time.perf_counter
_Tensor, _Parameter = torch.Tensor, torch.nn.Parameter
_pointer, _stride, _number = torch.Tensor.data_ptr, torch.Tensor.stride, torch.Tensor.item
_plain = torch.Tensor.data.__get__  # type: ignore[attr-defined]
_from_buffer, _ones, _split = torch.frombuffer, torch.ones, torch.Tensor.split_with_sizes
_recording, _set_recording = torch.is_grad_enabled, torch.set_grad_enabled
_default_dtype, _set_default_dtype = torch.get_default_dtype, torch.set_default_dtype
_Kept, _hooks_on = build.Kept, build.hooks_on


class Made(NamedTuple):
    """A parameter (or a bare gradient, which is its own `grad`) as it is before the call."""

    tensor: torch.Tensor
    grad: torch.Tensor
    pointer: int
    parameter_pointer: int
    storage: int
    parameter_storage: int
    shape: torch.Size
    stride: tuple[int, ...]


def make(message: BatchMessage, arena: mmap.mmap) -> list[list[Made]]:
    """The parameters or gradients of each case, in the shared memory."""
    bare = message["subject"] == "gradients"
    return [_make(case, arena, bare) for case in message["cases"]]


def observe(
    message: BatchMessage, all_made: list[list[Made]], entries: Mapping[str, Callable[..., Any]], describe: Describe
) -> tuple[dict[str, Any], build.Blobs]:
    """Call an entry point for each case, with what was made for it.

    `describe` describes a call in full, for those that are remarkable in any way.
    """
    bare = message["subject"] == "gradients"
    blobs: build.Blobs = {}
    looks: dict[tuple[Any, ...], int] = {}
    found: list[dict[str, Any]] = []
    look: list[int] = []
    numbers: list[float | None] = []
    odd: dict[str, dict[str, Any]] = {}
    total = 0.0
    _set_recording(True)
    for number, (case, made) in enumerate(zip(message["cases"], all_made, strict=True)):
        entry, argument = entries[case["entry"]], [one.tensor for one in made]
        returned: Any = None
        error: BaseException | None = None
        dtype = _default_dtype()
        started = _clock()
        try:
            returned = entry(argument, *case["args"], **case["kwargs"])
        except BaseException as caught:
            error = caught
        total += _clock() - started
        kept = _Kept(_recording(), _default_dtype() is dtype)
        as_it_was = kept.grad_mode and kept.default_dtype
        if not as_it_was:
            _set_recording(True)
            _set_default_dtype(dtype)
        if error is None and as_it_was and _as_before(made, dtype_of(case["dtype"]), bare):
            key, value = _glance(returned)
            if key is not None:
                if key not in looks:
                    looks[key] = len(found)
                    found.append({**build.describe(returned, {}, ""), "number": None})
                look.append(looks[key])
                numbers.append(value)
                continue
        items = [_item(one, dtype_of(case["dtype"]), bare) for one in made]
        odd[f"{number}"] = describe(returned, error, items, kept, blobs, f"{number}")
        look.append(-1)
        numbers.append(None)
    return {"seconds": total, "looks": found, "look": look, "numbers": numbers, "odd": odd}, blobs


def _make(case: BatchedMessage, arena: mmap.mmap, bare: bool) -> list[Made]:
    dtype = dtype_of(case["dtype"])
    sizes = [math.prod(shape) for shape in case["shapes"]]
    flat = _from_buffer(arena, dtype=dtype, count=sum(sizes), offset=case["offset"])
    ones = flat if bare else _ones(sum(sizes), dtype=dtype)
    storages = _pointer(flat), _pointer(ones)
    values = [None] * len(sizes) if bare else _split(ones, sizes)
    made = []
    for shape, part, value in zip(case["shapes"], _split(flat, sizes), values, strict=True):
        # Like a gradient that `backward()` made it is no view of another tensor: `detach_()` works.
        grad = _plain(part if len(shape) == 1 else part.view(shape))
        pointer = _pointer(grad)
        if value is None:
            made.append(Made(grad, grad, pointer, pointer, *storages, grad.shape, _stride(grad)))
        else:
            parameter = _Parameter(value if len(shape) == 1 else value.view(shape))
            parameter.grad = grad
            made.append(Made(parameter, grad, pointer, _pointer(parameter), *storages, grad.shape, _stride(grad)))
    return made


def _as_before(made: list[Made], dtype: torch.dtype, bare: bool) -> bool:
    """Whether nothing but values in the shared memory can have changed."""
    for tensor, grad, pointer, parameter_pointer, _, _, shape, stride in made:
        if type(tensor) is not (_Tensor if bare else _Parameter):
            return False
        now = tensor if bare else tensor.grad
        if (
            now is not grad
            or type(now) is not _Tensor
            or _pointer(now) != pointer
            or now.dtype is not dtype
            or now.shape != shape
            or _stride(now) != stride
            or now.grad_fn is not None
            or now.requires_grad
            or _pointer(tensor) != parameter_pointer
            or tensor.requires_grad is bare
            or tensor.grad_fn is not None
            or _hooks_on(tensor)
        ):
            return False
    return True


def _glance(returned: Any) -> tuple[tuple[Any, ...] | None, float | None]:
    """How a returned value looks but for its number, as a key, and the number; no key for what needs a closer look."""
    kind = type(returned)
    if returned is None or kind is float:
        return (kind,), returned
    if kind is not _Tensor or returned.layout is not torch.strided or returned.device.type != "cpu":
        return None, None
    if returned.numel() != 1 or not returned.is_floating_point():
        return None, None
    # float64 holds every narrower number exactly.
    return (returned.dtype, returned.shape, returned.requires_grad), float(_number(returned))


def _item(one: Made, dtype: torch.dtype, bare: bool) -> build.Item:
    """The same as other cases have it, for a closer look at what became of it."""
    return build.Item(
        one.tensor,
        later=[],
        grad=one.grad,
        grad_storage=one.storage,
        grad_dtype=dtype,
        grad_shape=one.shape,
        grad_stride=one.stride,
        pointer=one.pointer,
        requires_grad=not bare,
        storage=one.parameter_storage,
        subject_is_gradient=bare,
    )
