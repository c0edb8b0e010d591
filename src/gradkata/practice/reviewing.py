"""What is due again: exercises and follow-up questions, by spaced repetition (FSRS, from the package `fsrs`).

An exercise's card is rated from its attempts, which are looked at when somebody asks what is due: a pass counts when
the exercise was never passed before, or is due and passed with another text. A follow-up question is rated by how many
of its key points the learner had. Days are the smallest step, and nothing is left to chance, so that the same history
gives the same days.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fsrs import Card, Rating, Scheduler

from gradkata.content import Exercise, Kit
from gradkata.content.follow_ups import ModelAnswer
from gradkata.practice.attempt import kit_name
from gradkata.practice.rows import micros, moment
from gradkata.practice.store import Store

FEW_TRIES = 3
_SCHEDULER = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)


@dataclass(frozen=True, slots=True)
class Item:
    """Something to review. `answer` is the follow-up question's; `None`: it is the exercise itself.

    `due` is `None` for a follow-up question that was never asked.
    """

    exercise: Exercise
    answer: ModelAnswer | None
    due: datetime | None

    @property
    def question(self) -> str:
        """The card's name in the store."""
        return "" if self.answer is None else self.answer.question


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is due, the longest overdue first and new questions last, and when the next is if nothing is."""

    due: tuple[Item, ...]
    next_at: datetime | None


def agenda(store: Store, kit: Kit, now: datetime) -> Agenda:
    """What to review now. Follow-up questions join once their exercise is solved.

    Raises:
        UserError: the store cannot be read.
    """
    exercises = kit.exercises()
    if not exercises:
        return Agenda((), None)
    name = kit_name(exercises[0])
    solved = {one for one, standing in store.standings(name).items() if standing.solved}
    _catch_up(store, name, solved)
    found = store.rows("SELECT exercise, question, due FROM card WHERE kit = ?", (name,))
    dues = {(exercise, question): moment(due) for exercise, question, due in found}
    items = []
    for exercise in exercises:
        if exercise.id in solved:
            answers: list[ModelAnswer | None] = [None, *exercise.model_answers()]
            for answer in answers:
                key = (exercise.id, "" if answer is None else answer.question)
                if answer is not None or key in dues:
                    items.append(Item(exercise, answer, dues.get(key)))
    due = [item for item in items if item.due is None or item.due <= now]
    due.sort(key=lambda item: (item.due is None, item.due or now))
    later = [item.due for item in items if item.due is not None and item.due > now]
    return Agenda(tuple(due), min(later, default=None))


def rate(store: Store, item: Item, rating: Rating, now: datetime) -> datetime | None:
    """Keeps how a review went, and returns when the item is due again; `None` if it could not be kept."""
    due: list[datetime] = []

    def work(connection: sqlite3.Connection) -> None:
        where = (kit_name(item.exercise), item.exercise.id, item.question)
        row = connection.execute(
            "SELECT state, hints, attempt FROM card WHERE kit = ? AND exercise = ? AND question = ?", where
        ).fetchone()
        state, hints, attempt = row or (None, 0, 0)
        due.append(_put(connection, where, _reviewed(state, rating, now), hints, attempt))

    return due[0] if store.change("this review is not kept", work) else None


def rating_of_ticks(ticked: int, points: int) -> Rating:
    """All key points: easy; more than half: good; some: hard; none: again."""
    if ticked >= points:
        return Rating.Easy
    if ticked == 0:
        return Rating.Again
    return Rating.Good if 2 * ticked > points else Rating.Hard


def rating_of_pass(tries: int, hints: int, *, answers_seen: bool) -> Rating:
    """How a passed exercise went: `tries` counts the one that passed, `hints` those since the pass before."""
    if answers_seen:
        return Rating.Again  # it was read, and not remembered
    if tries == 1 and hints == 0:
        return Rating.Easy
    return Rating.Good if tries <= FEW_TRIES and hints <= 1 else Rating.Hard


def state_is_sound(state: str) -> bool:
    """Whether this is a card's state as the store keeps it."""
    try:
        _next(_card(state), Rating.Good, datetime.now(UTC))
    except (ValueError, TypeError, KeyError, AssertionError, OverflowError):
        return False
    return True


def _catch_up(store: Store, kit: str, solved: set[str]) -> None:
    """Rates the exercises' cards from the attempts that were not looked at yet."""
    cards = {row[0]: row[1:] for row in store.rows(_CARDS, (kit,))}
    changed: dict[str, tuple[Card, int, int]] = {}
    for exercise in sorted(solved):
        state, hints, looked_at = cards.get(exercise, (None, 0, 0))
        attempts = store.rows(_NEW_ATTEMPTS, (kit, exercise, looked_at))
        if not attempts:
            continue
        result = _replayed(store, (kit, exercise), state, hints, attempts)
        if result is not None:
            changed[exercise] = result
    if changed:
        store.change("what is due will be worked out again", lambda connection: _keep(connection, kit, changed))


def _keep(connection: sqlite3.Connection, kit: str, changed: dict[str, tuple[Card, int, int]]) -> None:
    for exercise, (card, hints, looked_at) in changed.items():
        _put(connection, (kit, exercise, ""), card, hints, looked_at)


_CARDS = "SELECT exercise, state, hints, attempt FROM card WHERE kit = ? AND question = ''"
_NEW_ATTEMPTS = (
    "SELECT id, at, verdict, source, hints, answers_seen FROM attempt"
    " WHERE kit = ? AND exercise = ? AND id > ? AND verdict != 'not_judged' ORDER BY id"
)
_PASSED_SOURCES = (
    "SELECT DISTINCT source FROM attempt WHERE kit = ? AND exercise = ? AND verdict = 'passed' AND id <= ?"
)


def _replayed(
    store: Store, where: tuple[str, str], state: str | None, hints: int, attempts: Sequence[tuple[Any, ...]]
) -> tuple[Card, int, int] | None:
    """The card after these attempts, the hints given by then, and the last pass; `None` if none of them passed."""
    card = None if state is None else _card(state)
    first = attempts[0][0]
    sources = {row[0] for row in store.rows(_PASSED_SOURCES, (*where, first - 1))}
    tries = looked_at = 0
    for row, at, verdict, source, given, seen in attempts:
        tries += 1
        if verdict != "passed":
            continue
        now = moment(at)
        if card is None or (card.due <= now and source not in sources):
            used = given - hints if given >= hints else given  # the hints may have begun again
            card = _next(card, rating_of_pass(tries, used, answers_seen=bool(seen)), now)
        sources.add(source)
        hints, tries, looked_at = given, 0, row
    return None if card is None or not looked_at else (card, hints, looked_at)


def _reviewed(state: str | None, rating: Rating, now: datetime) -> Card:
    return _next(None if state is None else _card(state), rating, now)


def _next(card: Card | None, rating: Rating, now: datetime) -> Card:
    card = Card(card_id=0, due=now) if card is None else card
    if card.last_review is not None and now < card.last_review:
        now = card.last_review  # the clock was set back: no time has passed
    return _SCHEDULER.review_card(card, rating, now)[0]


def _card(state: str) -> Card:
    return Card.from_dict(json.loads(state))


def _put(connection: sqlite3.Connection, where: tuple[str, str, str], card: Card, hints: int, attempt: int) -> datetime:
    reviewed = micros(card.last_review or datetime.now(UTC))
    connection.execute(
        "INSERT OR REPLACE INTO card (kit, exercise, question, due, reviewed, state, hints, attempt)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*where, micros(card.due), reviewed, json.dumps(card.to_dict()), hints, attempt),
    )
    return card.due
