"""What is due again: the same history gives the same days, whatever the clock does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fsrs import Rating

from gradkata.content import Kit
from gradkata.practice.attempt import kit_name
from gradkata.practice.reviewing import agenda, rate, rating_of_pass, rating_of_ticks
from gradkata.practice.store import Store

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)  # when `attempt` begins


@pytest.fixture
def kit(make_kit):
    return Kit(make_kit("scale", "add"))


@pytest.fixture
def did(store, attempt, kit):
    """Records an attempt at the kit's exercise `scale`."""
    name = kit_name(kit.exercise("scale"))

    def record(verdict, **facts):
        assert store.record(replace(attempt(verdict, **facts), kit=name))

    return record


def on(days):
    return START + timedelta(days=days)


def due(store, kit, days):
    return [(item.exercise.id, item.question) for item in agenda(store, kit, on(days)).due]


def test_before_anything_is_solved_nothing_is_due(store, kit, did):
    did("failed")
    found = agenda(store, kit, on(100))
    assert (found.due, found.next_at) == ((), None)


def test_a_solved_exercise_brings_its_questions_at_once_and_itself_after_days(store, kit, did):
    did("passed")
    assert due(store, kit, 0) == [("scale", "Why in place?")]
    assert agenda(store, kit, on(0)).next_at == on(8)  # solved at the first try and without help
    assert due(store, kit, 8) == [("scale", ""), ("scale", "Why in place?")]


def test_the_harder_it_went_the_sooner_it_comes_back(store, kit, did):
    for number in range(5):
        did("failed", after=number / 100)
    did("passed", after=0.1)
    assert agenda(store, kit, on(0.1)).next_at == on(1.1)


def test_a_pass_before_it_is_due_or_with_the_same_text_is_no_review(store, kit, did):
    did("passed", source="first")
    did("passed", after=1, source="polished")
    assert agenda(store, kit, on(1)).next_at == on(8)
    did("passed", after=9, source="polished")
    assert ("scale", "") in due(store, kit, 9)
    did("passed", after=10, source="written anew")
    assert ("scale", "") not in due(store, kit, 10)
    assert agenda(store, kit, on(10)).next_at > on(18)


def test_asking_often_or_once_is_the_same(store, kit, did, tmp_path, attempt):
    history = [("passed", 0, "a"), ("failed", 9, "b"), ("passed", 9.5, "c"), ("failed", 40, "d"), ("passed", 80, "e")]
    once = Store(tmp_path / "once.sqlite3")
    name = kit_name(kit.exercise("scale"))
    for verdict, day, source in history:
        did(verdict, after=day, source=source)
        agenda(store, kit, on(day))
        once.record(replace(attempt(verdict, after=day, source=source), kit=name))
    asked = [(one.due, one.next_at) for one in (agenda(each, kit, on(80)) for each in (store, once))]
    assert asked[0] == asked[1]


def test_a_flash_card_comes_back_after_its_rating(store, kit, did):
    did("passed")
    (item,) = agenda(store, kit, on(0)).due
    assert item.answer.points == ("aliasing",)
    assert rate(store, item, Rating.Again, on(0)) == on(1)
    assert due(store, kit, 0.5) == []
    assert due(store, kit, 1) == [("scale", "Why in place?")]


def test_a_clock_set_back_breaks_nothing(store, kit, did):
    did("passed", after=0)
    (item,) = agenda(store, kit, on(0)).due
    first = rate(store, item, Rating.Good, on(0))
    assert agenda(store, kit, on(-30)).due == ()
    assert rate(store, replace(item, due=first), Rating.Good, on(-30)) >= on(1)
    did("failed", after=-20)
    did("passed", after=-19, source="anew")
    assert agenda(store, kit, on(-19)).next_at >= on(1)


@pytest.mark.parametrize(
    ("ticked", "rating"), [(0, Rating.Again), (1, Rating.Hard), (2, Rating.Hard), (3, Rating.Good), (4, Rating.Easy)]
)
def test_ticks_become_the_rating(ticked, rating):
    assert rating_of_ticks(ticked, 4) is rating


@pytest.mark.parametrize(
    ("tries", "hints", "seen", "rating"),
    [
        (1, 0, False, Rating.Easy),
        (3, 1, False, Rating.Good),
        (2, 2, False, Rating.Hard),
        (4, 0, False, Rating.Hard),
        (1, 0, True, Rating.Again),
    ],
)
def test_hints_and_tries_become_the_rating(tries, hints, seen, rating):
    assert rating_of_pass(tries, hints, answers_seen=seen) is rating


def test_without_a_terminal_review_prints_what_is_due(run, kit, attempt):
    name = kit_name(kit.exercise("scale"))
    outcome = run("--kit", kit.root, "review")
    said = "Nothing to review yet: it begins when an exercise is solved (gradkata watch).\n"
    assert (outcome.code, outcome.out) == (0, said)
    Store.of_user().record(replace(attempt("passed"), kit=name))
    outcome = run("--kit", kit.root, "review")
    assert "due:\n" in outcome.out
    assert "  scale: Why in place?\n" in outcome.out
