"""What each ATen operator does to the host and the device, read from its schema once and remembered.

Both probes (the trace on CPU tensors and the simulated devices) must agree on what launches a kernel, what makes the
host wait and what is written in place, so those facts live here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode


class Wait(StrEnum):
    """Why the host stood still until the device had finished."""

    ITEM = "item"  # .item(), float(t), bool(t), int(t), `if t:`
    COMPARE = "compare"  # torch.equal
    SHAPE = "shape"  # the shape of the result depends on the data: nonzero, unique, boolean masks
    CHECK = "check"  # linear algebra that reads its error code: inv, svd, eigh
    DOWNLOAD = "download"  # a blocking copy from the device to the CPU: .cpu(), .tolist(), print
    UPLOAD = "upload"  # a blocking copy from the CPU to the device: torch.tensor(0.0, device="cuda")
    SYNCHRONIZE = "synchronize"  # torch.cuda.synchronize()


# Operators that always wait. Decomposed ones (allclose, is_nonzero, one_hot) arrive here as their parts; they are
# listed all the same because some modes (inference) hand them over whole.
_WAITING: Mapping[str, Wait] = {
    "_local_scalar_dense": Wait.ITEM,
    "item": Wait.ITEM,
    "is_nonzero": Wait.ITEM,
    "equal": Wait.COMPARE,
    "allclose": Wait.COMPARE,
    "nonzero": Wait.SHAPE,
    "nonzero_numpy": Wait.SHAPE,
    "argwhere": Wait.SHAPE,
    "masked_select": Wait.SHAPE,
    "_unique": Wait.SHAPE,
    "_unique2": Wait.SHAPE,
    "unique_consecutive": Wait.SHAPE,
    "unique_dim": Wait.SHAPE,
    "unique_dim_consecutive": Wait.SHAPE,
    "bincount": Wait.SHAPE,
    "one_hot": Wait.SHAPE,
    "_linalg_check_errors": Wait.CHECK,
    "_linalg_svd": Wait.CHECK,
    "_linalg_eigh": Wait.CHECK,
    "_linalg_eigvals": Wait.CHECK,
    "linalg_eig": Wait.CHECK,
    "linalg_eigvals": Wait.CHECK,
    "linalg_lstsq": Wait.CHECK,
}

# Neither a view by its schema nor a kernel: they allocate, relabel, or only copy (copies are counted as copies).
# fmt: off
_NO_LAUNCH = frozenset({
    "empty", "empty_like", "empty_strided", "empty_permuted", "new_empty", "new_empty_strided",
    "lift", "lift_fresh", "_unsafe_view", "set_", "set_data", "resize_", "resize_as_",
    "_local_scalar_dense", "item", "is_nonzero", "is_same_size", "is_pinned", "_pin_memory", "record_stream",
})
# fmt: on

COPIES = frozenset({"_to_copy", "copy_", "_copy_from", "_copy_from_and_resize", "_foreach_copy_"})

# Not elementwise by tag, yet a 0-d CPU tensor is welcome beside device tensors (PyTorch reads it on the host).
# fmt: off
_TAKES_CPU_SCALARS = frozenset({
    "fill", "fill_", "masked_fill", "masked_fill_", "index_fill", "index_fill_",
    "index_put", "index_put_", "_index_put_impl_", "where",
})
# fmt: on


@dataclass(frozen=True, slots=True)
class OperatorFacts:
    """What one operator overload does, whatever its arguments."""

    name: str  # with its namespace, without the overload: "aten::mul_"
    base: str  # "mul_"
    launches: bool  # on arguments that have elements
    foreach: bool  # takes lists of tensors and treats each position by itself
    cpu_scalars: bool  # 0-d CPU tensors may stand beside device tensors
    wait: Wait | None  # always waits, for this reason
    written: tuple[tuple[int, str], ...]  # position (-1: keyword only) and name of each argument written in place
    returned: tuple[int | None, ...]  # for each result: which entry of `written` it is, None for another tensor
    composite: bool = False  # made of other operators, which are seen instead


UNKNOWN = OperatorFacts("unknown", "unknown", True, False, False, None, (), ())

_remembered: dict[Any, OperatorFacts] = {}


def facts_of(operator: Any) -> OperatorFacts:
    """The facts of an `OpOverload`; of anything else that a mode may meet, the cautious guess."""
    facts = _remembered.get(operator)
    if facts is None:
        schema = getattr(operator, "_schema", None)
        facts = _cautious(operator) if schema is None else _from_schema(operator, schema)
        _remembered[operator] = facts
    return facts


def _cautious(operator: Any) -> OperatorFacts:
    name = str(operator)[:80]
    return replace(UNKNOWN, name=name, base=name)


def _from_schema(operator: Any, schema: Any) -> OperatorFacts:
    name = str(schema.name)
    base = name.rpartition("::")[2]
    written: list[tuple[int, str]] = []
    labels: list[frozenset[str]] = []
    position = 0
    for argument in schema.arguments:
        if argument.alias_info is not None and argument.alias_info.is_write:
            written.append((-1 if argument.kwarg_only else position, argument.name))
            labels.append(frozenset(argument.alias_info.before_set))
        position += not argument.kwarg_only
    returned = tuple(_written_entry(result.alias_info, labels) for result in schema.returns)
    aliased = bool(schema.returns) and all(result.alias_info is not None for result in schema.returns)
    view = (aliased and not written) or torch.Tag.inplace_view in operator.tags
    return OperatorFacts(
        name=name,
        base=base,
        launches=not view and base not in _NO_LAUNCH and not name.startswith("prim::"),
        foreach=base.startswith("_foreach_"),
        cpu_scalars=torch.Tag.pointwise in operator.tags or base in _TAKES_CPU_SCALARS,
        wait=_WAITING.get(base),
        written=tuple(written),
        returned=returned,
        composite=torch._C._dispatch_has_kernel_for_dispatch_key(operator.name(), "CompositeImplicitAutograd"),
    )


def _written_entry(alias_info: Any, labels: Sequence[frozenset[str]]) -> int | None:
    if alias_info is None or not alias_info.is_write:
        return None
    wanted = frozenset(alias_info.before_set)
    return next((entry for entry, label in enumerate(labels) if label & wanted), None)


def wait_of(facts: OperatorFacts, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Wait | None:
    """The reason why this call waits for the device that holds its tensors, None if it does not. Copies are apart."""
    if facts.wait is not None:
        return facts.wait
    if facts.base == "repeat_interleave":
        # Lengths known beforehand (`output_size`) spare the wait.
        tensor_counts = len(args) > 1 and isinstance(args[1], torch.Tensor)
        return Wait.SHAPE if (tensor_counts or len(args) == 1) and kwargs.get("output_size") is None else None
    if facts.base in {"index", "index_put", "index_put_", "_index_put_impl_"} and len(args) > 1:
        masks = [index for index in args[1] if index is not None and index.dtype in {torch.bool, torch.uint8}]
        if not masks:
            return None
        # g[mask] = 0.0 becomes masked_fill_, which needs no shape.
        if facts.base != "index" and len(args) > 2 and args[2].numel() == 1 and args[2].device.type == "cpu":
            return None
        return Wait.SHAPE
    return None


def is_composite(operator: Any) -> bool:
    """Whether an operator arrived that PyTorch usually takes apart first; its parts are what should be seen."""
    try:
        return facts_of(operator).composite
    except Exception:  # an instrument must never be the reason why a right answer fails
        return False


def run_parts(mode: TorchDispatchMode, func: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """Run a composite operator so that `mode` sees its parts.

    Usually PyTorch takes it apart before any mode is asked; under `torch.inference_mode()` it does not, and a wait or a
    copy inside `g.cpu()` would pass unseen.
    """
    TorchDispatchMode.__enter__(mode)  # type: ignore[no-untyped-call]
    try:
        return func.decompose(*args, **kwargs)
    finally:
        TorchDispatchMode.__exit__(mode, None, None, None)  # type: ignore[no-untyped-call]


def is_branch(facts: OperatorFacts, args: Sequence[Any]) -> bool:
    """Whether this call reads a truth value, as `if tensor:` does."""
    return facts.base in {"_local_scalar_dense", "is_nonzero"} and bool(args) and args[0].dtype is torch.bool


def tensors_in(*values: Any) -> Iterator[torch.Tensor]:
    """Every tensor in the arguments or results of an operator: themselves, in lists and in keyword dictionaries."""
    for value in values:
        if isinstance(value, torch.Tensor):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from tensors_in(*value)
        elif isinstance(value, dict):
            yield from tensors_in(*value.values())


def written_arguments(facts: OperatorFacts, args: Sequence[Any], kwargs: Mapping[str, Any]) -> list[Any]:
    """The arguments (a tensor or a list of tensors each) that the operator writes in place, in schema order."""
    return [args[position] if 0 <= position < len(args) else kwargs.get(name) for position, name in facts.written]
