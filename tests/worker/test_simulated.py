"""Simulated devices: PyTorch's rules for several GPUs, and exact counts of what a call costs on them."""

import copy
import math
import subprocess
import sys

import numpy as np
import pytest
import torch
from torch.utils import _foreach_utils

from gradkata.worker.probes.simulated import (
    Copy,
    SimulatedDevices,
    SimulatedTensor,
    Wait,
    real,
    simulate,
    storage_of,
)

MIXED = r"^Expected all tensors to be on the same device, but found at least two devices, {} and {}!$"


def on(device, *values):
    return simulate(torch.tensor(values if len(values) > 1 else values[0]), device)


def parameters(*devices, size=4, value=2.0):
    made = []
    for device in devices:
        parameter = torch.nn.Parameter(simulate(torch.zeros(size), device))
        parameter.grad = simulate(torch.full((size,), value), device)
        made.append(parameter)
    return made


def counted(call):
    with SimulatedDevices() as devices:
        call()
    return devices


# Whole answers.


def test_pytorchs_own_clipping_is_right_on_two_devices_and_never_waits():
    ps = parameters("cuda:0", "cuda:1", "cuda:0")
    before = [p.grad for p in ps]
    with SimulatedDevices() as devices:
        norm = torch.nn.utils.clip_grad_norm_(ps, 1.0)
    expected = math.sqrt(12 * 4.0)
    assert real(norm).item() == pytest.approx(expected)
    assert norm.device == torch.device("cuda:0")
    for p, grad in zip(ps, before, strict=True):
        assert p.grad is grad
        torch.testing.assert_close(real(p.grad), torch.full((4,), 2.0 / (expected + 1e-6)))
    assert devices.waits == 0
    assert devices.copies == [Copy("cuda:1", "cuda:0", 4), Copy("cuda:0", "cuda:1", 4)]
    assert devices.moved_bytes == 8
    # a list of norms and a list of multiplications each; stack, norm, add, reciprocal, mul, clamp on the first device
    assert devices.launches_per_device == {"cuda:0": 8, "cuda:1": 2}
    assert devices.launches == 10


@pytest.mark.parametrize("foreach", [True, False, None])
def test_pytorchs_own_clipping_runs_on_either_of_its_roads(foreach):
    ps = parameters("cuda:0", "cuda:1", "cuda:0")
    with SimulatedDevices() as devices:
        torch.nn.utils.clip_grad_norm_(ps, 1.0, foreach=foreach)
    assert devices.waits == 0
    assert devices.operators["aten::_foreach_mul_"] == (0 if foreach is False else 2)
    assert torch.cat([real(p.grad) for p in ps]).norm().item() == pytest.approx(1.0)


def test_asking_whether_the_norm_is_finite_waits_once():
    ps = parameters("cuda:0", "cuda:1", value=math.inf)
    with SimulatedDevices() as devices, pytest.raises(RuntimeError, match="non-finite"):
        torch.nn.utils.clip_grad_norm_(ps, 1.0, error_if_nonfinite=True)
    assert devices.wait_reasons == {Wait.ITEM: 1}


def test_get_total_norm_and_clip_grads_with_norm_run_unmodified():
    ps = parameters("cuda:1", "cuda:0")
    with SimulatedDevices() as devices:
        norm = torch.nn.utils.get_total_norm([p.grad for p in ps])
        torch.nn.utils.clip_grads_with_norm_(ps, 1.0, norm)
    assert norm.device == torch.device("cuda:1")
    assert torch.cat([real(p.grad) for p in ps]).norm().item() == pytest.approx(1.0)
    assert devices.waits == 0


def test_stacking_the_norms_of_two_devices_raises_as_in_pytorch():
    ps = parameters("cuda:0", "cuda:1")
    with SimulatedDevices(), pytest.raises(RuntimeError, match=MIXED.format("cuda:0", "cuda:1")):
        torch.norm(torch.stack([torch.norm(p.grad.detach(), 2) for p in ps]), 2)


def test_the_norm_of_all_gradients_concatenated_needs_one_device():
    ps = parameters("cuda:0", "cuda:1")
    with SimulatedDevices(), pytest.raises(RuntimeError, match=MIXED.format("cuda:0", "cuda:1")):
        torch.cat([p.grad.view(-1) for p in ps]).norm()


def test_item_for_each_parameter_waits_once_for_each():
    ps = parameters("cuda:0", "cuda:1", "cuda:0", "cuda:1", "cuda:0")

    def clip():
        total = sum(p.grad.norm(2).item() ** 2 for p in ps) ** 0.5
        for p in ps:
            p.grad.mul_(1.0 / (total + 1e-6))

    devices = counted(clip)
    assert devices.wait_reasons == {Wait.ITEM: 5}
    assert devices.launches_per_device == {"cuda:0": 6, "cuda:1": 4}
    assert devices.copies == []


def test_an_accumulator_on_the_cpu_cannot_be_written_by_a_device():
    ps = parameters("cuda:0")

    def clip():
        total = torch.zeros(())
        for p in ps:
            total += p.grad.pow(2).sum()

    with SimulatedDevices(), pytest.raises(RuntimeError, match=MIXED.format("cuda:0", "cpu")):
        clip()


# Which devices mix.


def test_a_number_or_a_0d_cpu_tensor_may_stand_beside_device_tensors():
    g = on("cuda:1", 3.0, 4.0)
    devices = counted(lambda: None)
    with devices:
        results = [g * 2.0, torch.tensor(2.0) * g, g * torch.tensor(2.0), torch._foreach_mul([g], torch.tensor(2.0))[0]]
        results.append(torch.minimum(g.norm(), torch.tensor(1.0)))
    assert {result.device for result in results} == {torch.device("cuda:1")}
    assert [real(result).tolist() for result in results] == [[6.0, 8.0]] * 4 + [1.0]
    assert devices.waits == 0
    assert devices.copies == []


@pytest.mark.parametrize(
    ("mix", "first", "second"),
    [
        (lambda: on("cuda:0", 1.0) * on("cuda:1", 1.0, 2.0), "cuda:0", "cuda:1"),
        (lambda: on("cuda:1", 1.0, 2.0).mul_(on("cuda:0", 1.0)), "cuda:1", "cuda:0"),
        (lambda: torch.ones(2) * on("cuda:0", 1.0), "cuda:0", "cpu"),
        (lambda: torch.ones(2).mul_(on("cuda:0", 1.0)), "cuda:0", "cpu"),
        (lambda: torch.stack([on("cuda:0", 1.0), on("cuda:1", 1.0)]), "cuda:0", "cuda:1"),
        (lambda: torch.stack([torch.tensor(1.0), on("cuda:1", 1.0)]), "cuda:1", "cpu"),
        (lambda: torch.cat([on("cuda:0", 1.0, 2.0), torch.ones(1)]), "cuda:0", "cpu"),
        (lambda: torch._foreach_mul_([on("cuda:0", 1.0), on("cuda:1", 1.0)], on("cuda:0", 2.0)), "cuda:1", "cuda:0"),
        (lambda: torch._foreach_add([on("cuda:0", 1.0)], [on("cuda:1", 1.0)]), "cuda:0", "cuda:1"),
        (lambda: sum([on("cuda:0", 1.0), on("cuda:1", 1.0)]), "cuda:0", "cuda:1"),
        (lambda: torch.where(on("cuda:0", True, False), on("cuda:1", 1.0, 2.0), 0.0), "cuda:0", "cuda:1"),
    ],
)
def test_other_mixtures_raise_pytorchs_own_error(mix, first, second):
    with SimulatedDevices(), pytest.raises(RuntimeError, match=MIXED.format(first, second)):
        mix()


def test_a_list_operator_may_span_devices_position_by_position_and_then_launches_for_each_tensor():
    gs = [on("cuda:0", 3.0, 4.0), on("cuda:1", 3.0, 4.0), on("cuda:0", 3.0, 4.0)]
    devices = counted(lambda: torch._foreach_mul_(gs, 2.0))
    assert devices.launches_per_device == {"cuda:0": 2, "cuda:1": 1}
    with devices:
        norms = torch._foreach_norm(gs)
    assert [str(norm.device) for norm in norms] == ["cuda:0", "cuda:1", "cuda:0"]
    assert [real(norm).item() for norm in norms] == [10.0] * 3


def test_a_list_operator_on_one_device_launches_once():
    gs = [on("cuda:1", 3.0, 4.0), on("cuda:1", 1.0)]
    with SimulatedDevices() as devices:
        torch._foreach_mul_(gs, on("cuda:1", 2.0))
        torch._foreach_norm(gs)
        torch._foreach_pow(gs, 2)
        torch._foreach_add(gs, gs)
    assert devices.launches_per_device == {"cuda:1": 4}


def test_a_gradient_must_be_on_the_device_of_its_parameter():
    (parameter,) = parameters("cuda:0")
    with pytest.raises(RuntimeError, match="assign a gradient located on device"):
        parameter.grad = simulate(torch.ones(4), "cuda:1")


# Making tensors.


@pytest.mark.parametrize(
    "make",
    [
        lambda g: torch.zeros(2, device="cuda:1"),
        lambda g: torch.zeros(2, device=g.device),
        lambda g: torch.empty(2, device=g.device).fill_(0.0),
        lambda g: torch.full((2,), 0.0, device=1),
        lambda g: torch.zeros_like(g),
        lambda g: g.new_zeros(2),
        lambda g: g.new_full((2,), 0.0),
        lambda g: g * 0.0,
    ],
)
def test_tensors_made_on_a_device_are_simulated_there_without_a_wait(make):
    g = on("cuda:1", 3.0, 4.0)
    with SimulatedDevices() as devices:
        made = make(g)
    assert (type(made), made.device, made.is_cuda) == (SimulatedTensor, torch.device("cuda:1"), True)
    assert real(made).tolist() == [0.0, 0.0]
    assert (devices.launches, devices.waits, devices.largest_new_bytes) == (1, 0, 8)


@pytest.mark.parametrize(
    "make",
    [
        lambda g: torch.tensor(0.0, device=g.device),
        lambda g: torch.tensor(0.0, device="cuda:1"),
        lambda g: g.new_tensor(0.0),
        lambda g: torch.tensor(0.0).to(g),
        lambda g: torch.tensor(0.0).cuda(1),
    ],
)
def test_a_tensor_filled_on_the_host_is_sent_to_the_device_which_waits(make):
    g = on("cuda:1", 3.0, 4.0)
    with SimulatedDevices() as devices:
        made = make(g)
    assert (made.device, real(made).item()) == (torch.device("cuda:1"), 0.0)
    assert devices.wait_reasons == {Wait.UPLOAD: 1}
    assert devices.copies == [Copy("cpu", "cuda:1", 4)]


def test_the_device_without_a_number_is_the_current_one():
    with SimulatedDevices():
        assert torch.zeros(1, device="cuda").device.index == 0
        assert torch.ones(1).cuda().device.index == 0
        with torch.cuda.device(1):
            assert torch.cuda.current_device() == 1
            assert torch.zeros(1, device="cuda").device.index == 1
            assert torch.tensor(0.0, device="cuda").device.index == 1
            assert torch.ones(1).to("cuda").device.index == 1
        torch.cuda.set_device(2)
        assert torch.zeros(1, device="cuda").device.index == 2


def test_there_are_as_many_devices_as_were_asked_for():
    with SimulatedDevices(device_count=2):
        assert torch.cuda.is_available()
        assert torch.cuda.device_count() == 2
        with pytest.raises(RuntimeError, match="invalid device ordinal"):
            torch.zeros(1, device="cuda:2")


# Copies and waits.


def test_a_copy_between_devices_moves_bytes_and_does_not_wait():
    g = on("cuda:0", 3.0, 4.0)
    with SimulatedDevices() as devices:
        for moved in (g.to("cuda:1"), g.to(on("cuda:1", 0.0)), g.cuda(1), torch.zeros(2, device="cuda:1").copy_(g)):
            assert moved.device == torch.device("cuda:1")
            assert real(moved).tolist() == [3.0, 4.0]
    assert devices.copies == [Copy("cuda:0", "cuda:1", 8)] * 4
    assert devices.moved_bytes == 32
    assert devices.waits == 0
    assert devices.launches == 1  # torch.zeros


def test_to_the_device_where_it_is_gives_the_same_tensor():
    g = on("cuda:1", 3.0, 4.0)
    with SimulatedDevices() as devices:
        assert all(same is g for same in (g.to("cuda:1"), g.to(g), g.cuda(1), g.to(device=g.device), g.float()))
    assert (devices.copies, devices.launches) == ([], 0)


@pytest.mark.parametrize(
    "fetch",
    [
        lambda g: g.cpu(),
        lambda g: g.to("cpu"),
        lambda g: torch.zeros(2).copy_(g),
        lambda g: g.tolist(),
        lambda g: repr(g),
        lambda g: g.numpy(force=True),
    ],
)
def test_bringing_a_tensor_to_the_cpu_waits(fetch):
    g = on("cuda:0", 3.0, 4.0)
    devices = counted(lambda: fetch(g))
    assert devices.wait_reasons == {Wait.DOWNLOAD: 1}
    assert devices.copies == [Copy("cuda:0", "cpu", 8)]


def test_a_copy_that_does_not_block_does_not_wait():
    g = on("cuda:0", 3.0, 4.0)
    devices = counted(lambda: (g.to("cpu", non_blocking=True), torch.zeros(2).copy_(g, non_blocking=True)))
    assert devices.waits == 0
    assert devices.moved_bytes == 16


def test_what_came_to_the_cpu_is_a_plain_tensor():
    with SimulatedDevices() as devices:
        fetched = on("cuda:0", 3.0, 4.0).cpu()
        fetched.norm().item()
    assert type(fetched) is torch.Tensor
    assert devices.waits == 1  # .item() of a CPU tensor waits for nobody


@pytest.mark.parametrize(
    ("read", "reason"),
    [
        (lambda t: t.item(), Wait.ITEM),
        (lambda t: float(t), Wait.ITEM),
        (lambda t: int(t), Wait.ITEM),
        (lambda t: bool(t), Wait.ITEM),
        (lambda t: math.sqrt(t), Wait.ITEM),
        (lambda t: f"{t:.2f}", Wait.ITEM),
        (lambda t: 1 if t > 1.0 else 0, Wait.ITEM),
        (lambda t: min(t, 1.0), Wait.ITEM),
        (lambda t: t.isfinite().all().item(), Wait.ITEM),
        (lambda t: torch.tensor([t]), Wait.ITEM),
        (lambda t: torch.as_tensor([[t]]), Wait.ITEM),
        (lambda t: torch.add(t, t, alpha=t), Wait.ITEM),
        (lambda t: torch.equal(t, t), Wait.COMPARE),
        (lambda t: t.nonzero(), Wait.SHAPE),
        (lambda t: t.view(1)[t.view(1) > 0], Wait.SHAPE),
        (lambda t: torch.cuda.synchronize(), Wait.SYNCHRONIZE),
        (lambda t: torch.cuda.current_stream().synchronize(), Wait.SYNCHRONIZE),
    ],
)
def test_each_way_to_make_the_host_wait_is_counted_once(read, reason):
    t = on("cuda:1", 4.0)
    assert counted(lambda: read(t)).wait_reasons == {reason: 1}


def test_a_list_of_norms_that_becomes_a_tensor_waits_for_each():
    with SimulatedDevices() as devices:
        made = torch.tensor([on("cuda:0", 3.0), on("cuda:1", 4.0)], device="cuda:0")
    assert real(made).tolist() == [3.0, 4.0]
    assert devices.wait_reasons == {Wait.ITEM: 2, Wait.UPLOAD: 1}


@pytest.mark.parametrize(
    "call",
    [
        lambda t: torch.where(t > 1.0, t, 0.0),
        lambda t: t.clamp_(max=1.0),
        lambda t: t.__setitem__(slice(None), 0.0),
        lambda t: t.__setitem__(t > 1.0, 0.0),
        lambda t: t[0],
        lambda t: t.mul_(torch.clamp(1.0 / (t.norm() + 1e-6), max=1.0)),
    ],
)
def test_what_stays_on_the_device_does_not_wait(call):
    t = on("cuda:1", 3.0, 4.0)
    devices = counted(lambda: call(t))
    assert devices.waits == 0
    assert devices.copies == []


def test_numpy_refuses_as_it_does_for_a_gpu():
    message = (
        r"can't convert cuda:1 device type tensor to numpy. Use Tensor.cpu\(\) to copy the tensor to host memory first."
    )
    with SimulatedDevices():
        for convert in (lambda t: t.numpy(), np.asarray):
            with pytest.raises(TypeError, match=message):
                convert(on("cuda:1", 1.0, 2.0))


# Launches and memory.


@pytest.mark.parametrize(
    ("call", "launches"),
    [
        (lambda g: g.view(2, 1).t().detach().data[0], 0),
        (lambda g: torch.empty_like(g), 0),
        (lambda g: g.item() if g.dim() == 0 else None, 0),
        (lambda g: g[:0].mul_(2.0), 0),
        (lambda g: g.norm(), 1),
        (lambda g: torch.linalg.vector_norm(g), 1),
        (lambda g: g.double(), 1),
        (lambda g: g.clone(), 1),
        (lambda g: g.pow(2).sum().sqrt(), 3),
        (lambda g: g.mul_(2.0).add_(1.0), 2),
        (lambda g: torch.ones(3) * 2.0, 0),
    ],
)
def test_kernels_are_counted_and_views_are_not(call, launches):
    g = on("cuda:0", 3.0, 4.0)
    assert counted(lambda: call(g)).launches == launches


def test_the_largest_new_storage_is_counted_on_devices_and_on_the_cpu():
    g = simulate(torch.ones(256), "cuda:0")
    assert counted(lambda: (g.mul_(2.0), g.norm())).largest_new_bytes == 4
    assert counted(lambda: g * 2.0).largest_new_bytes == 1024
    assert counted(lambda: (g * 2.0, g.cpu())).new_bytes == 2048
    assert counted(lambda: torch.zeros(512)).largest_new_bytes == 2048


# The tensors themselves.


def test_a_simulated_tensor_looks_like_one_on_a_gpu():
    g = on("cuda:1", 3.0, 4.0)
    assert (g.is_cuda, g.is_cpu, g.is_meta, g.device.type, g.get_device()) == (True, False, False, "cuda", 1)
    assert isinstance(g, torch.Tensor)
    assert repr(g) == "tensor([3., 4.], device='cuda:1')"
    assert (g.shape, g.dtype, g.stride(), g.is_leaf, g.requires_grad) == ((2,), torch.float32, (1,), True, False)


def test_in_place_operators_write_into_the_given_memory_and_return_the_same_object():
    memory = torch.tensor([3.0, 4.0])
    g = simulate(memory, "cuda:0")
    assert g.mul_(2.0) is g
    assert torch.mul(g, 2.0, out=g) is g
    g[0] = 1.0
    g[1:].add_(1.0)
    g.detach().data.neg_()
    assert memory.tolist() == [-1.0, -17.0]


def test_views_share_storage_and_copies_do_not():
    memory = torch.ones(2, 3)
    g = simulate(memory, "cuda:0")
    for view in (g, g.detach(), g.data, g.t(), g.view(-1), g[1], g.flatten(), torch.nn.Parameter(g)):
        assert storage_of(view) == storage_of(memory) == memory.untyped_storage().data_ptr()
    for other in (g.clone(), g * 1.0, g.to("cpu"), g.t().contiguous()):
        assert storage_of(other) != storage_of(memory)
    assert g[1].data_ptr() == memory[1].data_ptr()


def test_a_change_of_shape_in_place_shows():
    g = on("cuda:0", 3.0, 4.0)
    assert g.unsqueeze_(0).shape == (1, 2)
    assert g.t_().shape == (2, 1)
    assert real(g).shape == (2, 1)


def test_assigning_data_takes_over_the_numbers():
    (parameter,) = parameters("cuda:1")
    grad, storage = parameter.grad, storage_of(parameter.grad)
    with SimulatedDevices():
        parameter.grad.data = parameter.grad.data * 0.5
    assert parameter.grad is grad
    assert real(grad).tolist() == [1.0] * 4
    assert storage_of(grad) != storage


def test_a_parameter_is_a_leaf_with_its_gradient():
    (parameter,) = parameters("cuda:1")
    assert isinstance(parameter, torch.nn.Parameter)
    assert (parameter.is_leaf, parameter.requires_grad, parameter.device.index) == (True, True, 1)
    parameter.grad = None
    assert parameter.grad is None


def test_half_precision_and_mixed_types_promote_as_in_pytorch():
    g = simulate(torch.tensor([3.0, 4.0], dtype=torch.float16), "cuda:0")
    with SimulatedDevices():
        assert (g * 2.0).dtype == torch.float16
        assert (g * torch.tensor(2.0, dtype=torch.float64)).dtype == torch.float16
        assert (g * torch.ones(2, device="cuda:0")).dtype == torch.float32
        assert real(torch.linalg.vector_norm(g, dtype=torch.float32)).item() == 5.0


def test_gradients_are_grouped_by_device_and_type():
    gs = [on("cuda:0", 1.0), on("cuda:1", 1.0), on("cuda:0", 2.0)]
    with SimulatedDevices():
        groups = _foreach_utils._group_tensors_by_device_and_dtype([gs])
    sizes = {device: len(tensors) for (device, _), ([tensors], _) in groups.items()}
    assert sizes == {torch.device("cuda:0"): 2, torch.device("cuda:1"): 1}


def test_a_deep_copy_is_independent():
    (parameter,) = parameters("cuda:1")
    copied = copy.deepcopy(parameter)
    assert isinstance(copied, torch.nn.Parameter)
    assert copied.grad.device == torch.device("cuda:1")
    assert storage_of(copied) != storage_of(parameter)


def test_simulate_refuses_what_it_cannot_stand_for():
    with pytest.raises(ValueError, match="a plain CPU tensor and a cuda device"):
        simulate(torch.ones(1), "cpu")
    with pytest.raises(ValueError, match="not SimulatedTensor"):
        simulate(on("cuda:0", 1.0), "cuda:1")


# Autograd.


def test_backward_runs_within_a_device_and_across():
    first, second = (torch.nn.Parameter(simulate(torch.ones(3), f"cuda:{k}")) for k in (0, 1))
    with SimulatedDevices() as devices:
        (first.to("cuda:1") * second * 2.0).sum().backward()
    assert [real(p.grad).tolist() for p in (first, second)] == [[2.0] * 3] * 2
    assert [str(p.grad.device) for p in (first, second)] == ["cuda:0", "cuda:1"]
    assert devices.copies == [Copy("cuda:0", "cuda:1", 12), Copy("cuda:1", "cuda:0", 12)]
    assert devices.waits == 0


def test_a_gradient_may_carry_a_graph():
    parameter = torch.nn.Parameter(on("cuda:1", 3.0, 4.0))
    (grad,) = torch.autograd.grad((parameter * parameter).sum() * 0.5, parameter, create_graph=True)
    assert grad.grad_fn is not None
    assert grad.requires_grad
    with SimulatedDevices():
        assert not grad.detach().norm().requires_grad
        assert grad.norm().requires_grad
    assert real(grad.detach()).tolist() == [3.0, 4.0]


def test_a_module_trains_on_a_device():
    torch.manual_seed(0)
    with SimulatedDevices():
        model = torch.nn.Linear(2, 1).cuda(1)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        before = real(model.weight.detach()).clone()
        model(torch.ones(1, 2, device="cuda:1")).sum().backward()
        optimizer.step()
        assert torch.equal(real(model.weight.detach()), before - 0.1)
        optimizer.zero_grad()
        assert model.weight.grad is None


# Outside the context.


def test_outside_the_context_operators_work_and_nothing_is_counted():
    g = on("cuda:1", 3.0, 4.0)
    with SimulatedDevices() as devices:
        pass
    assert g.norm().item() == 5.0
    assert real(torch.where(g > 3.0, g, 0.0)).tolist() == [0.0, 4.0]
    assert real(g.copy_(torch.zeros(2))).tolist() == [0.0, 0.0]
    with pytest.raises(RuntimeError, match="at least two devices"):
        g + on("cuda:0", 1.0, 2.0)
    assert (devices.launches, devices.waits) == (0, 0)


def test_torch_is_as_it_was_after_the_context_even_after_an_error():
    names = ("is_available", "device_count", "current_device", "synchronize", "_lazy_init", "set_device")
    before = [getattr(torch.cuda, name) for name in names]
    group, supported = torch._C._group_tensors_by_device_and_dtype, list(_foreach_utils._foreach_supported_types)
    lifted = torch._C._only_lift_cpu_tensors()
    with pytest.raises(RuntimeError, match="invalid device ordinal"), SimulatedDevices(), SimulatedDevices(2):
        torch.zeros(1, device="cuda:3")
    assert [getattr(torch.cuda, name) for name in names] == before
    assert torch._C._group_tensors_by_device_and_dtype is group
    assert _foreach_utils._foreach_supported_types == supported
    assert torch._C._only_lift_cpu_tensors() == lifted


def test_plain_cpu_tensors_are_left_alone():
    g = torch.ones(4, requires_grad=True)
    with SimulatedDevices() as devices:
        loss = (g * 2.0).sum()
        loss.backward()
        assert loss.item() == 8.0
    assert type(g.grad) is torch.Tensor
    assert (devices.waits, devices.launches, devices.copies) == (0, 0, [])


def test_the_first_use_imports_neither_the_compiler_nor_distributed_tensors():
    program = """
import sys, torch
from gradkata.worker.probes.simulated import SimulatedDevices, simulate
from gradkata.worker.probes.trace import OperatorTrace
before = set(sys.modules)
parameter = torch.nn.Parameter(simulate(torch.ones(3), "cuda:1"))
parameter.grad = simulate(torch.ones(3), "cuda:1").clone()
with SimulatedDevices():
    torch.nn.utils.clip_grad_norm_([parameter], 1.0)
with OperatorTrace():
    torch.ones(3).norm()
new = set(sys.modules) - before
print(sorted(name for name in new if name.startswith(("torch._dynamo", "torch.distributed", "sympy"))))
"""
    finished = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert finished.stdout.strip() == "[]"


def test_views_of_ordinary_tensors_can_be_changed_in_inference_mode_as_on_a_gpu():
    numbers = torch.ones(3)
    gradient = simulate(numbers, "cuda:0")
    with SimulatedDevices(), torch.inference_mode():
        gradient.detach().mul_(2.0)
        gradient.view(-1).mul_(2.0)
    assert numbers.tolist() == [4.0, 4.0, 4.0]


def test_waits_and_copies_are_counted_in_inference_mode() -> None:
    """PyTorch hands `cpu()` and `to()` over whole there: what they cost must not pass unseen."""
    gradient = simulate(torch.ones(8), "cuda:0")

    with SimulatedDevices() as devices, torch.inference_mode():
        gradient.cpu()
        gradient.to("cuda:1")

    assert (devices.waits, devices.moved_bytes) == (1, 64)


def test_a_list_of_several_dtypes_is_launched_one_by_one() -> None:
    tensors = [simulate(torch.ones(2, dtype=dtype), "cuda:0") for dtype in (torch.float32, torch.float16)]

    with SimulatedDevices() as devices:
        torch._foreach_mul_(tensors, 0.5)
        torch._foreach_mul_(tensors[:1], 0.5)

    assert devices.launched_by == {"_foreach_mul_": 3}


def test_a_branch_is_told_from_reading_a_number() -> None:
    total_norm = simulate(torch.tensor(3.0), "cuda:0")

    with SimulatedDevices() as devices:
        total_norm.item()
        if total_norm > 1.0:
            pass

    assert (devices.waits, devices.branches) == (2, 1)
