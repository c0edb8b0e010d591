"""Training steps before the judge: the right step, the order of events, and what a learner reads."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
import torch
from torch import nn

from gradkata.content import find_kit
from gradkata.grading import Grader, Submission
from gradkata.judge.observations import TrainingEvent
from gradkata.judge.order import draw, faults, happened, right_order
from gradkata.judge.training import (
    Batch,
    Group,
    Layer,
    TrainingCase,
    batch,
    batch_norm,
    linear,
    right_run,
    with_clipping_idle,
)
from gradkata.report.model import Report

KIT = find_kit(None)
EXERCISE = KIT.exercise("train_step")
ORDER_CHECK = "ordering.clipped_steps"
WHY = "clipping acts between backward() and step(), on all gradients together; elsewhere it is too early or late."


def told(*events: tuple[str, float | None] | str) -> list[TrainingEvent]:
    """Events from their kinds, with norms where they matter."""
    pairs = [(event, None) if isinstance(event, str) else event for event in events]
    return [TrainingEvent(kind=kind, norm=norm) for kind, norm in pairs]


def network(seed: int, *, momentum: float = 0.0) -> TrainingCase:
    generator = torch.Generator().manual_seed(seed)
    layers = (linear(generator, "0", 4, 6), batch_norm("1", 6), Layer("2", "tanh"), linear(generator, "3", 6, 2))
    groups = (
        Group(("0.weight", "0.bias"), lr=0.05, momentum=momentum),
        Group(("1.weight", "1.bias", "3.weight", "3.bias"), lr=0.2, momentum=momentum),
    )
    batches = tuple(batch(seed + n, 5, 4, 2, 4.0, max_grad_norm=limit) for n, limit in enumerate((0.5, 100.0, 1.0)))
    return TrainingCase("network", "train_step", layers=layers, groups=groups, batches=batches)


# The right step.


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_the_right_run_is_pytorchs_own_backward_and_clip_with_sgd_by_hand(seed: int, momentum: float) -> None:
    case = network(seed, momentum=momentum)
    model = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.Tanh(), nn.Linear(6, 2)).double()
    model.load_state_dict(case.weights(), strict=False)
    named = dict(model.named_parameters())
    buffers = {name: torch.zeros_like(value) for name, value in named.items()}
    for step, given in zip(right_run(case), case.batches, strict=True):
        model.zero_grad()
        loss = nn.MSELoss()(model(given.x.double()), given.y.double())
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), given.max_grad_norm)
        with torch.no_grad():
            for group in case.groups:
                for name in group.parameters:
                    buffers[name] = momentum * buffers[name] + named[name].grad
                    named[name] -= group.lr * buffers[name]
        assert step.loss == pytest.approx(loss.item())
        assert step.norm == pytest.approx(norm.item())
        torch.testing.assert_close(step.parameters, {name: value.detach() for name, value in named.items()})
        buffers_now = dict(model.named_buffers())
        torch.testing.assert_close(step.statistics, {name: buffers_now[name] for name in step.statistics})
        assert len(step.statistics) == 2


def test_frozen_and_unused_parameters_stay() -> None:
    generator = torch.Generator().manual_seed(3)
    layers = (linear(generator, "a", 3, 3, frozen=("weight",)), linear(generator, "b", 3, 3, used=False))
    names = ("a.weight", "a.bias", "b.weight", "b.bias")
    case = TrainingCase("c", "f", layers=layers, groups=(Group(names, 0.1),), batches=(batch(1, 4, 3, 3, 1.0),))
    before, after = case.weights(), right_run(case)[0].parameters
    moved = [name for name in names if not torch.equal(before[name].double(), after[name])]
    assert moved == ["a.bias"]
    assert right_run(case)[0].still == {"a.weight", "b.weight", "b.bias"}


def test_where_the_learning_rate_is_0_nothing_may_move() -> None:
    layers = (linear(torch.Generator().manual_seed(3), "a", 3, 3),)
    groups = (Group(("a.weight",), 0.0, momentum=0.9), Group(("a.bias",), 0.1))
    step = right_run(TrainingCase("c", "f", layers=layers, groups=groups, batches=(batch(1, 4, 3, 3, 1.0),)))[0]
    assert step.still == {"a.weight"}


def test_the_right_run_leaves_the_case_as_it_is() -> None:
    case = network(1)
    before = {name: value.clone() for name, value in case.weights().items()}
    right_run(case)
    assert all(torch.equal(before[name], value) and not value.requires_grad for name, value in case.weights().items())


def test_a_threshold_left_out_is_1() -> None:
    assert Batch(torch.ones(1), torch.ones(1)).max_grad_norm == 1.0


def test_idle_clipping_has_each_threshold_just_above_the_norm_of_its_own_step() -> None:
    for step in right_run(with_clipping_idle(network(2, momentum=0.9))):
        assert 1.0 < step.max_grad_norm / step.norm < 1.0001


def test_neither_the_judge_nor_the_suite_imports_the_compiler() -> None:
    code = (
        "import sys\nfrom gradkata.content import find_kit\nfrom gradkata.grading.suites import load_suite\n"
        "load_suite(find_kit(None).exercise('train_step'))\n"
        "assert 'torch' in sys.modules and 'torch._dynamo' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# The order of events.

STEP = [("step", 1.0), ("stepped", 1.0)]


@pytest.mark.parametrize(
    ("events", "drawn"),
    [
        (
            ["zero_grad", "forward", "backward", ("backpropagated", 7.0), ("clip", 7.0), ("clipped", 1.0), *STEP],
            "zero_grad -> forward -> backward -> clip -> step",
        ),
        # By hand: the norm falls to the threshold before the step, and to nothing after it.
        (
            ["forward", "backward", ("backpropagated", 7.0), *STEP, ("end", 0.0)],
            "forward -> backward -> clip -> step -> zero_grad",
        ),
        (
            ["forward", "backward", ("backpropagated", 7.0), ("step", 7.0), ("stepped", 7.0), ("end", 1.0)],
            "forward -> backward -> step -> clip",
        ),
        # What was within the threshold is not clipped any more: part of it was wiped.
        (
            ["forward", "backward", ("backpropagated", 0.8), ("step", 0.8), ("stepped", 0.8), ("end", 0.3)],
            "forward -> backward -> step -> zero_grad (in part)",
        ),
        # A closure computes the gradients inside the step, which uses them at its end.
        (
            ["step", "forward", "backward", ("backpropagated", 7.0), ("clip", 7.0), ("clipped", 1.0), ("stepped", 1.0)],
            "forward -> backward -> clip -> step",
        ),
        (["step", "stepped", "forward", "backward", ("backpropagated", 2.0)], "step -> forward -> backward"),
        ([("clip", 7.0), ("clipped", 3.0), ("clip", 3.0), ("clipped", 1.0)], "clip"),
        (["forward"] * 10, " -> ".join(["forward"] * 8) + " -> ... (2 more)"),
        (["end"], "nothing"),
    ],
)
def test_the_timeline_is_drawn_from_events_and_norms(events, drawn: str) -> None:
    assert draw(happened(told(*events), 1.0)) == drawn


@pytest.mark.parametrize(
    ("seen", "right"),
    [
        ("zero_grad forward backward step clip", "zero_grad -> forward -> backward -> clip -> step"),
        ("forward backward step clip zero_grad", "forward -> backward -> clip -> step -> zero_grad"),
        ("forward backward zero_grad clip step", "zero_grad -> forward -> backward -> clip -> step"),
        ("forward backward step step", "forward -> backward -> clip -> step"),
    ],
)
def test_what_should_have_happened_is_drawn_in_the_style_that_was_seen(seen: str, right: str) -> None:
    assert draw(right_order(seen.split(), clips=True)) == right


def test_a_clip_is_not_asked_for_where_there_is_nothing_to_clip() -> None:
    assert "clip" not in right_order(["forward", "backward"], clips=False)


@pytest.mark.parametrize(
    ("seen", "fault"),
    [
        ("zero_grad forward step", ["0 backward"]),
        ("forward backward clip", ["0 step"]),
        ("forward step backward", ["step before backward"]),
        ("forward backward clip step step zero_grad", ["2 step"]),
        ("forward backward zero_grad step", ["zero_grad between backward and step"]),
        ("zero_grad forward backward step clip", ["clip after step"]),
        ("forward backward step clip zero_grad", ["clip after step"]),
        ("forward clip backward step zero_grad", ["clip before backward"]),
        ("zero_grad clip forward backward step", ["clip between zero_grad and backward"]),
        ("zero_grad forward backward clip step", []),
    ],
)
def test_a_fault_has_one_name_whatever_the_style(seen: str, fault: list[str]) -> None:
    assert faults(seen.split(), [], norm=7.0, limit=1.0, returned=7.0) == fault


def test_a_clip_by_hand_that_found_nothing_shows_in_the_returned_norm() -> None:
    found = faults(["zero_grad", "forward", "backward", "step"], [], norm=7.0, limit=1.0, returned=0.0)
    assert found == ["clip between zero_grad and backward"]


def test_a_step_with_the_full_norm_was_not_clipped() -> None:
    events = told("forward", "backward", ("backpropagated", 7.0), ("step", 7.0), ("stepped", 7.0))
    assert faults(["forward", "backward", "step"], events, norm=7.0, limit=1.0, returned=7.0) == ["not clipped"]


# The exercise.


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    with Grader(KIT) as made:
        yield made


@pytest.fixture(scope="module")
def grade(grader: Grader):
    def run(source: str) -> Report:
        return grader.grade(EXERCISE, Submission.of("mine.py", source), seed=1)

    return run


def check_of(report: Report, id_: str):
    return next(check for check in report.checks if check.id == id_)


def mistake(name: str) -> str:
    variants = [variant for made in EXERCISE.mistakes() for variant in made.variants]
    return next(variant.source for variant in variants if variant.name == name)


@pytest.mark.parametrize("solution", EXERCISE.solutions(), ids=lambda solution: solution.name)
def test_every_solution_passes_in_full(grade, solution) -> None:
    report = grade(solution.source)
    assert (report.points, report.max_points, report.passed) == (100.0, 100.0, True)


HEAD = "import torch\nfrom torch import nn\n\n\ndef train_step(model, optimizer, x, y, max_grad_norm=1.0):\n"
STYLES = {
    "train_mode_again": """
    model.train()
    loss = nn.functional.mse_loss(model(x), y)
    optimizer.zero_grad(set_to_none=False)
    loss.backward()
    norm = nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return [loss.item(), float(norm)]
""",
    "out_of_place": """
    for p in model.parameters():
        p.grad = None
    loss = (model(x) - y).pow(2).mean()
    loss.backward()
    with_grad = [p for p in model.parameters() if p.grad is not None]
    norm = torch.cat([p.grad.flatten() for p in with_grad]).norm()
    for p in with_grad:
        p.grad = p.grad * min(1.0, max_grad_norm / (norm.item() + 1e-6))
    optimizer.step()
    return loss.item(), norm.item()
""",
    "foreach": """
    loss = ((y - model(x)) ** 2).mean()
    loss.backward()
    grads = [p.grad for p in model.parameters() if p.grad is not None]
    norm = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(grads)))
    torch._foreach_mul_(grads, (max_grad_norm / (norm + 1e-6)).clamp(max=1.0))
    optimizer.step()
    model.zero_grad(set_to_none=False)
    return loss.item(), norm
""",
}


@pytest.mark.parametrize("style", STYLES)
def test_other_right_styles_pass_in_full(grade, style: str) -> None:
    assert grade(HEAD + STYLES[style]).points == 100.0


def test_a_clip_after_the_step_is_drawn_as_it_happened_and_as_it_should_have(grade) -> None:
    check = check_of(grade(mistake("clip_after_step")), ORDER_CHECK)
    assert check.message.splitlines() == [
        "Expected: forward -> backward -> clip -> step -> zero_grad",
        "Seen: forward -> backward -> step -> clip -> zero_grad",
        "Input: call 1 of 6, Linear(5, 8), Tanh, Linear(8, 3); SGD with lr 0.2; max_grad_norm=1 (2 of 2 cases fail)",
        f"Why: {WHY}",
    ]
    assert check.evidence["norm_used_by_step"] == pytest.approx(check.evidence["total_norm"])


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("clip_before_backward", "forward -> clip -> backward -> step -> zero_grad"),
        ("zero_grad_before_clip", "forward -> backward -> zero_grad -> clip -> step"),
        ("zero_grad_before_step--by_hand", "forward -> backward -> clip -> zero_grad -> step"),
        ("step_before_backward", "zero_grad -> forward -> step -> backward -> clip"),
        ("two_steps", "zero_grad -> forward -> backward -> clip -> step -> step"),
        ("no_step", "zero_grad -> forward -> backward -> clip"),
        ("no_clip", "zero_grad -> forward -> backward -> step"),
    ],
)
def test_the_timeline_of_a_wrong_order_is_shown(grade, name: str, seen: str) -> None:
    assert check_of(grade(mistake(name)), ORDER_CHECK).message.splitlines()[1] == f"Seen: {seen}"


def test_where_the_order_is_right_the_numbers_are_shown(grade) -> None:
    message = check_of(grade(mistake("clipped_per_parameter")), ORDER_CHECK).message.splitlines()
    assert message[:2] == [
        "Expected: 2.bias[2] to move by 0.04454 (clipped from norm 7.4 to 1)",
        "Seen: it moved by 0.1274; 75 of 75 elements differ",
    ]


def lines_of(report: Report) -> dict[str, list[str]]:
    """For each check that failed what was expected and seen."""
    failed = [check for check in report.checks if check.status == "failed"]
    return {check.id: check.message.splitlines()[:2] for check in failed}


def test_batch_norm_that_learns_nothing_fails_the_check_of_training_mode_alone(grade) -> None:
    assert lines_of(grade(mistake("statistics_held"))) == {
        "robustness.train_mode": ["Expected: batch norm 1 to learn from the batch", "Seen: it counted no batch"]
    }
    assert lines_of(grade(mistake("statistics_held--momentum"))) == {
        "robustness.train_mode": ["Expected: 1.running_mean[5] = -0.03595 after the batch", "Seen: 0"]
    }


def test_a_changed_batch_is_shown_with_its_value_before_and_after(grade) -> None:
    assert lines_of(grade(mistake("batch_changed--emptied"))) == {
        "robustness.nothing_left_behind": ["Expected: x[3, 2] to stay 1.83", "Seen: it is 0 after the call"]
    }


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        ("x.data = torch.zeros(1)", "it has become something else"),
        ("x.data = x.double()", "it has become something else"),
        ("torch.set_grad_enabled(False)", "torch.is_grad_enabled() is False afterwards"),
        ("model[0].register_forward_hook(print)", "1 more than before the first call"),
        ("optimizer.register_step_post_hook(print)", "1 more than before the first call"),
        ("model[0].weight.register_hook(lambda g: None)", "1 more than before the first call"),
        ("model._forward_pre_hooks.clear()", "hooks of the caller's are gone"),
        ("del model._forward_hooks", "hooks of the caller's are gone"),
    ],
)
def test_what_a_call_leaves_behind_is_told(grade, body: str, seen: str) -> None:
    right = STYLES["foreach"].replace("    return", f"    {body}\n    return")
    report = grade(HEAD + "    torch.set_grad_enabled(True)\n" + right)
    assert lines_of(report)["robustness.nothing_left_behind"][1] == f"Seen: {seen}"


@pytest.mark.parametrize("epsilon", ["0.0", "1e-8", "1e-6"])
def test_an_epsilon_of_1e_6_or_less_is_right_for_the_smallest_gradients_too(grade, epsilon: str) -> None:
    assert grade(HEAD + STYLES["foreach"].replace("1e-6", epsilon)).points == 100.0


def test_a_parameter_that_nothing_may_move_keeps_its_value_exactly(grade) -> None:
    assert lines_of(grade(mistake("moved_beside_the_optimizer--trained_only"))) == {
        "robustness.optimizer": [
            "Expected: 2.bias[0] to move by 0",
            "Seen: it moved by -1.937e-06; 3 of 75 elements differ",
        ]
    }


def test_a_momentum_that_took_in_the_unclipped_gradient_fails_the_check_of_the_optimizer_alone(grade) -> None:
    report = grade(mistake("learning_rate_scaled"))
    assert list(lines_of(report)) == ["robustness.optimizer"]
    assert check_of(report, "robustness.optimizer").message.splitlines()[2] == (
        "Input: call 2 of 3, Linear(5, 8), Tanh, Linear(8, 3); SGD with lr 0.05, 0.2, momentum 0.9; "
        "max_grad_norm=0.77371 (1 of 2 cases fail)"
    )


def test_who_does_not_clip_is_not_told_of_the_momentum_too(grade) -> None:
    assert "robustness.optimizer" not in lines_of(grade(mistake("no_clip")))


def test_a_gradient_of_zero_is_no_reason_to_stop(grade) -> None:
    lines = lines_of(grade(mistake("zero_norm_divided")))
    assert list(lines) == ["ordering.plain_steps"]
    assert lines["ordering.plain_steps"][0] == "Expected: the call to return"
    assert lines["ordering.plain_steps"][1].startswith("Seen: ZeroDivisionError: ")


def test_what_is_no_number_is_told_apart_by_where_its_type_comes_from(grade) -> None:
    named = {name: grade(mistake(name)).diagnosis[0].mistake for name in ("item_not_called", "loss_as_array")}
    assert named == {"item_not_called": "item_not_called", "loss_as_array": "loss_as_array"}


def test_whoever_forgets_batch_norm_in_the_clip_is_told_so_by_the_model_that_has_one(grade) -> None:
    report = grade(mistake("only_first_layer--linear_layers"))
    assert check_of(report, ORDER_CHECK).message.splitlines()[2] == (
        "Input: call 2 of 2, Linear(4, 6), BatchNorm1d, ReLU, Linear(6, 2); SGD with lr 0.2; max_grad_norm=0.5 "
        "(1 of 2 cases fail)"
    )


def test_evaluation_mode_costs_nothing_but_its_own_check_where_the_clip_is_right(grade) -> None:
    assert list(lines_of(grade(mistake("evaluation_mode--restored")))) == ["robustness.train_mode"]


def test_gradients_that_add_up_fail_that_check_alone(grade) -> None:
    report = grade(mistake("never_zeroed"))
    assert [check.id for check in report.checks if check.status == "failed"] == ["ordering.zeroed"]
    assert check_of(report, "ordering.zeroed").message.splitlines()[1] == (
        "Seen: forward -> backward -> clip -> step (older gradients added in)"
    )


@pytest.mark.parametrize(
    "pair",
    [
        ("clip_after_step", "no_clip"),
        ("clip_before_backward", "clip_between_zero_grad_and_backward"),
        ("zero_grad_before_clip", "no_backward"),
        ("no_step", "zero_grad_before_step"),
        ("no_step", "step_before_backward"),
    ],
)
def test_mistakes_with_the_same_numbers_are_told_apart_by_their_order(grade, pair: tuple[str, str]) -> None:
    reports = [grade(mistake(name)) for name in pair]
    assert [[diagnosis.mistake for diagnosis in report.diagnosis] for report in reports] == [[pair[0]], [pair[1]]]


NEW_STYLES = {
    "clip_after_step": """
    for p in model.parameters():
        p.grad = None
    loss = nn.MSELoss()(model(x), y)
    loss.backward()
    optimizer.step()
    norm = nn.utils.clip_grad_norm_([p for group in optimizer.param_groups for p in group["params"]], max_grad_norm)
    return loss.item(), norm.item()
""",
    "clip_before_backward": """
    loss = nn.MSELoss()(model(x), y)
    norm = nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    loss.backward()
    optimizer.step()
    for p in model.parameters():
        p.grad = None
    return loss.item(), norm
""",
    "clipped_by_value": """
    norms = []

    def closure():
        model.zero_grad()
        loss = nn.MSELoss()(model(x), y)
        loss.backward()
        norms.append(nn.utils.get_total_norm([p.grad for p in model.parameters() if p.grad is not None]))
        nn.utils.clip_grad_value_(model.parameters(), max_grad_norm)
        return loss

    return optimizer.step(closure).item(), norms[0]
""",
}


@pytest.mark.parametrize("name", NEW_STYLES)
def test_a_known_mistake_in_a_style_of_its_own_is_named_all_the_same(grade, name: str) -> None:
    report = grade(HEAD + NEW_STYLES[name])
    assert ([diagnosis.mistake for diagnosis in report.diagnosis], report.unexplained) == ([name], False)


def test_an_exception_in_every_call_is_no_missing_gradient(grade) -> None:
    report = grade(HEAD + "    raise RuntimeError('not like this')\n")
    assert (report.points, report.diagnosis, report.unexplained) == (0.0, [], True)


def test_spoiled_parameters_that_leave_nothing_to_clip_do_not_count_as_clipped(grade) -> None:
    spoil = "    if loss < 1:\n        [p.data.fill_(float('nan')) for p in model.parameters()]\n    return"
    report = grade(HEAD + STYLES["foreach"].replace("    return", spoil))
    assert check_of(report, ORDER_CHECK).message.splitlines()[:2] == [
        "Expected: gradients above the threshold here, norm 5.771",
        "Seen: parameters from which the norm is nan",
    ]


@pytest.mark.parametrize(
    "body",
    [
        "model[0].weight = nn.Parameter(torch.ones(2, 2))",
        "model.named_parameters = lambda: 1 / 0",
        "model.modules = lambda: []",
        "torch.set_grad_enabled(False)",
        "[p.data.fill_(float('nan')) for p in model.parameters()]",
        "setattr(model[0].weight, 'data', torch.ones(9))",
    ],
)
def test_odd_things_done_to_the_model_earn_no_steps(grade, body: str) -> None:
    report = grade(HEAD + f"    {body}\n    return 1.0, 1.0\n")
    failed = {check.id for check in report.checks if check.status == "failed"}
    assert {ORDER_CHECK, "ordering.plain_steps", "correctness.threshold", "robustness.optimizer"} <= failed
    assert report.output == ""
