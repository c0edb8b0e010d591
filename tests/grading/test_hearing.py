"""Frames are believed only in their place: one that does not fit spoils all that came over its channel."""

from __future__ import annotations

import pytest
import torch

from gradkata.grading.hearing import hear
from gradkata.grading.workers import Ended
from gradkata.judge.batch import reserve_batch
from gradkata.judge.case import Case, Item, parameters_of, reserve
from gradkata.judge.recall import Recall
from gradkata.protocol.arena import Arena

CALL = {"outcome": "returned", "grad_mode_kept": True, "items": [None]}
CONFINED = ({"kind": "confined"}, b"")
WROTE = "the process wrote to the grader's own channel"


def observed(scenario: str, *calls: dict) -> tuple[dict, bytes]:
    facts = {"index": 0, "seconds": 0.0, "calls": list(calls or [CALL])}
    return {"kind": "observation", "scenario": scenario, **facts}, b""


@pytest.fixture
def heard():
    """What was heard of a process that was to run the cases `one` and `two`, from the frames that it sent."""
    arena = Arena()
    placed = [reserve(Case(name, "f", parameters_of(torch.ones(1)), args=(1.0,)), arena) for name in ("one", "two")]
    arena.seal()

    def heard(*frames, **ended):
        facts = {"done": True, "status": 0, "seconds": 1.0, **ended}
        return hear(placed, Ended(frames=[CONFINED, *frames], **facts), 3.0, Recall())

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
    found = hear([], Ended(status=1), 3.0, Recall())
    assert (found.stopped, found.ours) == ("the worker could not be set up", True)
    found = hear([], Ended(frames=[CONFINED], lost=True), 3.0, Recall())
    assert (found.stopped, found.ours) == ("the worker was lost", True)


def test_more_violations_than_are_ever_told_are_forged(heard):
    told = ({"kind": "violation", "fault": "import", "detail": "x"}, b"")
    assert heard(*[told] * 65).stopped == WROTE


def test_texts_in_a_violation_can_be_written_down(heard):
    found = heard(({"kind": "violation", "fault": ["import"], "detail": "\ud800" * 500}, b""))
    (violation,) = found.violations
    assert violation.fault == "['import']"
    assert violation.detail == "\\ud800" * 200


LOOK = {"kind": "float", "type": "builtins.float"}
BATCH = {"kind": "batch", "index": 0, "seconds": 0.0, "looks": [LOOK], "look": [0, 0], "numbers": [1.0, 2.0], "odd": {}}


@pytest.fixture
def heard_batch():
    """What was heard of a process that was to run two cases as a batch."""
    arena = Arena()
    flat = torch.ones(2)
    cases = [Case(name, "f", (Item(flat, data=None),), args=(1.0,), flat=flat) for name in ("one", "two")]
    placed = reserve_batch(cases, arena)
    arena.seal()
    yield lambda **changed: hear(
        [placed], Ended(frames=[CONFINED, (BATCH | changed, b"")], done=True, seconds=1.0), 3.0, Recall()
    )
    arena.close()


def test_a_batch_is_believed_as_a_whole(heard_batch):
    found = heard_batch()
    assert (found.stopped, found.violations) == ("", [])
    assert [found.batch.seen(number).calls[0].number for number in range(2)] == [1.0, 2.0]
    odd = heard_batch(look=[0, -1], odd={"1": {**CALL, "grad_mode_kept": False}}).batch
    assert [odd.seen(number).calls[0].call.grad_mode_kept for number in range(2)] == [True, False]


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"numbers": [1.0]}, "an observation that contradicts itself"),
        ({"look": [0, 1]}, "an observation that contradicts itself"),
        ({"look": [0, -2]}, "an observation that contradicts itself"),
        ({"look": [0, -1]}, "an observation that contradicts itself"),
        ({"look": [0], "numbers": [1.0]}, "1 cases observed where there are 2"),
        ({"odd": {"2": CALL}}, "another number of parameters than there are"),
        ({"odd": {"0": {**CALL, "items": []}}}, "another number of parameters than there are"),
        ({"odd": {"first": CALL}}, "an observation that breaks the schema (ValueError)"),
        ({"points": 100}, "an observation that breaks the schema (ValidationError)"),
        ({"kind": "observation"}, "an observation of another case than the one that ran"),
    ],
)
def test_a_batch_that_does_not_fit_is_not_believed(heard_batch, changed, what):
    found = heard_batch(**changed)
    assert (found.batch, found.stopped) == (None, WROTE)
    assert [violation.detail for violation in found.violations] == [f"on the grader's own channel: {what}"]


def test_time_that_a_batch_claims_and_the_kernel_does_not_is_a_violation(heard_batch):
    (violation,) = heard_batch(seconds=7.0).violations
    assert violation.fault == "measurements"


def test_a_process_that_ends_in_a_batch_ended_in_the_generated_cases():
    arena = Arena()
    flat = torch.ones(2)
    placed = reserve_batch([Case("one", "f", (Item(flat, data=None),), args=(1.0,), flat=flat)], arena)
    found = hear([placed], Ended(frames=[CONFINED], status=-11), 3.0, Recall())
    assert (found.case, found.stopped) == ("generated", "the process was ended by SIGSEGV")
