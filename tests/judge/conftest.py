"""Cases and observations made by hand, without a worker."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from gradkata.judge.case import Case, parameters_of
from gradkata.judge.contracts import ClipByNorm
from gradkata.judge.observations import Call, ItemState, Probe, Raised, Returned
from gradkata.judge.seen import Seen, SeenCall


def max_norm_only(max_norm):
    """The arguments after the first."""


@pytest.fixture
def contract() -> ClipByNorm:
    return ClipByNorm(max_norm_only)


@pytest.fixture
def case() -> Case:
    """3 and 4, to be clipped to 1."""
    return Case("two", "clip", parameters_of(torch.tensor([3.0]), torch.tensor([4.0])), args=(1.0,))


KEPT = ItemState(
    parameter_requires_grad=True,
    parameter_same_storage=True,
    parameter_graph=False,
    present=True,
    was_present=True,
    type="Tensor",
    same_object=True,
    same_storage=True,
    dtype="float32",
    shape=[1],
    device="cpu",
    new_graph=False,
    requires_grad_changed=False,
)
NORM = Returned(
    kind="tensor", type="torch.Tensor", number=5.0, dtype="float32", shape=[], device="cpu", requires_grad=False
)
PROBE = Probe(
    waits=0,
    branches=0,
    launches=1,
    launched_by={},
    largest_new_bytes=4,
    new_by_operator={},
    moved_bytes=0,
    faults=0,
    wait_reasons={},
    **({"largest_new_by": ""} if "largest_new_by" in Probe.model_fields else {}),
)


@pytest.fixture
def see(case) -> Callable[..., Seen]:
    """What was seen of a call that did all right; what is given is otherwise.

    `state` changes the first parameter's state, `probe` the probe, `returned` the returned value, `grads` and `data`
    the values afterwards, `error` says what was raised.
    """

    def see(of: Case = case, **changes) -> Seen:
        shapes = [[2] if grad is None else list(grad.shape) for grad in of.grads()]
        items = [KEPT.model_copy(update={"shape": shape}) for shape in shapes]
        items[:1] = [items[0].model_copy(update=changes.get("state", {}))] if items else []
        right = [None if grad is None else grad / 5 for grad in of.grads()]
        returned = changes.get("returned", {})
        call = Call(
            outcome="raised" if "error" in changes else "returned",
            grad_mode_kept=changes.get("grad_mode_kept", True),
            default_dtype_kept=changes.get("default_dtype_kept", True),
            items=items,
            returned=None if returned is None else NORM.model_copy(update=returned),
            error=changes.get("error"),
            probe=None if changes.get("probe", {}) is None else PROBE.model_copy(update=changes.get("probe", {})),
        )
        number = changes.get("number", call.returned.number if call.returned else None)
        data = changes.get("data", [item.data for item in of.items])
        seen = SeenCall(call, items, changes.get("grads", right), data, number)
        return Seen(of, [seen], {}, changes.get("peak_bytes"))

    return see


@pytest.fixture
def raised() -> Callable[..., Raised]:
    """An exception that came out of a call."""

    def raised(type_: str = "ValueError", *bases: str, line: int | None = 3) -> Raised:
        return Raised(type=type_, bases=list(bases), message="no  way\nout", line=line, text="return x")

    return raised
