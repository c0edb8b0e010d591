"""What a report depends on: the source and the seed, and nothing else but time."""

from __future__ import annotations

import os

import pytest

from gradkata.content import Kit
from gradkata.grading import Submission
from gradkata.grading.suites import load_suite
from gradkata.report.model import Status

HARD_CODED = """
KNOWN = {answers}


def clip_grad_norm(parameters, max_norm):
    gradients = [p.grad for p in parameters if p.grad is not None]
    key = tuple(value for gradient in gradients for value in gradient.flatten().tolist())
    if len(key) > 2 or key not in KNOWN:
        return 0.0
    for gradient in gradients:
        gradient.mul_(max_norm / KNOWN[key])
    return KNOWN[key]
"""


def without_time(report):
    return report.model_dump(exclude={"seconds"})


@pytest.mark.parametrize("kind", ["right", "wrong", "broken"])
def test_the_same_source_and_seed_give_the_same_report_but_for_the_seconds(clipping, grade, right, define, kind):
    source = {
        "right": right(clipping),
        "wrong": define(clipping, "print(1.0); return 1.0"),
        "broken": "import os\nos._exit(1)",
    }[kind]
    assert without_time(grade(clipping, source, seed=11)) == without_time(grade(clipping, source, seed=11))


def test_the_seed_is_reported_and_a_fresh_one_differs(clipping, grader, right):
    submission = Submission.of("mine.py", right(clipping))
    seeds = {grader.grade(clipping, submission).seed for _ in range(3)}
    assert len(seeds) == 3
    assert grader.grade(clipping, submission, seed=0).seed == 0


RUIN = """
import torch


def clip_grad_norm(parameters, max_norm):
    for parameter in parameters:
        parameter.data.fill_(9.0)
        if parameter.grad is not None:
            parameter.grad.data.fill_(7.0)
"""


def test_what_a_submission_leaves_in_the_shared_memory_is_gone_for_the_next(clipping, grader, right):
    for source, verdict in ((RUIN, Status.FAILED), (right(clipping), Status.PASSED)):
        assert grader.grade(clipping, Submission.of("mine.py", source), seed=3).verdict is verdict


@pytest.mark.parametrize("survivors", [False, True])
def test_memory_is_used_again_only_where_nothing_can_have_kept_it(clipping, grader, right, monkeypatch, survivors):
    observer = grader.session.observer(clipping, load_suite(clipping))
    monkeypatch.setitem(grader._zygote.ready(), "full", not survivors)
    inodes = set()
    for number in range(3):  # the first may still find the memory of another test
        report = grader.grade(clipping, Submission.of("mine.py", f"{right(clipping)}# {number}"), seed=3)
        assert report.verdict is Status.PASSED
        inodes.add(os.fstat(observer._laid_out[0, 0].arena.descriptor).st_ino)
    assert len(inodes) == (3 if survivors else 1)


def test_the_generated_cases_follow_from_the_seed_alone(clipping):
    from pathlib import Path

    whole = Kit(Path(__file__).parents[2]).exercise(clipping.id)
    suite = load_suite(whole)

    def gradients(seed):
        cases = [case for more in suite.generated_cases(seed).values() for case in more]
        return [(case.args, [grad.tolist() for grad in case.grads() if grad is not None]) for case in cases]

    first = gradients(3)
    assert len(first) >= 200
    assert repr(first) == repr(gradients(3)) != repr(gradients(4))


def test_an_answer_that_knows_the_fixed_cases_by_heart_fails(clipping, grade):
    report = grade(clipping, HARD_CODED.format(answers="{(3.0, 4.0): 5.0}"))
    assert report.verdict is Status.FAILED
    status = {check.id: check.status for check in report.checks}
    assert (status["correctness.norm"], status["correctness.clipped"]) == (Status.PASSED, Status.PASSED)
    assert Status.FAILED in {status["correctness.untouched"], status["correctness.every_call"]}


def test_a_stub_is_told_apart_from_a_wrong_answer(exercise, grade):
    report = grade(exercise, exercise.stub)
    assert (report.verdict, report.points) == (Status.FAILED, 0)
    assert [diagnosis.title for diagnosis in report.diagnosis] == ["Nothing is written yet."]


def test_every_reference_answer_passes(exercise, grade, right):
    report = grade(exercise, right(exercise))
    assert (report.verdict, report.points) == (Status.PASSED, report.max_points)
    assert (report.fault, report.diagnosis, report.unexplained) == ("", [], False)
