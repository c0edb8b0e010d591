"""The operator trace: what it counts, what it does not, and that it never stands in the way."""

from collections import Counter

import numpy as np
import pytest
import torch

from gradkata.worker.probes import trace as trace_module
from gradkata.worker.probes.operators import Wait
from gradkata.worker.probes.trace import OperatorTrace

KIB = 1024


def gradient(kibibytes=4):
    return torch.ones(kibibytes * KIB // 4)


def traced(call):
    with OperatorTrace() as trace:
        call()
    assert trace.faults == 0
    return trace


def test_operators_are_counted_by_their_aten_names():
    g = gradient()
    trace = traced(lambda: (g.mul_(2.0), g.mul_(2.0), g.norm()))
    assert trace.operators == Counter({"aten::mul_": 2, "aten::linalg_vector_norm": 1})


def test_an_operator_reached_through_the_c_bindings_is_seen_like_any_other():
    g = gradient()
    trace = traced(lambda: torch._C._VariableFunctions.mul(g, 2.0))
    assert trace.operators == {"aten::mul": 1}


@pytest.mark.parametrize(
    "view",
    [
        lambda g: g.view(-1, 2),
        lambda g: g.reshape(-1, 2),
        lambda g: g[3:],
        lambda g: g[0],
        lambda g: g.detach(),
        lambda g: g.data,
        lambda g: g.split(5),
        lambda g: g.expand(3, -1),
        lambda g: g.as_strided((2,), (3,)),
        lambda g: g.unsqueeze_(0),
        lambda g: torch.from_numpy(g.numpy()),
        lambda g: torch.as_tensor(g.numpy()),
    ],
)
def test_a_view_allocates_nothing_and_launches_nothing(view):
    g = gradient()
    trace = traced(lambda: view(g))
    assert (trace.launches, trace.new_bytes, trace.waits) == (0, 0, 0)


@pytest.mark.parametrize(
    "write",
    [
        lambda g: g.mul_(2.0),
        lambda g: g.copy_(torch.tensor(1.0)),
        lambda g: torch.mul(g, 2.0, out=g),
        lambda g: g[:5].zero_(),
        lambda g: torch._foreach_mul_([g, g.view(2, -1)], 0.5),
        lambda g: g.__setitem__(slice(None), 0.0),
    ],
)
def test_writing_in_place_allocates_nothing_that_grows(write):
    g = gradient()
    assert traced(lambda: write(g)).largest_new_bytes <= 4


def test_the_largest_new_storage_and_the_sum_of_all_are_reported():
    g = gradient(4)
    trace = traced(lambda: (g * 2.0, (g + 1.0).norm()))
    assert trace.largest_new_bytes == 4 * KIB
    assert trace.new_bytes == 4 * KIB + 4 * KIB + 4


def test_memory_that_is_freed_and_used_again_is_counted_each_time():
    g = gradient(4)

    def call():
        for _ in range(5):
            g * 2.0

    assert traced(call).new_bytes == 5 * 4 * KIB


def test_a_list_operator_launches_once_and_its_largest_result_counts():
    trace = traced(lambda: torch._foreach_mul([gradient(4), gradient(8)], 2.0))
    assert trace.operators["aten::_foreach_mul"] == 1
    assert trace.launches == 1 + 2  # with the two torch.ones
    assert trace.largest_new_bytes == 8 * KIB


def test_out_that_must_grow_counts_its_growth():
    g, out = gradient(4), torch.empty(KIB // 4)
    with pytest.warns(UserWarning, match="was resized"):
        trace = traced(lambda: torch.mul(g, 2.0, out=out))
    assert trace.largest_new_bytes == 3 * KIB


def test_resizing_counts_the_growth_of_the_storage():
    g = gradient(4)
    trace = traced(lambda: g.resize_(3 * KIB))
    assert (trace.largest_new_bytes, trace.launches) == (8 * KIB, 0)


def test_replacing_the_data_of_a_gradient_shows_in_the_tensor_that_replaces_it():
    g = gradient(4)
    trace = traced(lambda: setattr(g, "data", g.data * 0.5))
    assert trace.largest_new_bytes == 4 * KIB


def test_a_literal_tensor_counts_but_a_wrapped_number_does_not():
    assert traced(lambda: torch.tensor(2.0)).new_bytes == 0
    assert traced(lambda: torch.tensor([2.0] * 256)).new_bytes == KIB


def test_bare_allocation_launches_nothing_but_filling_does():
    assert traced(lambda: torch.empty(8)).launches == 0
    assert traced(lambda: torch.zeros(8)).launches == 1


def test_nothing_is_launched_for_tensors_without_elements():
    empty = torch.empty(0)
    assert traced(lambda: empty.mul_(2.0)).launches == 0
    assert traced(lambda: empty.norm()).launches == 1  # the norm of nothing is a zero that somebody must write


@pytest.mark.parametrize(
    ("read", "reason"),
    [
        (lambda g: g.sum().item(), Wait.ITEM),
        (lambda g: float(g.sum()), Wait.ITEM),
        (lambda g: int(g.sum()), Wait.ITEM),
        (lambda g: bool(g.sum() > 1), Wait.ITEM),
        (lambda g: max(g.sum(), 1.0), Wait.ITEM),
        (lambda g: f"{g.sum():.1f}", Wait.ITEM),
        (lambda g: torch.tensor([g.sum()]), Wait.ITEM),
        (lambda g: torch.equal(g, g), Wait.COMPARE),
        (lambda g: g.nonzero(), Wait.SHAPE),
        (lambda g: torch.where(g > 0), Wait.SHAPE),
        (lambda g: g.masked_select(g > 0), Wait.SHAPE),
        (lambda g: g[g > 0], Wait.SHAPE),
        (lambda g: g.unique(), Wait.SHAPE),
        (lambda g: torch.linalg.norm(g.view(2, -1), 2), Wait.CHECK),
    ],
)
def test_what_a_gpu_host_would_wait_for_is_a_wait(read, reason):
    g = gradient()
    assert traced(lambda: read(g)).wait_reasons == {reason: 1}


@pytest.mark.parametrize(
    "call",
    [
        lambda g: g.norm(),
        lambda g: g.mul_(torch.clamp(1.0 / (g.norm() + 1e-6), max=1.0)),
        lambda g: torch.where(g > 0, g, -g),
        lambda g: g.__setitem__(g > 0, 0.0),
        lambda g: g[torch.tensor([0, 1])],
        lambda g: g.masked_fill_(g > 0, 1.0),
        lambda g: g.to(torch.float64),
        lambda g: g.isfinite().all(),
    ],
)
def test_what_a_gpu_does_by_itself_is_no_wait(call):
    g = gradient()
    assert traced(lambda: call(g)).waits == 0


def test_each_norm_in_a_list_that_becomes_a_tensor_is_a_wait():
    norms = [gradient().norm() for _ in range(5)]
    assert traced(lambda: torch.tensor(norms)).waits == 5
    assert traced(lambda: torch.stack(norms)).waits == 0


def test_pytorchs_own_clipping_allocates_scalars_and_never_waits():
    parameter = torch.nn.Parameter(gradient())
    parameter.grad = gradient()
    trace = traced(lambda: torch.nn.utils.clip_grad_norm_([parameter], 1.0))
    assert trace.waits == 0
    assert trace.largest_new_bytes == 4


def test_results_and_gradients_are_what_they_are_without_the_trace():
    parameter = torch.ones(3, requires_grad=True)
    with OperatorTrace():
        (parameter * parameter).sum().backward()
    assert parameter.grad.tolist() == [2.0, 2.0, 2.0]


def test_the_exception_of_an_operator_passes_through():
    trace = OperatorTrace()
    with pytest.raises(RuntimeError, match="size of tensor a"), trace:
        torch.ones(2) + torch.ones(3)
    assert trace.operators["aten::add"] == 1
    assert trace.faults == 0


def test_a_fault_of_the_trace_is_told_and_does_not_reach_the_call(monkeypatch):
    def broken(*_):
        raise KeyError

    g = gradient()
    monkeypatch.setattr(trace_module, "wait_of", broken)
    with OperatorTrace() as trace:
        assert (g * 2.0)[0] == 2.0
    assert trace.faults > 0


def test_distinct_names_are_bounded(monkeypatch):
    monkeypatch.setattr(trace_module, "MAX_NAMES", 2)
    g = gradient()
    trace = traced(lambda: (g.mul_(1), g.add_(1), g.sub_(1), g.div_(1), g.mul_(1)))
    assert trace.operators == {"aten::mul_": 2, "aten::add_": 1, "(others)": 2}


def test_sparse_tensors_have_no_storage_and_do_no_harm():
    sparse = torch.eye(3).to_sparse()
    with OperatorTrace() as trace:
        assert (sparse * 2.0).to_dense()[0, 0] == 2.0
    assert trace.faults == 0


def test_the_trace_can_be_nested_and_leaves_nothing_behind():
    g = gradient()
    with OperatorTrace() as outer, OperatorTrace() as inner:
        g.mul_(2.0)
    g.mul_(2.0)
    assert outer.operators == inner.operators == {"aten::mul_": 1}


def test_numpys_own_memory_counts_when_it_becomes_a_tensor_and_not_before():
    g = gradient()
    assert traced(lambda: torch.from_numpy(np.square(g.numpy()))).largest_new_bytes == 4 * KIB
    assert traced(lambda: np.square(g.numpy()).sum()).new_bytes == 0  # the peak of resident memory sees it


def test_the_memory_of_a_gradient_that_went_through_numpy_is_not_new():
    g = gradient()

    def call():
        array = g.numpy()
        g.mul_(2.0)
        torch.from_numpy(array[16:]).mul_(2.0)

    assert traced(call).new_bytes == 0


def test_composite_operators_are_seen_by_their_parts_in_inference_mode() -> None:
    """PyTorch hands `double()` over whole there: the copy inside must not pass unseen."""
    gradient = torch.ones(KIB)

    with torch.inference_mode(), OperatorTrace() as trace:
        gradient.double().sum().item()

    assert trace.largest_new_bytes == 8 * KIB
    assert trace.new_by_operator.most_common(1) == [("_to_copy", 8 * KIB)]
    assert (trace.waits, trace.branches, trace.faults) == (1, 0, 0)
