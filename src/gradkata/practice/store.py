"""The one store of what a learner did: attempts, hints, answers seen, and what spaced repetition knows.

SQLite in WAL mode: two terminals lose nothing of each other's, a killed program leaves whole attempts or none.
Writing methods never raise for a store that fails, since a verdict must not be lost with it: they say so in one line
and return False. Reading methods return nothing where there is nothing to read.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradkata.errors import UserError
from gradkata.practice.attempt import Attempt, kit_name
from gradkata.practice.database import Unusable, is_damage, open_database, open_to_read, set_aside
from gradkata.practice.rows import SELECT, attempt_of, insert, micros, moment

if TYPE_CHECKING:
    from gradkata.content import Exercise

ENVIRONMENT_VARIABLE = "GRADKATA_STATE"
FILE_NAME = "progress.sqlite3"
_OLD_HINTS = "hints.json"  # where versions before this store kept the number of hints


def state_folder() -> Path:
    """The user's state folder, or the folder that GRADKATA_STATE names."""
    named = os.environ.get(ENVIRONMENT_VARIABLE)
    if named:
        return Path(named)
    from platformdirs import user_state_path

    return user_state_path("gradkata", appauthor=False)


def _on_stderr(line: str) -> None:
    sys.stderr.write(f"gradkata: {line}\n")
    sys.stderr.flush()


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an exercise has come; `best` is its best attempt's row."""

    exercise: str
    tries: int
    first_passed: datetime | None
    last_passed: datetime | None
    last_at: datetime
    best: int

    @property
    def solved(self) -> bool:
        return self.first_passed is not None


@dataclass(frozen=True, slots=True)
class MistakeMade:
    """A known mistake that attempts behaved like, and when one did last."""

    exercise: str
    name: str
    title: str
    times: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Store:
    """The store in one file. `tell` hears, in one line, what went wrong with it."""

    path: Path
    tell: Callable[[str], None] = field(default=_on_stderr, compare=False)

    @classmethod
    def of_user(cls, tell: Callable[[str], None] = _on_stderr) -> Store:
        """The store of the user who runs the program."""
        return cls(state_folder() / FILE_NAME, tell)

    def record(self, attempt: Attempt) -> bool:
        """Keeps an attempt, whole or not at all, and returns whether it was kept. An untouched stub is no attempt."""
        if attempt.is_stub:
            return False
        return self.change("this attempt is not kept", lambda connection: insert(connection, attempt))

    def give_hint(self, exercise: Exercise, number: int) -> bool:
        """Remembers that hint `number`, counted from 1, was given; the next will be the one after it."""
        where = (kit_name(exercise), exercise.id, number)
        command = (
            "INSERT INTO help (kit, exercise, hints) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET hints = excluded.hints"
        )
        said = "so the next call gives this hint again"
        return self.change(said, lambda connection: connection.execute(command, where))

    def show_answers(self, exercise: Exercise, at: datetime | None = None) -> bool:
        """Remembers that the solution was shown."""
        where = (kit_name(exercise), exercise.id, micros(datetime.now(UTC) if at is None else at))
        command = (
            "INSERT INTO help (kit, exercise, answers_shown) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET answers_shown = excluded.answers_shown"
        )
        return self.change("so this is not remembered", lambda connection: connection.execute(command, where))

    def hints_given(self, exercise: Exercise) -> int:
        """How many hints were given for this exercise; 0 where nothing can be read."""
        query = "SELECT hints FROM help WHERE kit = ? AND exercise = ?"
        try:
            rows = self.rows(query, (kit_name(exercise), exercise.id))
        except UserError:
            return 0  # the hint is worth more than its number, and `give_hint` will say what is wrong
        return int(rows[0][0]) if rows else self._old_hints().get((kit_name(exercise), exercise.id), 0)

    def hints(self, kit: str) -> dict[str, int]:
        """How many hints were given for each exercise of a kit; those without any may be missing."""
        return dict(self.rows("SELECT exercise, hints FROM help WHERE kit = ?", (kit,)))

    def attempts(self, kit: str, exercise: str, limit: int = -1) -> list[Attempt]:
        """The attempts at an exercise, the newest first."""
        query = f"{SELECT} WHERE kit = ? AND exercise = ? ORDER BY at DESC, id DESC LIMIT ?"
        return [attempt_of(row) for row in self.rows(query, (kit, exercise, limit))]

    def attempts_by_row(self, rows: Sequence[int]) -> list[Attempt]:
        """The attempts with these row numbers, in no order."""
        marks = ", ".join("?" * len(rows))
        return [attempt_of(row) for row in self.rows(f"{SELECT} WHERE id IN ({marks})", tuple(rows))]

    def standings(self, kit: str) -> dict[str, Standing]:
        """How far each exercise of a kit has come, by id; those never tried are missing."""
        query = "SELECT exercise, tries, first_passed, last_passed, last_at, best FROM standing WHERE kit = ?"
        found = [
            Standing(exercise, tries, _time(first), _time(last), moment(at), best)
            for exercise, tries, first, last, at, best in self.rows(query, (kit,))
        ]
        return {standing.exercise: standing for standing in found}

    def mistakes(self, kit: str) -> list[MistakeMade]:
        """The mistakes that attempts behaved like, the commonest first."""
        query = "SELECT exercise, name, title, times, last_at FROM mistake WHERE kit = ? ORDER BY times DESC, name"
        return [
            MistakeMade(exercise, name, title, times, moment(at))
            for exercise, name, title, times, at in self.rows(query, (kit,))
        ]

    def days(self, kit: str) -> dict[str, int]:
        """How many attempts there were on each day that had any, by date (`2026-11-22`), the earliest first."""
        return dict(self.rows("SELECT day, attempts FROM day WHERE kit = ? ORDER BY day", (kit,)))

    def rows(self, query: str, values: Sequence[str | int] = ()) -> list[tuple[Any, ...]]:
        """What a query finds; nothing where there is no store yet.

        Raises:
            UserError: the store cannot be read.
        """
        for _ in range(2):
            try:
                connection = open_to_read(self.path)
                if connection is None:
                    return []
                with closing(connection):
                    return connection.execute(query, values).fetchall()
            except (Unusable, sqlite3.Error, OSError) as error:
                if not self._set_aside(error):
                    raise UserError(f"{self.path}: the progress cannot be read ({_why(error)})") from error
        return []

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it or nothing.

        Raises:
            UserError: the store cannot be written.
        """
        try:
            with closing(open_database(self.path, self._take_old_hints)) as connection:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                    connection.execute("COMMIT")
                except BaseException:
                    if connection.in_transaction:  # a full disk has rolled back by itself
                        connection.execute("ROLLBACK")
                    raise
            self.path.with_name(_OLD_HINTS).unlink(missing_ok=True)
        except (Unusable, sqlite3.Error, OSError) as error:
            raise UserError(f"{self.path}: cannot be written ({_why(error)})") from error

    def change(self, otherwise: str, work: Callable[[sqlite3.Connection], object]) -> bool:
        """Does the work in a transaction; where that fails, says so with what it means (`otherwise`)."""
        for last in (False, True):
            try:
                with self.writing() as connection:
                    work(connection)
            except UserError as error:
                cause = error.__cause__
                if not last and isinstance(cause, Exception) and self._set_aside(cause):
                    continue
                self.tell(f"{error.message}, {otherwise}")
                return False
            return True
        return False

    def _set_aside(self, error: Exception) -> bool:
        """Puts a file that cannot be used out of the way, and says so; False where the file is not at fault."""
        reason = "damaged" if isinstance(error, sqlite3.Error) and is_damage(error) else str(error)
        if not isinstance(error, Unusable) and reason != "damaged":
            return False
        said = "was written by a newer gradkata" if reason == "newer" else "is damaged"
        try:
            kept = set_aside(self.path, reason)
        except FileNotFoundError:
            return True  # another program was quicker
        except OSError:
            return False
        self.tell(f"{self.path} {said}: it is kept as {kept.name}, and the progress begins anew")
        return True

    def _take_old_hints(self, connection: sqlite3.Connection) -> None:
        for (kit, exercise), count in self._old_hints().items():
            connection.execute(
                "INSERT OR IGNORE INTO help (kit, exercise, hints) VALUES (?, ?, ?)", (kit, exercise, count)
            )

    def _old_hints(self) -> dict[tuple[str, str], int]:
        """The hints that an earlier version counted, in a file of its own."""
        from gradkata.content.kit import own_root

        try:
            counts = json.loads(self.path.with_name(_OLD_HINTS).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        found: dict[tuple[str, str], int] = {}
        for key, count in counts.items() if isinstance(counts, dict) else ():
            root, _, exercise = key.rpartition("::")
            if isinstance(count, int) and count > 0:
                found["" if root == str(own_root()) else root, exercise] = count
        return found


def all_attempts(store: Store) -> list[Attempt]:
    """Every attempt at every exercise of every kit, in the order in which they came.

    Raises:
        UserError: the store cannot be read.
    """
    return [attempt_of(row) for row in store.rows(f"{SELECT} ORDER BY id")]


def _time(micros: int | None) -> datetime | None:
    return None if micros is None else moment(micros)


def _why(error: Exception) -> str:
    if isinstance(error, Unusable):
        return f"it is {error}"
    if isinstance(error, FileExistsError | NotADirectoryError):
        return "a file stands where its folder should be"
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
