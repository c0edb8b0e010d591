"""Frames are believed only in their place: one that does not fit spoils all that came over its channel."""

from __future__ import annotations

import pytest
import torch

from gradkata.grading.hearing import hear
from gradkata.grading.workers import Ended
from gradkata.judge.case import Case, parameters_of, reserve
from gradkata.protocol.arena import Arena

CALL = {"outcome": "returned", "seconds": 0.0, "grad_mode_kept": True, "items": [None]}
CONFINED = ({"kind": "confined"}, b"")
WROTE = "the process wrote to the grader's own channel"


def observed(scenario: str, *calls: dict) -> tuple[dict, bytes]:
    return {"kind": "observation", "scenario": scenario, "index": 0, "calls": list(calls or [CALL])}, b""


@pytest.fixture
def heard():
    """What was heard of a process that was to run the cases `one` and `two`, from the frames that it sent."""
    arena = Arena()
    placed = [reserve(Case(name, "f", parameters_of(torch.ones(1)), args=(1.0,)), arena) for name in ("one", "two")]
    arena.seal()

    def heard(*frames, **ended):
        facts = {"done": True, "status": 0, "seconds": 1.0, **ended}
        return hear(placed, arena, Ended(frames=[CONFINED, *frames], **facts), 3.0)

    yield heard
    arena.close()


def test_all_that_was_asked_for_in_its_order_is_believed(heard):
    found = heard(observed("one"), observed("two"))
    assert (list(found.seen), found.stopped, found.violations, found.ours) == (["one", "two"], "", [], False)


@pytest.mark.parametrize(
    ("frames", "what"),
    [
        ([observed("two")], "an observation of another case than the one that ran"),
        ([observed("one"), observed("one")], "an observation of another case than the one that ran"),
        (
            [observed("one"), observed("two"), observed("two")],
            "an observation of another case than the one that ran",
        ),
        ([observed("one", CALL, CALL)], "2 calls observed where 1 were made"),
        ([observed("one", {**CALL, "items": []})], "another number of parameters than there are"),
        ([observed("one", {**CALL, "more": 1})], "an observation that breaks the schema (ValidationError)"),
        ([observed("one"), ({"kind": "points"}, b"")], "a frame of unknown kind 'points'"),
        ([observed("one"), CONFINED], "a frame of unknown kind 'confined'"),
    ],
)
def test_a_frame_that_does_not_fit_spoils_the_others(heard, frames, what):
    found = heard(*frames)
    assert (found.seen, found.stopped, found.not_loaded) == ({}, WROTE, "")
    assert [violation.detail for violation in found.violations] == [f"on the grader's own channel: {what}"]


def test_what_is_missing_is_never_an_end(heard):
    found = heard(observed("one"))
    assert (list(found.seen), found.case) == (["one"], "two")
    assert found.stopped == "the process ended itself with exit code 0"
    found = heard(observed("one"), observed("two"), done=False, status=-11)
    assert found.stopped == "the process was ended by SIGSEGV"


def test_a_process_that_was_never_confined_is_a_fault_of_ours():
    arena = Arena()
    arena.seal()
    found = hear([], arena, Ended(status=1), 3.0)
    assert (found.stopped, found.ours) == ("the worker could not be set up", True)
    found = hear([], arena, Ended(frames=[CONFINED], lost=True), 3.0)
    assert (found.stopped, found.ours) == ("the worker was lost", True)
    arena.close()


def test_more_violations_than_are_ever_told_are_forged(heard):
    told = ({"kind": "violation", "fault": "import", "detail": "x"}, b"")
    assert heard(*[told] * 65).stopped == WROTE


def test_texts_in_a_violation_can_be_written_down(heard):
    found = heard(({"kind": "violation", "fault": ["import"], "detail": "\ud800" * 500}, b""))
    (violation,) = found.violations
    assert violation.fault == "['import']"
    assert violation.detail == "\\ud800" * 200
