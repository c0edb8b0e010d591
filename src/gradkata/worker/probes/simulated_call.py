"""One operator on simulated tensors: devices checked, computed on the CPU, results on their devices, costs counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from gradkata.worker.probes.operators import (
    COPIES,
    OperatorFacts,
    Wait,
    facts_of,
    is_branch,
    tensors_in,
    wait_of,
    written_arguments,
)
from gradkata.worker.probes.pretend_cuda import PretendCuda, outer_device
from gradkata.worker.probes.simulated_tensor import Machinery, SimulatedTensor, adopt_shape, machinery, real
from gradkata.worker.probes.trace import Allocations, FreshLiterals

_CPU = torch.device("cpu")


class Counters(Protocol):
    """Who is told what an operator cost."""

    cuda: PretendCuda
    operators: Counter[str]
    allocations: Allocations
    literals: FreshLiterals

    def launched(self, device: torch.device, operator: str) -> None: ...

    def branched(self) -> None: ...

    def waited(self, reason: Wait) -> None: ...

    def copied(self, source: torch.device, target: torch.device, nbytes: int, *, blocking: bool) -> None: ...


class Uncounted(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Lets simulated tensors compute outside `SimulatedDevices`."""

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # as for SimulatedDevices

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        return OperatorCall(func, args, kwargs or {}).run(None)


class OperatorCall:
    """One operator call that may meet simulated tensors: checks devices, computes on the CPU, wraps, and counts."""

    def __init__(self, func: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        self.func, self.args, self.kwargs = func, args, kwargs
        self.facts: OperatorFacts = facts_of(func)

    def run(self, counters: Counters | None) -> Any:
        wanted = next((value for value in (*self.kwargs.values(), *self.args) if type(value) is torch.device), None)
        wanted = wanted if wanted is None else outer_device(wanted)
        tensors = list(tensors_in(self.args, self.kwargs))
        simulated = any(isinstance(tensor, SimulatedTensor) for tensor in tensors)
        makes = wanted is not None and wanted.type == "cuda" and all(tensor.device.type == "cpu" for tensor in tensors)
        if not simulated and not makes:
            return self._compute(self.args, self.kwargs, tensors, counters)
        if wanted is not None and wanted.type == "cuda":
            wanted = counters.cuda.device(wanted) if counters else torch.device("cuda", wanted.index or 0)
        if self.facts.base in COPIES:
            positions = _Copying(self.facts, self.args, self.kwargs, wanted)
            homes: list[torch.device] = positions.targets
        else:
            positions = None
            homes = self._homes(tensors, wanted)
        args, kwargs = _on_cpu(self.args), _on_cpu(dict(self.kwargs))
        result = self._compute(args, kwargs, [real(tensor) for tensor in tensors], counters)
        result = self._place(result, homes)
        if counters is not None:
            counters.operators[self.facts.name] += 1
            if positions is not None:
                positions.count(counters)
            else:
                self._count(counters, result, homes)
        return result

    def _compute(
        self, args: Sequence[Any], kwargs: Mapping[str, Any], tensors: list[torch.Tensor], counters: Counters | None
    ) -> Any:
        if counters is None:
            return self.func(*args, **kwargs)
        known = {} if counters.literals.shows(self.facts, args) else Allocations.before(tensors)
        result = self.func(*args, **kwargs)
        counters.allocations.after(known, [*tensors_in(result), *tensors], self.facts.base)
        counters.literals.after(self.facts, result)
        return result

    def _homes(self, tensors: list[torch.Tensor], wanted: torch.device | None) -> list[torch.device]:
        """Where the results belong: one device, or for a `_foreach_` operator one for each position of the lists."""
        if not self.facts.foreach:
            written = {id(tensor) for tensor in tensors_in(written_arguments(self.facts, self.args, self.kwargs))}
            on_host = self._host_arguments()
            checked = [tensor for tensor in tensors if id(tensor) not in on_host]
            common = _common_device(self.facts, checked, written) if checked else _CPU
            return [wanted or common]
        lists = [
            value for value in self.args if isinstance(value, (list, tuple)) and any(True for _ in tensors_in(value))
        ]
        shared = [value for value in self.args if isinstance(value, SimulatedTensor)]
        written_lists = written_arguments(self.facts, self.args, self.kwargs)
        written = {id(tensor) for tensor in tensors_in(written_lists)}
        rows = zip(*lists, strict=False)  # lists of different lengths are the operator's own error
        return [_common_device(self.facts, [*tensors_in(row), *shared], written) for row in rows]

    def _host_arguments(self) -> set[int]:
        """Tensors that PyTorch itself brings from the CPU to the device: the index tensors of `g[[0, 1]]`."""
        if self.facts.base in {"index", "index_put", "index_put_", "_index_put_impl_"} and len(self.args) > 1:
            return {id(index) for index in self.args[1] if index is not None and index.device == _CPU}
        return set()

    def _place(self, result: Any, homes: list[torch.device]) -> Any:
        """Results on their devices; what was written in place is the very argument, in its perhaps new shape."""
        written = written_arguments(self.facts, self.args, self.kwargs)
        for tensor in tensors_in(written):
            if isinstance(tensor, SimulatedTensor):
                adopt_shape(tensor)
        if isinstance(result, torch.Tensor):
            entries = self.facts.returned
            if entries and entries[0] is not None:
                return written[entries[0]]
            return _wrap(result, homes[0])
        if isinstance(result, (list, tuple)):
            if self.facts.foreach and len(homes) == len(result):
                return type(result)(_wrap(part, home) for part, home in zip(result, homes, strict=True))
            entries = self.facts.returned if len(self.facts.returned) == len(result) else (None,) * len(result)
            return type(result)(
                written[entry] if entry is not None else _wrap(part, homes[0])
                for part, entry in zip(result, entries, strict=True)
            )
        return result

    def _count(self, counters: Counters, result: Any, homes: list[torch.device]) -> None:
        tensors = list(tensors_in(self.args))
        if any(isinstance(tensor, SimulatedTensor) for tensor in tensors):
            reason = wait_of(self.facts, self.args, self.kwargs)
            if reason is not None:
                counters.waited(reason)
            if is_branch(self.facts, self.args):
                counters.branched()
        on_host = self._host_arguments()
        for tensor in tensors:
            if id(tensor) in on_host:
                counters.copied(_CPU, homes[0], tensor.nbytes, blocking=True)
        if not self.facts.launches:
            return
        written = written_arguments(self.facts, self.args, self.kwargs)
        touched = [*tensors_in(result, written)]
        if self.facts.foreach and (len(set(homes)) > 1 or len({tensor.dtype for tensor in self.args[0]}) > 1):
            sized = self.args[0]
            for tensor, home in zip(sized, homes, strict=False):
                if home != _CPU and tensor.numel():
                    counters.launched(home, self.facts.base)
        elif homes and homes[0] != _CPU and (any(tensor.numel() for tensor in touched) or not touched):
            counters.launched(homes[0], self.facts.base)


class _Copying:
    """`_to_copy`, `copy_` and `_foreach_copy_`: the operators that may cross devices."""

    def __init__(
        self, facts: OperatorFacts, args: Sequence[Any], kwargs: Mapping[str, Any], wanted: torch.device | None
    ) -> None:
        if facts.base == "_to_copy":
            source = args[0]
            target = (wanted or source.device, kwargs.get("dtype") or source.dtype)
            pairs = [(source, *target)]
        else:
            targets, sources = (args[0], args[1]) if facts.foreach else ([args[0]], [args[1]])
            pairs = [(source, to.device, to.dtype) for to, source in zip(targets, sources, strict=False)]
        non_blocking = kwargs.get("non_blocking") or (facts.base != "_to_copy" and len(args) > 2 and args[2])
        self._blocking = not non_blocking
        self._facts = facts
        # Taken now: `copy_` may overlap itself, and sizes are those of what is moved.
        self._moves = [(source.device, device, source.dtype, dtype, source.numel()) for source, device, dtype in pairs]
        self.targets = [device for _, device, _ in pairs]

    def count(self, counters: Counters) -> None:
        together = self._facts.foreach and len({place for move in self._moves for place in move[:2]}) == 1
        if together:
            if self._moves[0][0] != _CPU and any(move[4] for move in self._moves):
                counters.launched(self._moves[0][0], self._facts.base)
            return
        for source, target, source_dtype, dtype, numel in self._moves:
            if not numel:
                continue
            if source == target:
                if source != _CPU:
                    counters.launched(source, self._facts.base)
                continue
            if target == _CPU and source_dtype != dtype:
                counters.launched(source, self._facts.base)  # the device converts before it sends
            counters.copied(source, target, numel * dtype.itemsize, blocking=self._blocking)


def _common_device(facts: OperatorFacts, tensors: list[torch.Tensor], written: set[int]) -> torch.device:
    """The device that all tensors are on, as PyTorch sees it.

    Raises:
        RuntimeError: they are on several; the text is PyTorch's.
    """
    common = next((tensor.device for tensor in tensors if tensor.device != _CPU), _CPU)
    for tensor in tensors:
        if tensor.device == common:
            continue
        scalar = tensor.device == _CPU and tensor.dim() == 0 and id(tensor) not in written
        # The many scalars of a `_foreach_` operator come packed in a CPU tensor.
        if scalar and (facts.cpu_scalars or facts.foreach):
            continue
        raise RuntimeError(
            "Expected all tensors to be on the same device, but found at least two devices, "
            f"{common} and {tensor.device}!"
        )
    return common


def _on_cpu(value: Any) -> Any:
    if isinstance(value, SimulatedTensor):
        return real(value)
    if isinstance(value, torch.device):
        return _CPU if outer_device(value).type == "cuda" else value
    if type(value) is list or type(value) is tuple:
        return type(value)(_on_cpu(part) for part in value)
    if type(value) is dict:
        return {name: _on_cpu(part) for name, part in value.items()}
    return value


def _wrap(value: Any, device: torch.device) -> Any:
    if isinstance(value, torch.Tensor) and device != _CPU:
        return SimulatedTensor(value, device)
    if isinstance(value, (list, tuple)):
        return type(value)(_wrap(part, device) for part in value)
    return value


machinery[:] = [Machinery(lambda func, args, kwargs: OperatorCall(func, args, kwargs).run(None), Uncounted)]
