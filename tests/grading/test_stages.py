"""Cases that are met again are built once, in a process from which each submission's own is forked."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from gradkata.content import find_kit
from gradkata.grading import Submission
from gradkata.grading.grader import Grader
from gradkata.grading.line import Line
from gradkata.grading.nursery import Forked
from gradkata.grading.workers import Zygote
from gradkata.report.model import Status

if sys.platform != "linux":
    pytest.skip("stages are made where children are fully confined", allow_module_level=True)

# Has a state of its own, so that it behaves otherwise where something of it outlives its process.
COUNTS = """
calls = []


def {name}(*args, **kwargs):
    calls.append(1)
    raise ValueError(f"call {{len(calls)}}")
"""


@pytest.fixture
def lone(kit):
    """A grader of its own, whose stages nobody else uses."""
    with Grader(kit) as made:
        if not made._zygote.ready()["full"]:
            pytest.skip("no sandbox here, and so no stages")
        yield made


def stages(grader: Grader) -> list[int]:
    """The processes that the zygote keeps."""
    zygote = grader._zygote._process.pid
    return [int(pid) for pid in Path(f"/proc/{zygote}/task/{zygote}/children").read_text().split()]


def report_on(grader: Grader, exercise, source: str, seed: int | None = 3):
    return grader.grade(exercise, Submission.of("mine.py", source), seed).model_dump(exclude={"seconds"})


def test_whoever_comes_second_is_graded_as_who_came_first(grader, exercise, right):
    for source in (right(exercise), COUNTS.format(name=exercise.entry_points[0])):
        first = report_on(grader, exercise, source)
        assert [report_on(grader, exercise, source) for _ in range(2)] == [first, first]
    assert stages(grader) or not grader._zygote.ready()["full"]


def test_a_single_submission_needs_no_stage(lone, clipping, right):
    report_on(lone, clipping, right(clipping))
    assert stages(lone) == []


def test_new_cases_have_no_stage_of_older_ones(right):
    with Grader(find_kit()) as lone:
        if not lone._zygote.ready()["full"]:
            pytest.skip("no sandbox here, and so no stages")
        exercise = lone.kit.exercise("clip_grad_norm")
        counts = []
        for seed in (1, 2, 3, 3):
            assert report_on(lone, exercise, right(exercise), seed)["points"] == 100
            counts.append(len(stages(lone)))
        # The probes' cases are the same each time; the generated ones only where the seed is.
        assert counts == [0, 1, 1, 2]


def test_a_stage_that_is_gone_is_replaced(lone, clipping, right):
    for _ in range(2):
        report_on(lone, clipping, right(clipping))
    before = stages(lone)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    _wait_for_the_end_of(before)
    assert report_on(lone, clipping, right(clipping))["points"] == 100
    assert len(stages(lone)) == len(before)
    assert not set(stages(lone)) & set(before)


def test_a_stage_that_goes_while_it_is_needed_is_a_fault_of_ours(lone, clipping, right, monkeypatch):
    for _ in range(2):
        report_on(lone, clipping, right(clipping))
    zygote = lone._zygote
    run = zygote.run

    def kill_and_run(jobs, while_waiting=None):
        return run(jobs, lambda: [os.kill(pid, signal.SIGKILL) for pid in stages(lone)])

    monkeypatch.setattr(zygote, "run", kill_and_run)
    stalled = Submission.of("mine.py", right(clipping) + "\nimport time\ntime.sleep(60)\n")
    assert lone.grade(clipping, stalled, 3).verdict is Status.NOT_JUDGED
    monkeypatch.setattr(zygote, "run", run)
    assert report_on(lone, clipping, right(clipping))["points"] == 100


def test_stages_end_with_their_zygote_and_with_their_grader(lone, clipping, right, runs):
    for _ in range(2):
        report_on(lone, clipping, right(clipping))
    orphans = stages(lone)
    lone._zygote._process.kill()
    lone._zygote._process.wait()
    for _ in range(3):
        report_on(lone, clipping, right(clipping))
    kept = stages(lone)
    assert orphans
    assert kept
    lone.close()
    assert [pid for pid in (*orphans, *kept) if runs(pid)] == []


def _wait_for_the_end_of(pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            Forked(pid).join(20)


def test_exercises_have_stages_of_their_own(lone, clipping, kit, right):
    other = kit.exercise("grad_norm")
    for _ in range(3):
        for one in (clipping, other, replace(clipping, metadata=replace(clipping.metadata, time_limit=9.0))):
            assert report_on(lone, one, right(one))["points"] == 100


def test_a_worker_that_was_forked_from_another_grades_alike(lone, kit, clipping, right):
    first = report_on(lone, clipping, right(clipping))
    with Grader(kit, worker=Zygote(line=lone._zygote.clone())) as other:
        assert [report_on(other, clipping, right(clipping)) for _ in range(3)] == [first] * 3
        assert len(stages(lone)) == 1  # the clone, which has stages of its own
    assert report_on(lone, clipping, right(clipping)) == first


def test_a_worker_whose_original_has_gone_is_replaced(lone, kit, clipping, right, runs):
    with Grader(kit, worker=Zygote(line=lone._zygote.clone())) as other:
        report_on(other, clipping, right(clipping))
        (clone,) = stages(lone)
        lone.close()
        _wait_for_the_end_of([clone])
        assert report_on(other, clipping, right(clipping))["points"] == 100
        assert not runs(clone)


def test_a_worker_that_never_came_is_replaced(lone, kit, clipping, right):
    gone = lone._zygote.clone()
    for pid in (killed := stages(lone)):
        os.kill(pid, signal.SIGKILL)
    _wait_for_the_end_of(killed)
    with Grader(kit, worker=Zygote(line=gone)) as other:
        assert report_on(other, clipping, right(clipping))["points"] == 100


def test_what_was_told_before_the_worker_hung_up_counts(clipping, right, monkeypatch):
    told: list[int] = []

    class Ends(Line):
        """Hangs up behind its last word, as a worker does that is ended just then."""

        def hear(self):
            headers = super().hear()
            told.extend(header["job"] for header in headers if header["op"] == "exited")
            if told:
                self.give_up()
            return headers

    with Grader(find_kit()) as grader:
        zygote = grader._zygote
        zygote.ready()
        zygote._line.__class__ = Ends
        run, ended = zygote.run, []
        monkeypatch.setattr(zygote, "run", lambda *asked: ended.extend(run(*asked)) or ended)
        grader.grade(clipping, Submission.of("mine.py", right(clipping)), 3)
    assert told
    assert [end.status for end in ended if not end.lost] == [0] * len(told)
