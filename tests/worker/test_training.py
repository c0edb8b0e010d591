"""Training steps in the worker: what is built, what is told, and that PyTorch's compiler stays out."""

from __future__ import annotations

import mmap
import subprocess
import sys

import pytest
import torch
from torch import nn

from gradkata.judge.case import fill, reserve
from gradkata.judge.training import Batch, Group, TrainingCase, batch, linear
from gradkata.protocol.arena import Arena
from gradkata.worker import events, training
from gradkata.worker.eager import do_without_compiler

STAND_IN = """
import sys
import torch
from gradkata.worker.eager import do_without_compiler
do_without_compiler()
weight = torch.nn.Parameter(torch.ones(2))
for make, moved in [
    (lambda: torch.optim.SGD([{"params": [weight], "lr": 0.5}], lr=9.0, momentum=0.9), 0.5),
    (lambda: torch.optim.Adam([weight], lr=0.1), 0.1),
]:
    before = weight.detach().clone()
    optimizer = make()
    weight.grad = torch.ones(2)
    optimizer.step()
    optimizer.zero_grad()
    assert weight.grad is None
    assert torch.allclose(before - weight, torch.tensor(moved)), before - weight
named = {name: module for name, module in sys.modules.items() if name.startswith(("torch._dynamo", "torch._inductor"))}
loaded = [name for name, module in named.items() if hasattr(module, "__file__")]
assert not loaded, loaded
print("done")
"""


@pytest.fixture
def observe(monkeypatch):
    """Runs a training step on a case as the worker does, with everything put back afterwards."""
    if "torch._dynamo" not in sys.modules:
        do_without_compiler()
        monkeypatch.setattr(torch, "_dynamo", torch._dynamo)
        monkeypatch.setitem(sys.modules, "torch._dynamo", sys.modules["torch._dynamo"])
    for owner, names in [
        (torch.autograd, ["backward", "grad"]),
        (nn.Module, ["zero_grad"]),
        (torch.optim.Optimizer, ["zero_grad"]),
        (torch.nn.utils, ["clip_grad_norm_", "clip_grad_norm", "clip_grad_value_", "clip_grads_with_norm_"]),
        (torch.nn.utils.clip_grad, ["clip_grad_norm_", "clip_grad_norm", "clip_grad_value_", "clip_grads_with_norm_"]),
    ]:
        for name in names:
            if hasattr(owner, name):
                monkeypatch.setattr(owner, name, getattr(owner, name))
    events.watch(training._timeline)

    def run(case, entry):
        arena = Arena()
        placed = reserve(case, arena)
        descriptor = arena.seal()
        fill(placed)
        blobs = {}
        with mmap.mmap(descriptor, arena.size) as buffer:
            calls, _ = training.observe(placed.message, entry, buffer, lambda error: {"type": str(error)}, blobs)
        arena.close()
        return calls, blobs

    return run


def case(*batches: Batch, momentum: float = 0.0, **more) -> TrainingCase:
    layer = linear(torch.Generator().manual_seed(1), "only", 3, 2)
    groups = (Group(("only.weight", "only.bias"), lr=0.5, momentum=momentum),)
    made = batches or (batch(2, 4, 3, 2, 5.0), batch(3, 4, 3, 2, 5.0), batch(4, 4, 3, 2, 5.0))
    return TrainingCase("case", "train_step", layers=(layer,), groups=groups, batches=made, **more)


def right(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = ((model(x) - y) ** 2).mean()
    loss.backward()
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss.item(), norm


def kinds(call) -> list[str]:
    return [event["kind"] for event in call["training"]["events"]]


def test_real_optimizers_step_without_the_compiler_being_imported() -> None:
    done = subprocess.run([sys.executable, "-c", STAND_IN], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("done\n", "", 0)


def test_the_stand_in_says_what_it_is_when_asked_for_more() -> None:
    code = (
        "import torch\nfrom gradkata.worker.eager import do_without_compiler\ndo_without_compiler()\n"
        "try:\n    torch._dynamo.explain\nexcept AttributeError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "torch._dynamo.explain: torch.compile is not available in the grader\n"


EAGER = """
import torch
from gradkata.worker.eager import do_without_compiler
do_without_compiler()
print(torch.compile(lambda x: x + 1)(1), torch.compile(dynamic=True)(len)([]))
print(torch.func.grad(lambda x: x * x)(torch.tensor(3.0)).item())
torch.use_deterministic_algorithms(True)
print(torch.are_deterministic_algorithms_enabled())
import torch._dynamo as d
d.config.suppress_errors = True
d.reset()
print(d.config.suppress_errors)
model = torch.nn.Linear(1, 1)
model.compile()
print(model(torch.ones(1)).shape)
with torch.profiler.profile():
    print(torch.ones(1).item())
"""


def test_what_asks_for_the_compiler_by_the_way_runs_without_it() -> None:
    done = subprocess.run([sys.executable, "-c", EAGER], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["2 0", "6.0", "True", "True", "torch.Size([1])", "1.0"]


def test_every_batch_is_one_call_with_the_parameters_after_it(observe) -> None:
    calls, tensors = observe(case(), right)
    assert [call["outcome"] for call in calls] == ["returned"] * 3
    weights = [tensors[f"{number}.only.weight"] for number in range(3)]
    assert all(weight.shape == (2, 3) for weight in weights)
    assert not torch.equal(weights[0], weights[1])


def test_the_timeline_tells_each_event_with_the_norm_at_that_moment(observe) -> None:
    calls, _ = observe(case(), right)
    told = calls[0]["training"]["events"]
    assert [event["kind"] for event in told] == [
        "zero_grad", "forward", "backward", "backpropagated", "clip", "clipped", "step", "stepped", "end",
    ]  # fmt: skip
    assert [event["norm"] for event in told[:3]] == [None, None, None]
    assert told[3]["norm"] == told[4]["norm"] > 1.0
    assert [event["norm"] for event in told[5:]] == pytest.approx([1.0] * 4, abs=1e-5)


def test_a_closure_runs_inside_the_step(observe) -> None:
    def train_step(model, optimizer, x, y):
        def closure():
            loss = ((model(x) - y) ** 2).mean()
            loss.backward()
            return loss

        optimizer.step(closure)

    calls, _ = observe(case(batch(2, 4, 3, 2, 5.0)), train_step)
    assert kinds(calls[0]) == ["step", "forward", "backward", "backpropagated", "stepped", "end"]


def test_gradients_are_emptied_between_calls_by_none_and_by_zeros_in_turn(observe) -> None:
    found = []

    def train_step(model, optimizer, x, y):
        found.append(model.only.bias.grad)
        ((model(x) - y) ** 2).mean().backward()

    observe(case(), train_step)
    assert found[0] is None
    assert found[1] is None
    assert torch.equal(found[2], torch.ones(2) * found[2])


def test_a_kept_round_starts_from_the_same_weights_and_leaves_gradients_alone(observe) -> None:
    found = []

    def train_step(model, optimizer, x, y):
        found.append((model.only.weight.detach().clone(), model.only.weight.grad is not None))
        ((model(x) - y) ** 2).mean().backward()
        optimizer.step()

    calls, _ = observe(case(rounds=("cleared", "kept")), train_step)
    assert len(calls) == 6
    assert torch.equal(found[0][0], found[3][0])
    assert [there for _, there in found] == [False, False, True, False, True, True]


def test_an_exception_is_told_and_the_next_batch_is_still_tried(observe) -> None:
    def train_step(model, optimizer, x, y):
        raise ValueError("no")

    calls, _ = observe(case(), train_step)
    assert [(call["outcome"], call["error"]) for call in calls] == [("raised", {"type": "no"})] * 3


def test_evaluation_mode_and_requires_grad_are_seen(observe) -> None:
    def train_step(model, optimizer, x, y):
        model.eval()
        model.only.bias.requires_grad_(False)

    calls, _ = observe(case(batch(2, 4, 3, 2, 5.0)), train_step)
    state = calls[0]["training"]
    assert state["training"] is False
    assert state["requires_grad"] == {"only.weight": True, "only.bias": False}


def test_gradient_recording_that_was_switched_off_is_told_and_stays_off_for_the_later_calls(observe) -> None:
    def train_step(model, optimizer, x, y):
        found.append(torch.is_grad_enabled())
        torch.set_grad_enabled(False)

    found: list[bool] = []
    calls, _ = observe(case(), train_step)
    assert found == [True, False, False]
    assert [call["grad_mode_kept"] for call in calls] == [False] * 3
    assert torch.is_grad_enabled()


def test_a_batch_is_sent_only_where_it_was_changed(observe) -> None:
    def train_step(model, optimizer, x, y):
        if len(given) == 1:
            x[0, 0] = 7.0
        if len(given) == 2:
            y.data = y.data.flatten()
        given.append(x.clone())

    given: list[torch.Tensor] = []
    _, tensors = observe(case(), train_step)
    assert sorted(name for name in tensors if "batch" in name) == ["1.batch.x", "2.batch.y"]
    assert torch.equal(tensors["1.batch.x"], given[1])
    assert tensors["2.batch.y"].shape == (0,)


def test_every_round_has_the_batch_as_it_was(observe) -> None:
    def train_step(model, optimizer, x, y):
        found.append(x.sum().item())
        x.zero_()

    found: list[float] = []
    observe(case(batch(2, 4, 3, 2, 5.0), rounds=("cleared", "kept")), train_step)
    assert found[0] == found[1] != 0.0


def test_hooks_that_stay_are_counted_from_the_first_call_on(observe) -> None:
    def train_step(model, optimizer, x, y):
        handles.append(model.only.register_forward_hook(print))
        handles.append(model.only.bias.register_hook(print))
        handles.append(optimizer.register_step_pre_hook(print))
        if len(handles) == 3:
            handles[0].remove()
        if len(handles) == 9:
            for handle in handles:
                handle.remove()

    handles: list = []
    calls, _ = observe(case(), train_step)
    assert [call["training"]["hooks_left"] for call in calls] == [2, 5, 0]


def test_hooks_of_the_callers_that_are_gone_are_told(observe) -> None:
    def train_step(model, optimizer, x, y):
        model._forward_pre_hooks.clear()
        optimizer._optimizer_step_pre_hooks.clear()

    calls, _ = observe(case(batch(2, 4, 3, 2, 5.0)), train_step)
    assert calls[0]["training"]["hooks_left"] == -1


def test_a_model_that_cannot_be_read_is_told_without_values(observe) -> None:
    def train_step(model, optimizer, x, y):
        model.named_parameters = None

    calls, tensors = observe(case(batch(2, 4, 3, 2, 5.0)), train_step)
    assert calls[0]["outcome"] == "returned"
    assert tensors == {}


def test_of_an_endless_row_of_events_the_first_64_and_the_end_are_told(observe) -> None:
    def train_step(model, optimizer, x, y):
        for _ in range(100):
            optimizer.zero_grad()

    calls, _ = observe(case(batch(2, 4, 3, 2, 5.0)), train_step)
    assert kinds(calls[0]) == ["zero_grad"] * 64 + ["end"]
