"""Which operators one call ran on plain CPU tensors, what they allocated, and where a GPU's host would have waited.

The trace sees operators from below autograd, whichever Python name they were called by. It cannot see what an operator
copies inside itself, nor memory that NumPy or `torch.UntypedStorage` takes and keeps: the worker's peak resident memory
is the independent witness for those.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from gradkata.worker.probes.operators import (
    COPIES,
    UNKNOWN,
    OperatorFacts,
    Wait,
    facts_of,
    is_branch,
    is_composite,
    run_parts,
    tensors_in,
    wait_of,
    written_arguments,
)

MAX_NAMES = 512
"""Distinct operator names kept; later ones are counted together as `(others)`, so that no call can flood a report."""


class Allocations:
    """Storages that appear while operators run: the largest, the sum of all, and the largest of each operator."""

    def __init__(self) -> None:
        self.largest = 0
        self.by_operator: Counter[str] = Counter()
        self.total = 0

    @staticmethod
    def before(tensors: Iterable[torch.Tensor]) -> dict[int, tuple[torch.UntypedStorage, int]]:
        """The storages of an operator's arguments, held so that none is freed and its address used again meanwhile."""
        known: dict[int, tuple[torch.UntypedStorage, int]] = {}
        for tensor in tensors:
            storage = _storage(tensor)
            if storage is not None:
                known[storage._cdata] = (storage, storage.nbytes())
        return known

    def written(self, tensors: Iterable[torch.Tensor], given: Sequence[range], operator: str) -> None:
        """Counts each storage among `tensors` that lies outside the memory `given`: scratch memory kept from before."""
        for tensor in tensors:
            storage = _storage(tensor)
            if storage is None or any(storage.data_ptr() in addresses for addresses in given):
                continue
            if storage.nbytes() > self.largest:
                self.largest = storage.nbytes()
                self.by_operator[f"{operator}, into a tensor of its own"] = storage.nbytes()

    def after(
        self, known: dict[int, tuple[torch.UntypedStorage, int]], tensors: Iterable[torch.Tensor], operator: str
    ) -> None:
        """Counts each storage among `tensors` that is not `known`, and what a known one has grown by."""
        for tensor in tensors:
            storage = _storage(tensor)
            if storage is None:
                continue
            nbytes = storage.nbytes()
            _, nbytes_before = known.get(storage._cdata, (None, 0))
            if nbytes > nbytes_before:
                self.largest = max(self.largest, nbytes - nbytes_before)
                self.by_operator[operator] = max(self.by_operator[operator], nbytes - nbytes_before)
                self.total += nbytes - nbytes_before
            known[storage._cdata] = (storage, nbytes)


def _storage(tensor: torch.Tensor) -> torch.UntypedStorage | None:
    try:
        return tensor.untyped_storage()
    except (RuntimeError, NotImplementedError):  # sparse and other layouts have none
        return None


def _addresses(tensor: torch.Tensor) -> range:
    storage = tensor.untyped_storage()
    return range(storage.data_ptr(), storage.data_ptr() + max(1, storage.nbytes()))


class FreshLiterals:
    """Tells the tensors that were filled out of our view, at their first sight (`lift_fresh`).

    They are `torch.tensor([...])` and arrays of NumPy's own that become tensors. Not meant are a wrapped Python number,
    `torch.tensor(0.0)`, which grows with nothing, and `torch.from_numpy(g.numpy())`, which is the memory of `g`:
    `g.numpy()` detaches `g` and so shows its addresses.
    """

    def __init__(self) -> None:
        # Addresses alone: to hold the storages would keep their memory from being freed.
        self._detached: deque[range] = deque(maxlen=256)

    def shows(self, facts: OperatorFacts, args: Sequence[Any]) -> bool:
        if facts.base != "lift_fresh" or not args or not isinstance(args[0], torch.Tensor) or args[0].dim() == 0:
            return False
        address = args[0].data_ptr()
        return not any(address in addresses for addresses in self._detached)

    def after(self, facts: OperatorFacts, result: Any) -> None:
        if facts.base == "detach" and isinstance(result, torch.Tensor):
            storage = _storage(result)
            if storage is not None:
                self._detached.append(range(storage.data_ptr(), storage.data_ptr() + storage.nbytes()))


class ListReads(TorchFunctionMode):
    """Sees the tensors in `torch.tensor([norm_0, norm_1])`: PyTorch reads each on the host, below every dispatch mode.

    `read` is given each such tensor and returns what shall stand in its place.
    """

    _MAKERS = frozenset({torch.tensor, torch.as_tensor, torch.asarray, torch.Tensor.new_tensor})

    def __init__(self, read: Callable[[torch.Tensor], torch.Tensor]) -> None:
        super().__init__()
        self._read = read

    def __torch_function__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        keywords = dict(kwargs or {})
        if func in self._MAKERS:
            args = [self._replace(argument) for argument in args]
            if "data" in keywords:
                keywords["data"] = self._replace(keywords["data"])
        return func(*args, **keywords)

    def _replace(self, value: Any) -> Any:
        if type(value) not in {list, tuple} or not any(True for _ in tensors_in(value)):
            return value
        return type(value)(
            self._read(element) if isinstance(element, torch.Tensor) else self._replace(element) for element in value
        )


class OperatorTrace(TorchDispatchMode):
    """Records one call: `with OperatorTrace() as trace: clip(parameters, 1.0)`.

    It changes no result and hides no exception of the call. Should the trace itself fail on an operator, the operator's
    result stands and `faults` says that the record is not complete: a judge must not give points for such a record.

    Args:
        given: what the call may write to, if nothing else: writing to other memory counts like making it.

    Attributes:
        operators: how often each operator ran, by name ("aten::mul_").
        launches: operators that would launch a kernel on a GPU: no views, no metadata, no bare allocation, nothing on
            tensors without elements. One on a list (`_foreach_*`) counts once.
        launched_by: those launches by operator ("mul_").
        waits: how often the host of a GPU would have waited for a number. `wait_reasons` tells why, and beside these
            how often it waited until a number of its own had arrived; `branches` of them were for a truth value
            (`if tensor:`).
        largest_new_bytes: bytes of the largest storage that appeared.
        new_by_operator: bytes of the largest storage that each operator made.
        new_bytes: bytes of all storages that appeared, freed ones included.
        faults: operators that the trace could not record.
    """

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # the default imports the whole compiler at the first operator: three seconds

    def __init__(self, given: Iterable[torch.Tensor] | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._given = None if given is None else [_addresses(tensor) for tensor in given]
        self.operators: Counter[str] = Counter()
        self.launched_by: Counter[str] = Counter()
        self.wait_reasons: Counter[Wait] = Counter()
        self.branches = 0
        self.faults = 0
        self._allocations = Allocations()
        self._literals = FreshLiterals()
        self._list_reads = ListReads(self._read)

    def __enter__(self) -> Self:
        super().__enter__()  # type: ignore[no-untyped-call]
        self._list_reads.__enter__()  # type: ignore[no-untyped-call]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._list_reads.__exit__(kind, error, trace)  # type: ignore[no-untyped-call]
        finally:
            super().__exit__(kind, error, trace)  # type: ignore[no-untyped-call]

    def _read(self, tensor: torch.Tensor) -> torch.Tensor:
        self.wait_reasons[Wait.ITEM] += 1
        return tensor

    @property
    def launches(self) -> int:
        return self.launched_by.total()

    @property
    def waits(self) -> int:
        return self.wait_reasons.total() - self.wait_reasons[Wait.UPLOAD]

    @property
    def largest_new_bytes(self) -> int:
        return self._allocations.largest

    @property
    def new_by_operator(self) -> Counter[str]:
        return self._allocations.by_operator

    @property
    def new_bytes(self) -> int:
        return self._allocations.total

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if is_composite(func):
            return run_parts(self, func, args, kwargs)
        known = None
        facts = UNKNOWN
        try:
            facts = facts_of(func)
            name = facts.name if facts.name in self.operators or len(self.operators) < MAX_NAMES else "(others)"
            self.operators[name] += 1
            known = {} if self._literals.shows(facts, args) else Allocations.before(tensors_in(args, kwargs))
        except Exception:  # the instrument must never be the reason why a right answer fails
            self.faults += 1
        result = func(*args, **kwargs)
        if known is not None:
            try:
                self._record(facts, args, kwargs, result, known)
            except Exception:  # as above
                self.faults += 1
        return result

    def _record(
        self,
        facts: OperatorFacts,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        result: Any,
        known: dict[int, tuple[torch.UntypedStorage, int]],
    ) -> None:
        self._allocations.after(known, tensors_in(result, args, kwargs), facts.base)
        self._literals.after(facts, result)
        written = written_arguments(facts, args, kwargs)
        if written and self._given is not None:
            self._allocations.written(tensors_in(written), self._given, facts.base)
        touched = [*tensors_in(result, written)]
        if facts.launches and (any(tensor.numel() for tensor in touched) or not touched):
            self.launched_by[facts.base] += 1
        self.branches += is_branch(facts, args)
        reason = wait_of(facts, args, kwargs)
        if reason is None and facts.base in COPIES and not kwargs.get("non_blocking"):
            reason = _copy_wait(facts, args, result)
        if reason is not None:
            self.wait_reasons[reason] += 1


def _copy_wait(facts: OperatorFacts, args: Sequence[Any], result: Any) -> Wait | None:
    source = args[0] if facts.base == "_to_copy" else args[1]
    target = result if facts.base == "_to_copy" else args[0]
    if not isinstance(source, torch.Tensor) or not isinstance(target, torch.Tensor):
        return None
    on_cpu = source.device.type == "cpu", target.device.type == "cpu"
    return {(False, True): Wait.DOWNLOAD, (True, False): Wait.UPLOAD}.get(on_cpu)
