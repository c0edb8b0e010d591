"""`torch.cuda` as it looks to code on simulated devices, for the length of a context.

Only the functions that code in a training step calls: whether there is a GPU, how many, which is current, and waiting
for it. Nothing here touches a real GPU, and everything is put back in `finally`.

To PyTorch's C++ a simulated `cuda:k` is `meta:k`, a device that every build has and that needs no driver: indexing and
`float()` would ask for CUDA's device guard, and autograd would start a thread for each GPU, which no fork survives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, Self, cast

import torch
import torch.cuda
from torch.utils import _foreach_utils


def inner_device(device: torch.device) -> torch.device:
    """What C++ is told: `meta:k` for `cuda:k`."""
    return torch.device("meta", device.index or 0)


def outer_device(device: torch.device) -> torch.device:
    """What people see: `cuda:k` for `meta:k`. A `meta` without index is a real meta device and stays."""
    return torch.device("cuda", device.index) if device.type == "meta" and device.index is not None else device


def with_index(device: Any, current: int) -> Any:
    """`device` as PyTorch understands it where there are GPUs: "cuda" is the current one, a number is a GPU's."""
    if type(device) is int:
        return torch.device("cuda", device)
    if isinstance(device, (str, torch.device)):
        device = torch.device(device)
        return torch.device("cuda", current) if device.type == "cuda" and device.index is None else device
    return device


class PretendStream:
    """Stands for the one stream of a simulated device: everything on it has finished, waiting for it still counts."""

    def __init__(self, device: torch.device, on_synchronize: Callable[[], None]) -> None:
        self.device = device
        self._on_synchronize = on_synchronize

    def synchronize(self) -> None:
        self._on_synchronize()

    def query(self) -> bool:
        return True

    def wait_stream(self, stream: object) -> None:
        """Streams wait for one another on the device; the host does not."""

    def wait_event(self, event: object) -> None:
        """As for a stream."""

    def record_event(self, event: PretendEvent | None = None) -> PretendEvent:
        return event or PretendEvent(self._on_synchronize)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """What follows runs on the other stream, which is this one."""


class PretendEvent:
    """Stands for a moment on a simulated device: it has passed, waiting for it still counts."""

    def __init__(self, on_synchronize: Callable[[], None]) -> None:
        self._on_synchronize = on_synchronize

    def record(self, stream: object = None) -> None:
        """Noted."""

    def wait(self, stream: object = None) -> None:
        """The stream waits, on the device; the host does not."""

    def synchronize(self) -> None:
        self._on_synchronize()

    def query(self) -> bool:
        return True

    def elapsed_time(self, end_event: object) -> float:  # noqa: ARG002
        return 0.0


class PretendCuda:
    """`device_count` devices of which one is current."""

    def __init__(self, device_count: int, on_synchronize: Callable[[], None]) -> None:
        self.device_count = device_count
        self.current = 0
        self._on_synchronize = on_synchronize

    def device(self, wanted: torch.device) -> torch.device:
        """`wanted` with an index.

        Raises:
            RuntimeError: there are not so many devices; the text is that of the CUDA runtime.
        """
        given = cast("int | None", wanted.index)  # PyTorch's stubs forget the None
        index = self.current if given is None else given
        if index >= self.device_count:
            raise RuntimeError("CUDA error: invalid device ordinal")
        return torch.device("cuda", index)

    def exchange(self, index: int) -> int:
        previous = self.current
        if index >= 0:
            self.current = index
        return previous

    def set_device(self, device: Any) -> None:
        self.exchange(self.device(_as_device(device)).index)

    def synchronize(self, device: Any = None) -> None:
        self.device(_as_device(device))
        self._on_synchronize()

    def current_stream(self, device: Any = None) -> PretendStream:
        return PretendStream(self.device(_as_device(device)), self._on_synchronize)

    @contextmanager
    def installed(self, tensor_type: type[torch.Tensor]) -> Iterator[None]:
        """Replaces the functions of `torch.cuda`, and what PyTorch asks before it makes or groups tensors on a GPU.

        `tensor_type` is let into the types for which `torch.nn.utils` and the optimizers use `_foreach_` operators.
        """
        group = torch._C._group_tensors_by_device_and_dtype

        def grouped(*args: Any, **kwargs: Any) -> dict[Any, Any]:
            return {(outer_device(device), dtype): found for (device, dtype), found in group(*args, **kwargs).items()}

        replacements: dict[str, Callable[..., Any]] = {
            "_lazy_init": lambda: None,
            "is_available": lambda: True,
            "is_initialized": lambda: True,
            "device_count": lambda: self.device_count,
            "current_device": lambda: self.current,
            "set_device": self.set_device,
            "synchronize": self.synchronize,
            "current_stream": self.current_stream,
            "default_stream": self.current_stream,
            "Stream": lambda device=None, *_args, **_kwargs: self.current_stream(device),
            "Event": lambda *_args, **_kwargs: PretendEvent(self._on_synchronize),
            "stream": nullcontext,
            "StreamContext": nullcontext,
            "set_stream": lambda _stream: None,
            "get_device_name": lambda device=None: f"simulated {self.device(_as_device(device))}",
            "empty_cache": lambda: None,
            "_exchange_device": self.exchange,
            "_maybe_exchange_device": self.exchange,
        }
        replacements = {name: replacement for name, replacement in replacements.items() if hasattr(torch.cuda, name)}
        originals = {name: getattr(torch.cuda, name) for name in replacements}
        # torch.tensor(0.0, device="cuda") must first make a CPU tensor and then move it, so that the move is seen.
        lifted = torch._C._only_lift_cpu_tensors()
        supported = _foreach_utils._foreach_supported_types
        _installed.append(self)
        try:
            for name, replacement in replacements.items():
                setattr(torch.cuda, name, replacement)
            torch._C._group_tensors_by_device_and_dtype = grouped
            _foreach_utils._foreach_supported_types = [*supported, tensor_type]
            torch._C._set_only_lift_cpu_tensors(True)
            yield
        finally:
            _installed.remove(self)
            torch._C._set_only_lift_cpu_tensors(lifted)
            _foreach_utils._foreach_supported_types = supported
            torch._C._group_tensors_by_device_and_dtype = group
            for name, original in originals.items():
                setattr(torch.cuda, name, original)


_installed: list[PretendCuda] = []


def installed_cuda() -> PretendCuda | None:
    """What answers for `torch.cuda` now, None where that is PyTorch itself."""
    return _installed[-1] if _installed else None


def _as_device(device: Any) -> torch.device:
    if device is None:
        return torch.device("cuda")
    return torch.device("cuda", device) if type(device) is int else torch.device(device)
