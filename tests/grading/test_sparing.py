"""Where a class has work for every core, a submission runs in one process; its report is the same."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from gradkata.content import find_kit
from gradkata.grading import Submission
from gradkata.grading.grader import Grader

# Ends its process where a probe looks on, or where there have been many calls; else it raises.
GOES = """
import os
import torch

calls = []


def {name}(first, *args, **kwargs):
    calls.append(1)
    tensors = [first] if isinstance(first, torch.Tensor) else list(first) if isinstance(first, (list, tuple)) else []
    if len(calls) > {calls} or any(tensor.numel() > 4096 for tensor in tensors) and {probed}:
        os._exit(3)
    raise ValueError("not yet")
"""


@pytest.fixture(scope="module")
def sparing(kit):
    with Grader(kit, sparing=True) as made:
        yield made


@contextmanager
def jobs_of(grader: Grader):
    """How many processes each run of the zygote has."""
    zygote, counts = grader._zygote, []
    run = zygote.run

    def counting(jobs, while_waiting=None):
        counts.append(len(jobs))
        return run(jobs, while_waiting)

    zygote.run = counting
    try:
        yield counts
    finally:
        del zygote.run


def _sources(exercise, right):
    name = exercise.entry_points[0]
    yield right(exercise)
    yield from (mistake.variants[0].source for mistake in exercise.mistakes()[:3])
    yield "import nothing\n"
    yield GOES.format(name=name, calls=5, probed=False)
    yield GOES.format(name=name, calls=10**6, probed=True)


def test_the_report_is_that_of_several_processes(grader, sparing, exercise, right):
    for source in _sources(exercise, right):
        submission = Submission.of("mine.py", source)
        several, one = (
            made.grade(exercise, submission, 3).model_dump(exclude={"seconds", "output"}) for made in (grader, sparing)
        )
        assert one == several


def test_whoever_gets_to_the_end_has_one_process_and_who_does_not_is_run_again(sparing, clipping, right):
    sparing.grade(clipping, Submission.of("mine.py", right(clipping)), 3)
    with jobs_of(sparing) as counts:
        sparing.grade(clipping, Submission.of("mine.py", right(clipping)), 3)
    assert counts == [1]
    goes = GOES.format(name=clipping.entry_points[0], calls=5, probed=False)
    with jobs_of(sparing) as counts:
        report = sparing.grade(clipping, Submission.of("mine.py", goes), 3)
    assert counts[0] == 1
    assert counts[-1] == 2
    assert "exit code 3" in report.fault


def test_what_was_seen_before_the_end_counts(sparing, clipping):
    """A process that gathers what it saw has sent nothing when it goes; the others had."""
    goes = GOES.format(name=clipping.entry_points[0], calls=5, probed=False)
    report = sparing.grade(clipping, Submission.of("mine.py", goes), 3)
    assert [check for check in report.checks if "not yet" in check.message]


def test_the_first_that_is_graded_finds_all_as_it_should_be():
    """What measuring costs is found out before, on the same cases and in the same memory."""
    kit = find_kit()
    exercise = kit.exercise("clip_grad_norm")
    with Grader(kit, sparing=True) as made:
        for _ in range(3):  # alone, from a stage that is new, and from one that is there
            assert made.grade(exercise, Submission.of("mine.py", exercise.solutions()[0].source), 3).points == 100
