"""Real numbers on pretend GPUs: whether an answer works on several devices, and how often it waits, without any GPU.

A `SimulatedTensor` says that it lives on `cuda:k` and computes on a CPU tensor. Operators on it obey PyTorch's rules
for devices: tensors on different devices do not mix, a 0-d CPU tensor may stand beside device tensors in elementwise
operators, and only copies cross. Under `SimulatedDevices` everything that would cost something on a real machine is
counted. PyTorch's own `clip_grad_norm_` runs unmodified.

Known limits: a kernel is counted per ATen operator, not per launch inside it; streams, pinned memory and random
generators of a device are not simulated; what a GPU does is finished at once; new tensors are simulated only while
`SimulatedDevices` is entered; `float64` sums and half-precision rounding are those of the CPU's kernels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType
from typing import Any, NamedTuple, Self

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from gradkata.worker.probes.operators import Wait, is_composite, run_parts
from gradkata.worker.probes.pretend_cuda import PretendCuda, with_index
from gradkata.worker.probes.simulated_call import OperatorCall
from gradkata.worker.probes.simulated_tensor import SimulatedTensor, real, simulate, storage_of
from gradkata.worker.probes.trace import Allocations, FreshLiterals, ListReads

__all__ = ["Copy", "SimulatedDevices", "SimulatedTensor", "Wait", "real", "simulate", "storage_of"]

_CPU = torch.device("cpu")
_MAX_COPIES = 4096


class Copy(NamedTuple):
    """One transfer between devices."""

    source: str
    target: str
    nbytes: int


class _DeviceNames(ListReads):
    """Completes `device="cuda"` and `device=1` before C++ asks the driver, of which there may be none."""

    def __init__(self, cuda: PretendCuda, read: Callable[[torch.Tensor], torch.Tensor]) -> None:
        super().__init__(read)
        self._cuda = cuda

    def __torch_function__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        keywords = dict(kwargs or {})
        if func is torch.Tensor.cuda:
            func, (tensor, *positional) = torch.Tensor.to, args
            device = positional[0] if positional else keywords.pop("device", None)
            args = [tensor, "cuda" if device is None else device]
            keywords["non_blocking"] = positional[1] if len(positional) > 1 else keywords.get("non_blocking", False)
        if func is torch.Tensor.to and len(args) > 1:
            args = [args[0], with_index(args[1], self._cuda.current), *args[2:]]
        if keywords.get("device") is not None:
            keywords["device"] = with_index(keywords["device"], self._cuda.current)
        return super().__torch_function__(func, types, args, keywords)


class SimulatedDevices(TorchDispatchMode):
    """Counts what one call costs on `device_count` pretend GPUs.

    While it is entered, tensors made with `device="cuda:k"`, and copies to such a device, are simulated, and
    `torch.cuda` answers as if there were `device_count` GPUs. Tensors on real GPUs pass through untouched.

    Attributes:
        waits: how often the host waited for a number of a device. `wait_reasons` tells why, and beside these how often
            it waited until a number of its own had arrived there (`Wait.UPLOAD`): nothing is asked of the device then.
            `branches` of them were for a truth value (`if tensor:`).
        launches: kernels launched. `launches_per_device` has them by device, `launched_by` by operator ("mul_"). No
            views, no metadata, no copies between devices, nothing without elements; an operator on a list
            (`_foreach_*`) counts once where all its tensors share device and dtype, else, as PyTorch then takes its
            slow path, once per tensor.
        copies: transfers between devices, in order, at most 4096; `moved_bytes` is the sum over all.
        operators: how often each operator ran with simulated tensors or devices, by name.
        largest_new_bytes, new_bytes: storages that appeared, on any device or the CPU: the largest, and all together.
    """

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # the default imports the whole compiler at the first operator: three seconds

    def __init__(self, device_count: int = 8) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.cuda = PretendCuda(device_count, lambda: self.waited(Wait.SYNCHRONIZE))
        self.wait_reasons: Counter[Wait] = Counter()
        self.branches = 0
        self.launches_per_device: Counter[str] = Counter()
        self.launched_by: Counter[str] = Counter()
        self.copies: list[Copy] = []
        self.moved_bytes = 0
        self.operators: Counter[str] = Counter()
        self.allocations = Allocations()
        self.literals = FreshLiterals()
        self._entered: list[ExitStack] = []

    @property
    def waits(self) -> int:
        return self.wait_reasons.total() - self.wait_reasons[Wait.UPLOAD]

    @property
    def launches(self) -> int:
        return self.launches_per_device.total()

    @property
    def largest_new_bytes(self) -> int:
        return self.allocations.largest

    @property
    def new_by_operator(self) -> Counter[str]:
        return self.allocations.by_operator

    @property
    def new_bytes(self) -> int:
        return self.allocations.total

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self.cuda.installed(SimulatedTensor))
            reads: AbstractContextManager[object] = _DeviceNames(self.cuda, self._read)
            stack.enter_context(reads)
            super().__enter__()  # type: ignore[no-untyped-call]
            self._entered.append(stack.pop_all())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._entered.pop():
            super().__exit__(kind, error, trace)  # type: ignore[no-untyped-call]

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        if is_composite(func):
            return run_parts(self, func, args, kwargs or {})
        return OperatorCall(func, args, kwargs or {}).run(self)

    def _read(self, tensor: torch.Tensor) -> torch.Tensor:
        if isinstance(tensor, SimulatedTensor):
            self.waited(Wait.ITEM)
        return real(tensor)

    def waited(self, reason: Wait) -> None:
        self.wait_reasons[reason] += 1

    def branched(self) -> None:
        self.branches += 1

    def launched(self, device: torch.device, operator: str) -> None:
        self.launches_per_device[str(device)] += 1
        self.launched_by[operator] += 1

    def copied(self, source: torch.device, target: torch.device, nbytes: int, *, blocking: bool) -> None:
        self.moved_bytes += nbytes
        if len(self.copies) < _MAX_COPIES:
            self.copies.append(Copy(str(source), str(target), nbytes))
        if blocking and _CPU in {source, target}:
            self.waited(Wait.DOWNLOAD if target == _CPU else Wait.UPLOAD)
