"""Where a class has work for every core, a submission runs in one process; its report is the same."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace

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
    """The time limits of the processes in each run of the zygote."""
    zygote, limits = grader._zygote, []
    run = zygote.run

    def noting(jobs, while_waiting=None):
        limits.append([job.time_limit for job in jobs])
        return run(jobs, while_waiting)

    zygote.run = noting
    try:
        yield limits
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
    with jobs_of(sparing) as limits:
        sparing.grade(clipping, Submission.of("mine.py", right(clipping)), 3)
    assert limits == [[3.0]]
    goes = GOES.format(name=clipping.entry_points[0], calls=5, probed=False)
    with jobs_of(sparing) as limits:
        report = sparing.grade(clipping, Submission.of("mine.py", goes), 3)
    assert (limits[0], limits[-1]) == ([3.0], [11.0, 11.0])
    assert "exit code 3" in report.fault


@pytest.mark.parametrize("loop", ["while True: pass", "import time; time.sleep(60)"])
def test_who_does_not_answer_is_waited_for_as_long_as_ever(grader, sparing, clipping, loop):
    hurried = replace(clipping, metadata=replace(clipping.metadata, time_limit=0.3))
    submission = Submission.of("mine.py", f"def clip_grad_norm(parameters, max_norm):\n    {loop}\n")
    several, one = (
        made.grade(hurried, submission, 3).model_dump(exclude={"seconds", "output"}) for made in (grader, sparing)
    )
    assert one == several
    assert "time-out: no answer within 0.3 s" in one["fault"].lower()


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
