"""A case is looked at anew wherever anything differs that a judgement rests on, and only there."""

from __future__ import annotations

import pytest
import torch

from gradkata.judge.case import Case, fill, parameters_of, reserve
from gradkata.judge.observations import Garbled
from gradkata.judge.recall import Recall
from gradkata.protocol import frames
from gradkata.protocol.arena import Arena
from gradkata.protocol.frames import FrameReader

NUMBER = {"kind": "float", "type": "float", "number": 1.0}
CALL = {"outcome": "returned", "grad_mode_kept": True, "items": [None], "returned": NUMBER}
HEADER = {"kind": "observation", "scenario": "one", "index": 0, "seconds": 0.5, "calls": [CALL]}


@pytest.fixture
def place():
    """Lays out a case with one gradient of ones in an arena of its own."""
    arenas = []

    def place(size: int = 2, mode: str = "plain"):
        arenas.append(Arena())
        placed = reserve(Case("one", "f", parameters_of(torch.ones(size)), args=(1.0,), mode=mode), arenas[-1])
        arenas[-1].seal()
        fill(placed)
        arenas[-1].keep()
        return placed

    yield place
    for arena in arenas:
        arena.close()


def test_who_does_the_same_is_seen_to_do_the_same_with_seconds_of_its_own(place):
    placed, recall = place(), Recall()
    first, seconds = recall.take(placed, HEADER, b"", None)
    again, later = recall.take(placed, {**HEADER, "seconds": 0.25}, b"", None)
    assert again is first
    assert (seconds, later) == (0.5, 0.25)


def test_what_came_over_the_channel_is_known_by_its_beginning(place):
    def sent(header):
        ((received, _),) = FrameReader().feed(frames.pack(header))
        received.pop("token")
        return received

    base = {name: value for name, value in HEADER.items() if name != "seconds"}
    placed, recall = place(), Recall()
    first, _ = recall.take(placed, sent({**base, "seconds": 0.5, "token": "one"}), b"", None)
    again, seconds = recall.take(placed, sent({**base, "seconds": 0.25, "token": "two"}), b"", None)
    assert again is first
    assert seconds == 0.25
    raised = {**CALL, "outcome": "raised"}
    other, _ = recall.take(placed, sent({**base, "seconds": 0.5, "token": "one", "calls": [raised]}), b"", None)
    assert other is not first
    assert other.calls[0].call.outcome == "raised"


def test_the_case_laid_out_anew_is_the_same_case(place):
    recall = Recall()
    first, _ = recall.take(place(), HEADER, b"", None)
    assert recall.take(place(), HEADER, b"", None)[0] is first


@pytest.mark.parametrize(
    "changed",
    [
        {"calls": [{**CALL, "returned": {**NUMBER, "number": 1.0000000000000002}}]},
        {"calls": [{**CALL, "returned": {**NUMBER, "number": -1.0}}]},
        {"calls": [{**CALL, "grad_mode_kept": False}]},
        {"index": 1},
    ],
)
def test_another_frame_is_looked_at(place, changed):
    placed, recall = place(), Recall()
    first, _ = recall.take(placed, HEADER, b"", None)
    other, _ = recall.take(placed, HEADER | changed, b"", None)
    assert other is not first
    assert other.calls[0].call == recall.take(placed, HEADER | changed, b"", None)[0].calls[0].call


@pytest.mark.parametrize("which", ["grad", "data"])
def test_other_values_in_the_shared_memory_are_looked_at(place, which):
    placed, recall = place(), Recall()
    recall.take(placed, HEADER, b"", None)
    (item,) = placed.message["items"]
    placed.arena.write(item[which], torch.tensor([1.0, 0.5]))
    (call,) = recall.take(placed, HEADER, b"", None)[0].calls
    (now,) = getattr(call, f"{which}s" if which == "grad" else which)
    assert now.tolist() == [1.0, 0.5]


@pytest.mark.parametrize(("size", "mode"), [(2, "memory"), (1 << 20, "plain")])
def test_what_counts_memory_or_is_very_large_is_always_looked_at(place, size, mode):
    placed, recall = place(size, mode), Recall()
    first, _ = recall.take(placed, HEADER, b"", 7)
    assert recall.take(placed, HEADER, b"", 9)[0] is not first


def test_a_frame_that_breaks_the_schema_is_never_known(place):
    placed, recall = place(), Recall()
    recall.take(placed, HEADER, b"", None)
    for broken in ({"seconds": "0.5"}, {"seconds": None}, {"scenario": "two"}, {"points": 100}):
        for _ in range(2):
            with pytest.raises(Garbled):
                recall.take(placed, HEADER | broken, b"", None)


@pytest.mark.parametrize(("size", "kept"), [(2, 32), (1 << 16, 8)])
def test_no_more_than_a_few_behaviours_of_a_case_are_kept(place, size, kept):
    placed, recall = place(size), Recall()

    def seen(number: float):
        return recall.take(placed, HEADER | {"calls": [{**CALL, "returned": {**NUMBER, "number": number}}]}, b"", None)[
            0
        ]

    common, rare = seen(0.0), seen(1.0)
    for number in range(2, kept + 1):
        assert seen(0.0) is common  # what is asked for again and again stays
        seen(float(number))
    assert seen(1.0) is not rare
