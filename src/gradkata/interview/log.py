"""An interview's events on the disk: only ever added to, each step as a whole or not at all.

SQLite keeps that promise whatever interrupts it (a killed program, a full disk, a lost power supply), and lets the
candidate's commands and the interviewer's panel write to the same interview at the same time.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradkata.errors import UserError
from gradkata.interview.clock import Instant

FILE_NAME = "events.sqlite3"
_LAYOUT = 1
_PATIENCE = 10.0  # seconds: how long another step may take
_TABLE = """
CREATE TABLE event (
    number INTEGER PRIMARY KEY,
    wall REAL NOT NULL,
    boot TEXT NOT NULL,
    up REAL NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL
)
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """Something that happened, before it is written down."""

    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; `number` counts from 1."""

    number: int
    at: Instant
    kind: str
    data: Mapping[str, Any]


Decide = Callable[[tuple[Event, ...]], Sequence[Draft]]


@dataclass(frozen=True, slots=True)
class Log:
    """The events of one interview."""

    path: Path

    @classmethod
    def create(cls, path: Path) -> Log:
        """A new log without events.

        Raises:
            UserError: it cannot be made.
        """
        log = cls(path)
        with log._connected(new=True) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(f"PRAGMA user_version = {_LAYOUT}")
            connection.execute(_TABLE)
            connection.execute("COMMIT")
        return log

    def events(self, after: int = 0) -> tuple[Event, ...]:
        """Those after number `after`, in their order; none, if the log was cut off as it was made.

        Raises:
            UserError: they cannot be read.
        """
        with self._connected() as connection:
            return _read(connection, after) if _layout(connection) else ()

    def change(self, decide: Decide, at: Instant, after: int = 0) -> tuple[Event, ...]:
        """Add what `decide` makes of the events so far, and return them with the new ones.

        Both are only those after number `after`. Nobody else writes in between. If `decide` raises, or the disk
        refuses, nothing is added.

        Raises:
            UserError: it cannot be written; or whatever `decide` raises.
        """
        with self._connected() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                for draft in decide(_read(connection, after)):
                    row = (at.wall, at.boot, at.up, draft.kind, json.dumps(draft.data))
                    connection.execute("INSERT INTO event (wall, boot, up, kind, data) VALUES (?, ?, ?, ?, ?)", row)
                events = _read(connection, after)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            return events

    @contextmanager
    def _connected(self, *, new: bool = False) -> Iterator[sqlite3.Connection]:
        # Readers may write as well: a step that was cut off is taken back by whoever comes next.
        address = f"{self.path.absolute().as_uri()}?mode={'rwc' if new else 'rw'}"
        try:
            with closing(connect(address)) as connection:
                if not new and _layout(connection) not in {0, _LAYOUT}:
                    raise UserError(f"{self.path} was written by another version of gradkata")
                yield connection
        except sqlite3.Error as error:
            raise UserError(f"{self.path} {_trouble(error)}") from error


def connect(address: str) -> sqlite3.Connection:
    """A connection that commits only when told to, and then waits until everything is on the disk."""
    connection = sqlite3.connect(address, uri=True, timeout=_PATIENCE, isolation_level=None)
    connection.execute("PRAGMA synchronous = EXTRA")
    return connection


def _layout(connection: sqlite3.Connection) -> int:
    """Which layout the log has; 0, if it was cut off as it was made."""
    (layout,) = connection.execute("PRAGMA user_version").fetchone()
    return int(layout)


def _read(connection: sqlite3.Connection, after: int = 0) -> tuple[Event, ...]:
    query = "SELECT number, wall, boot, up, kind, data FROM event WHERE number > ? ORDER BY number"
    rows = connection.execute(query, (after,))
    return tuple(
        Event(number, Instant(wall, boot, up), kind, json.loads(data)) for number, wall, boot, up, kind, data in rows
    )


def _trouble(error: sqlite3.Error) -> str:
    """What is wrong with the file, and the mend."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = None if code is None else code & 0xFF
    match primary:
        case sqlite3.SQLITE_FULL:
            return "cannot be written: the disk is full; make room and do it again (nothing before it is lost)"
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return "cannot be written: it is read-only; mend its permissions and do it again"
        case sqlite3.SQLITE_CANTOPEN:
            return "cannot be opened; mend its permissions, or name another folder in GRADKATA_STATE"
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return "is in use by another step of this interview; do it again"
        case sqlite3.SQLITE_IOERR:
            return "cannot be written: the disk reports an error; do it again (nothing before it is lost)"
        case _:
            return f"is damaged or no interview: {error}"
