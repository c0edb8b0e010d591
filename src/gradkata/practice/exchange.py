"""The progress as JSON: to keep elsewhere, or to bring to another machine. What is there already stays one."""

from __future__ import annotations

import sqlite3
from datetime import UTC
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from gradkata.errors import UserError
from gradkata.practice.attempt import Attempt, KindPoints, NamedMistake
from gradkata.practice.reviewing import state_is_sound
from gradkata.practice.rows import insert
from gradkata.practice.store import Store, all_attempts

Number = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, lt=1 << 62)]


_CARDS = (
    "SELECT kit, exercise, question, due, reviewed, state, hints,"
    " (SELECT uid FROM attempt WHERE id = card.attempt) FROM card ORDER BY kit, exercise, question"
)


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AttemptRecord(_Model):
    """An attempt, field by field as in `Attempt`."""

    uid: Annotated[str, Field(min_length=1, max_length=64)]
    kit: str
    exercise: str
    at: AwareDatetime
    origin: str
    source: str
    verdict: Literal["passed", "failed", "not_judged"]
    points: Number
    max_points: Number
    seconds: Number
    seed: Count
    hints: Count
    answers_seen: bool
    mistakes: list[tuple[str, str]]
    kinds: list[tuple[str, Number, Number]]

    @classmethod
    def of(cls, attempt: Attempt) -> AttemptRecord:
        """The record of an attempt that the store gave."""
        return cls(
            uid=attempt.uid,
            kit=attempt.kit,
            exercise=attempt.exercise,
            at=attempt.at,
            origin=attempt.origin,
            source=attempt.source,
            verdict=attempt.verdict,  # type: ignore[arg-type]  # pydantic looks
            points=attempt.points,
            max_points=attempt.max_points,
            seconds=attempt.seconds,
            seed=attempt.seed,
            hints=attempt.hints or 0,
            answers_seen=bool(attempt.answers_seen),
            mistakes=[(one.name, one.title) for one in attempt.mistakes],
            kinds=[(one.kind, one.points, one.max_points) for one in attempt.kinds],
        )

    def attempt(self) -> Attempt:
        """The attempt."""
        facts = self.model_dump(exclude={"mistakes", "kinds", "at"})
        return Attempt(
            **facts,
            at=self.at.astimezone(UTC),
            mistakes=tuple(NamedMistake(*one) for one in self.mistakes),
            kinds=tuple(KindPoints(*one) for one in self.kinds),
        )


class HelpRecord(_Model):
    """The help that was had with an exercise."""

    kit: str
    exercise: str
    hints: Count
    answers_shown: Count | None


class CardRecord(_Model):
    """What spaced repetition knows of an exercise, or of one of its follow-up questions."""

    kit: str
    exercise: str
    question: str
    due: Count
    reviewed: Count
    state: str
    hints: Count
    looked_at: str | None = Field(description="The uid of the last attempt that the card was rated from.")


class Exported(_Model):
    """The whole file."""

    format: Literal["gradkata progress"] = "gradkata progress"
    version: Literal[1] = 1
    attempts: list[AttemptRecord]
    help: list[HelpRecord]
    cards: list[CardRecord]


def export(store: Store) -> str:
    """All that the store knows.

    Raises:
        UserError: it cannot be read.
    """
    helped = store.rows("SELECT kit, exercise, hints, answers_shown FROM help ORDER BY kit, exercise")
    cards = store.rows(_CARDS)
    exported = Exported(
        attempts=[AttemptRecord.of(attempt) for attempt in all_attempts(store)],
        help=[HelpRecord(**dict(zip(HelpRecord.model_fields, row, strict=True))) for row in helped],
        cards=[CardRecord(**dict(zip(CardRecord.model_fields, row, strict=True))) for row in cards],
    )
    return exported.model_dump_json(indent=1) + "\n"


def read(path: Path) -> Exported:
    """An exported file.

    Raises:
        UserError: it cannot be read, or is none.
    """
    try:
        exported = Exported.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror})") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise UserError(f"{path}: is no exported progress ({where + ': ' if where else ''}{first['msg']})") from error
    for number, card in enumerate(exported.cards):
        if not state_is_sound(card.state):
            raise UserError(f"{path}: is no exported progress (cards.{number}.state: no card of spaced repetition)")
    return exported


def take_in(store: Store, exported: Exported) -> int:
    """Adds what is not there yet, all of it or nothing, and returns how many attempts were new.

    Raises:
        UserError: the store cannot be written.
    """
    with store.writing() as connection:
        added = sum(insert(connection, record.attempt()) for record in exported.attempts)
        for helped in exported.help:
            _help(connection, helped)
        for card in exported.cards:
            _card(connection, card)
    return added


def _help(connection: sqlite3.Connection, helped: HelpRecord) -> None:
    connection.execute(
        "INSERT INTO help VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET hints = max(hints, excluded.hints),"
        " answers_shown = coalesce(max(answers_shown, excluded.answers_shown), answers_shown, excluded.answers_shown)",
        (helped.kit, helped.exercise, helped.hints, helped.answers_shown),
    )


def _card(connection: sqlite3.Connection, card: CardRecord) -> None:
    """The newer review counts."""
    connection.execute(
        "INSERT INTO card SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7,"
        " coalesce((SELECT id FROM attempt WHERE uid = ?8), 0) WHERE TRUE"
        " ON CONFLICT DO UPDATE SET due = excluded.due, reviewed = excluded.reviewed, state = excluded.state,"
        " hints = excluded.hints, attempt = excluded.attempt WHERE excluded.reviewed > reviewed",
        (card.kit, card.exercise, card.question, card.due, card.reviewed, card.state, card.hints, card.looked_at),
    )
