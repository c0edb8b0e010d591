"""Questions of rising difficulty that fit the time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradkata.content import find_kit
from gradkata.errors import UserError
from gradkata.interview.plan import checked_minutes, estimate, from_track, named

KIT = find_kit()
TRACK = "gradient-clipping"


@given(minutes=st.integers(10, 480), seed=st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_the_questions_rise_in_difficulty_fit_the_time_and_are_the_same_for_a_seed(minutes, seed):
    planned = from_track(KIT, TRACK, minutes, seed)
    difficulties = [one.exercise.difficulty for one in planned]
    assert 1 <= len(planned) <= 4
    assert difficulties == sorted(difficulties)
    assert sum(one.minutes for one in planned) <= minutes
    assert planned == from_track(KIT, TRACK, minutes, seed)


def test_in_forty_five_minutes_three_steps_of_difficulty_are_climbed():
    planned = from_track(KIT, TRACK, 45, 1)
    assert [one.exercise.difficulty for one in planned] == [1, 2, 3]
    assert sum(one.minutes for one in planned) == 45


def test_other_seeds_give_other_questions():
    assert len({tuple(one.exercise.id for one in from_track(KIT, TRACK, 45, seed)) for seed in range(12)}) > 2


def test_without_a_track_the_only_one_there_is_is_taken(make_kit):
    from gradkata.content import Kit

    assert from_track(KIT, None, 45, 1) == from_track(KIT, TRACK, 45, 1)
    root = make_kit("scale", "add")
    toml = root / "exercises" / "add" / "exercise.toml"
    toml.write_text(toml.read_text().replace('track = "lists"', 'track = "sums"'))
    with pytest.raises(UserError, match=r"^this kit has 2 tracks; name one with --track; there is lists, sums$"):
        from_track(Kit(root), None, 45, 1)


def test_named_exercises_are_asked_in_the_order_in_which_they_were_named():
    ids = ["train_step", "clip_grad_value"]
    assert [one.exercise.id for one in named(KIT, ids)] == ids


def test_the_guide_says_how_long_a_question_takes_and_else_its_difficulty(make_kit):
    from gradkata.content import Kit

    assert estimate(KIT.exercise("clip_grad_norm")) == 15
    assert estimate(Kit(make_kit("scale")).exercise("scale")) == 10


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: from_track(KIT, "gradient-cliping", 45, 1),
            "there is no track `gradient-cliping`; did you mean gradient-clipping?",
        ),
        (
            lambda: from_track(KIT, TRACK, 6, 1),
            (
                f"the shortest question of {TRACK} takes about 10 minutes; "
                "give --minutes 10 or more, or name one with --exercise"
            ),
        ),
        (lambda: named(KIT, ["train_stp"]), "there is no exercise `train_stp`; did you mean train_step?"),
        (lambda: named(KIT, ["train_step", "train_step"]), "--exercise train_step is named twice"),
        (lambda: checked_minutes(0), "--minutes 0: an interview takes from 5 to 480 minutes"),
        (lambda: checked_minutes(100_000), "--minutes 100000: an interview takes from 5 to 480 minutes"),
    ],
)
def test_what_cannot_be_planned_is_one_line(call, message):
    with pytest.raises(UserError) as caught:
        call()
    assert caught.value.message == message
