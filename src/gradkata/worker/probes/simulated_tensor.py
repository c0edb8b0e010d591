"""A tensor on a pretend GPU, as people and PyTorch see it: C++ is told `meta:k`, Python `cuda:k`.

What C++ would answer from its own knowledge of the device (`is_cuda`, `numpy()`, `to()` the same device) is answered
here; what operators do is in `simulated_call`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple, Self

import torch

from gradkata.worker.probes.pretend_cuda import inner_device, installed_cuda, with_index

_CPU = torch.device("cpu")
_set_data = torch.Tensor.data.__set__  # type: ignore[attr-defined]
_get_data = torch.Tensor.data.__get__  # type: ignore[attr-defined]


# What PyTorch answers without any operator: the getters of attributes, and methods.
# fmt: off
_ATTRIBUTES = (
    "_backward_hooks", "_post_accumulate_grad_hooks", "dtype", "grad", "grad_fn", "is_leaf", "layout", "ndim",
    "requires_grad", "shape",
)
_METHODS = ("dim", "element_size", "is_complex", "is_floating_point", "numel", "size", "storage_offset", "stride")
# fmt: on
_ASKED = frozenset(
    [getattr(torch.Tensor, name).__get__ for name in _ATTRIBUTES] + [getattr(torch.Tensor, name) for name in _METHODS]
)


class Machinery(NamedTuple):
    """What runs operators: `simulated_call`, which needs this module and so enters itself here when it is imported.

    An import at the time of the call would fail once the worker has hidden its modules from a submission.
    """

    run: Callable[[Any, Sequence[Any], Mapping[str, Any]], Any]
    uncounted: Callable[[], AbstractContextManager[object]]


machinery: list[Machinery] = []


class SimulatedTensor(torch.Tensor):
    """A tensor on a pretend `cuda:k`, whose numbers are those of a CPU tensor. Made by `simulate`."""

    __slots__ = ("_real",)
    _real: torch.Tensor
    _device: torch.device

    def __new__(cls, real: torch.Tensor, device: torch.device) -> Self:
        # A view of an ordinary tensor is an ordinary tensor also in inference mode, and PyTorch checks that.
        with torch.inference_mode(False) if torch.is_inference_mode_enabled() else nullcontext():
            made: Self = torch.Tensor._make_wrapper_subclass(
                cls,
                real.shape,
                strides=real.stride(),
                storage_offset=real.storage_offset(),
                dtype=real.dtype,
                device=inner_device(device),
                requires_grad=False,
            )
        _set_real(made, real)
        made._device = device
        return made

    @classmethod
    def __torch_function__(
        cls, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """Results keep the type that dispatch gives them; without `SimulatedDevices` nothing is counted.

        A mode is always on where an operator may run: PyTorch >= 2.12 imports all of DTensor, a second, where a
        subclass alone is dispatched.
        """
        with torch._C.DisableTorchFunctionSubclass():
            if func in _ASKED or installed_cuda() is not None:
                return func(*args, **(kwargs or {}))
            with machinery[0].uncounted():
                return func(*args, **(kwargs or {}))

    @classmethod
    def __torch_dispatch__(  # type: ignore[override]
        cls, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        return machinery[0].run(func, args, kwargs or {})

    # What C++ would answer for the meta device that it sees.

    @property
    def device(self) -> torch.device:  # type: ignore[override]
        return self._device

    is_cuda = True
    is_cpu = False
    is_meta = False

    def get_device(self) -> int:
        return self._device.index

    def cuda(
        self,
        device: Any = None,
        non_blocking: bool = False,
        memory_format: torch.memory_format = torch.preserve_format,
    ) -> torch.Tensor:
        wanted = "cuda" if device is None else device
        return self.to(wanted, non_blocking=non_blocking, memory_format=memory_format)

    def to(self, *args: Any, **kwargs: Any) -> torch.Tensor:
        """Itself where device and dtype are so already: C++ could not tell, it knows the device by another name."""
        if args and isinstance(args[0], torch.Tensor):
            args = (args[0].device, args[0].dtype, *args[1:])
        if args:
            args = (self._as_inside(args[0]), *args[1:])
        if "device" in kwargs:
            kwargs["device"] = self._as_inside(kwargs["device"])
        return super().to(*args, **kwargs)

    def _as_inside(self, device: Any) -> Any:
        cuda = installed_cuda()
        device = with_index(device, cuda.current if cuda else 0)
        return inner_device(self._device) if device == self._device else device

    def numpy(self, *, force: bool = False) -> Any:
        if force:
            return self.detach().cpu().numpy()
        raise TypeError(
            f"can't convert {self._device} device type tensor to numpy. "
            "Use Tensor.cpu() to copy the tensor to host memory first."
        )

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        return self.numpy()

    def data_ptr(self) -> int:
        return real(self).data_ptr()

    def untyped_storage(self) -> torch.UntypedStorage:
        return real(self).untyped_storage()

    def record_stream(self, stream: object) -> None:
        """What runs on another stream has finished: its memory may be freed at any time."""

    def tolist(self) -> Any:
        return self.detach().cpu().tolist()

    def new_tensor(self, data: Any, **kwargs: Any) -> torch.Tensor:  # type: ignore[override]
        return torch.tensor(data, **{"dtype": self.dtype, "device": self._device, **kwargs})

    def __setitem__(self, index: Any, value: Any) -> None:
        # As on a GPU, a number stays on the CPU until the kernel takes it.
        super().__setitem__(index, value if isinstance(value, torch.Tensor) else torch.tensor(value, dtype=self.dtype))

    def __format__(self, specification: str) -> str:
        return format(self.item(), specification) if self.dim() == 0 else object.__format__(self, specification)

    def __repr__(self, *, tensor_contents: Any = None) -> str:  # type: ignore[override]
        on_host = self.detach().cpu()  # PyTorch too must wait before it can print
        return f"{repr(on_host)[:-1]}, device='{self._device}')"

    def __deepcopy__(self, memo: dict[int, Any]) -> SimulatedTensor:
        if id(self) in memo:
            return memo[id(self)]  # type: ignore[no-any-return]
        if not self.is_leaf:
            raise RuntimeError("Only Tensors created explicitly by the user support the deepcopy protocol")
        copied: Any = simulate(real(self).clone(), self._device)
        if isinstance(self, torch.nn.Parameter):
            copied = torch.nn.Parameter(copied, self.requires_grad)
        elif self.requires_grad:
            copied.requires_grad_()
        memo[id(self)] = copied
        if self.grad is not None:
            copied.grad = copy.deepcopy(self.grad, memo)
        return copied  # type: ignore[no-any-return]

    @property
    def data(self) -> torch.Tensor:
        return _get_data(self)  # type: ignore[no-any-return]

    @data.setter
    def data(self, new: torch.Tensor) -> None:
        """PyTorch would take over the new shape alone: the numbers are ours to take over."""
        _set_data(self, new)
        if isinstance(new, SimulatedTensor):
            _set_real(self, real(new))
            self._device = new._device


# Taken away from the class: an answer that asks for the numbers behind a pretend GPU would wait for nothing.
_inside = vars(SimulatedTensor)["_real"]
_get_real: Callable[[torch.Tensor], torch.Tensor] = _inside.__get__
_set_real: Callable[[torch.Tensor, torch.Tensor], None] = _inside.__set__
del SimulatedTensor._real


def simulate(real: torch.Tensor, device: str | torch.device) -> SimulatedTensor:
    """`real` (a CPU tensor) as a tensor on `device` (`cuda:k`). In-place operators write into the memory of `real`.

    The result is a leaf that does not require grad; `torch.nn.Parameter(simulate(...))` makes a parameter of it.
    """
    wanted = torch.device(device)
    if wanted.type != "cuda" or type(real) not in {torch.Tensor, torch.nn.Parameter} or real.device != _CPU:
        raise ValueError(f"simulate takes a plain CPU tensor and a cuda device, not {type(real).__name__} and {wanted}")
    return SimulatedTensor(real.detach(), torch.device("cuda", wanted.index or 0))


def real(tensor: torch.Tensor) -> torch.Tensor:
    """The CPU tensor with the numbers of `tensor`, in the same memory; of any other tensor, itself."""
    return _get_real(tensor) if isinstance(tensor, SimulatedTensor) else tensor


def storage_of(tensor: torch.Tensor) -> int:
    """The address of the memory that holds the numbers: equal for tensors that share storage (zero for empty ones)."""
    return real(tensor).untyped_storage().data_ptr()


def adopt_shape(tensor: SimulatedTensor) -> None:
    """After `squeeze_`, `resize_`, `set_` or an `out=` that grew, the outside shows the shape of the inside."""
    inside = _get_real(tensor)
    if (
        tensor.shape != inside.shape
        or tensor.stride() != inside.stride()
        or tensor.storage_offset() != inside.storage_offset()
    ):
        _set_data(tensor, SimulatedTensor(inside, tensor.device))
