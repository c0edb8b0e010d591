"""The store's file: its layout and how it grew, and what becomes of a file that cannot be used.

A file is never overwritten: what is damaged, or was written by a newer gradkata, is renamed and stays.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

# Each entry leads from one version of the layout to the next; `user_version` is how many have been applied.
# Entries are only ever added. Besides the attempts, sums are kept beside them in the same transaction, so that a
# hundred thousand attempts are asked about as fast as ten.
MIGRATIONS = (
    """
    CREATE TABLE source (sha256 TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE attempt (
        id INTEGER PRIMARY KEY,
        uid TEXT NOT NULL UNIQUE,
        kit TEXT NOT NULL,
        exercise TEXT NOT NULL,
        at INTEGER NOT NULL,             -- microseconds since 1970, UTC
        day TEXT NOT NULL,               -- the learner's own date
        origin TEXT NOT NULL,
        source TEXT NOT NULL REFERENCES source,
        verdict TEXT NOT NULL,
        points REAL NOT NULL,
        max_points REAL NOT NULL,
        seconds REAL NOT NULL,
        seed INTEGER NOT NULL,
        hints INTEGER NOT NULL,
        answers_seen INTEGER NOT NULL,
        mistakes TEXT NOT NULL,          -- JSON: [[name, title], ...]
        kinds TEXT NOT NULL              -- JSON: [[kind, points, max_points], ...]
    );
    CREATE INDEX attempt_by_exercise ON attempt (kit, exercise, at);
    CREATE TABLE standing (              -- one row for each exercise that was tried
        kit TEXT NOT NULL,
        exercise TEXT NOT NULL,
        tries INTEGER NOT NULL,
        first_passed INTEGER,
        last_passed INTEGER,
        last_at INTEGER NOT NULL,
        best INTEGER NOT NULL,           -- the attempt with the best verdict and points
        PRIMARY KEY (kit, exercise)
    ) WITHOUT ROWID;
    CREATE TABLE mistake (
        kit TEXT NOT NULL,
        exercise TEXT NOT NULL,
        name TEXT NOT NULL,
        title TEXT NOT NULL,
        times INTEGER NOT NULL,
        last_at INTEGER NOT NULL,
        PRIMARY KEY (kit, exercise, name)
    ) WITHOUT ROWID;
    CREATE TABLE day (kit TEXT NOT NULL, day TEXT NOT NULL, attempts INTEGER NOT NULL, PRIMARY KEY (kit, day))
        WITHOUT ROWID;
    CREATE TABLE help (
        kit TEXT NOT NULL,
        exercise TEXT NOT NULL,
        hints INTEGER NOT NULL DEFAULT 0,
        answers_shown INTEGER,           -- when, as above
        PRIMARY KEY (kit, exercise)
    ) WITHOUT ROWID;
    CREATE TABLE card (                  -- what spaced repetition knows (question '': the exercise itself)
        kit TEXT NOT NULL,
        exercise TEXT NOT NULL,
        question TEXT NOT NULL,
        due INTEGER NOT NULL,
        reviewed INTEGER NOT NULL,
        state TEXT NOT NULL,             -- the fsrs package's own JSON
        hints INTEGER NOT NULL,          -- hints given when it was rated
        attempt INTEGER NOT NULL,        -- the last attempt that was looked at
        PRIMARY KEY (kit, exercise, question)
    ) WITHOUT ROWID;
    """,
)
VERSION = len(MIGRATIONS)
PATIENCE = 10.0  # seconds to wait for another program that is writing
UNUSABLE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class Unusable(Exception):
    """The file is none that this program can use, for this reason."""


def open_database(path: Path, first: Callable[[sqlite3.Connection], None]) -> sqlite3.Connection:
    """The database at `path` in the newest layout; made if it is missing. `first` runs in the making transaction.

    Raises:
        Unusable: the file is damaged or newer.
        OSError, sqlite3.Error: it cannot be made, opened or written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        version = _version(connection)
        if version < VERSION:
            connection.execute("PRAGMA journal_mode = WAL")
            _migrate(connection, first)
        connection.execute("PRAGMA synchronous = NORMAL")  # with WAL: a power cut may cost the last, never the file
    except BaseException:
        connection.close()
        raise
    return connection


def open_to_read(path: Path) -> sqlite3.Connection | None:
    """The database for reading alone, also where nothing may be written; `None` if there is no file.

    Raises:
        Unusable: the file is damaged, newer or not yet made.
        OSError, sqlite3.Error: it cannot be opened.
    """
    if not path.is_file():
        return None
    # Reading what is in WAL mode needs a file beside it; `immutable` does without where that cannot be made.
    for options in ("mode=ro", "mode=ro&immutable=1"):
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?{options}", uri=True, timeout=PATIENCE)
        try:
            made = _version(connection) == VERSION
        except sqlite3.OperationalError:
            connection.close()
            if "immutable" in options:
                raise
        except BaseException:
            connection.close()
            raise
        else:
            if made:
                return connection
            connection.close()
            return None  # older or still being made: who writes next brings it up to date
    return None


def set_aside(path: Path, reason: str) -> Path:
    """Renames the file and what belongs to it to names that are free, and returns the new name."""
    number = 1
    while (kept := path.with_name(f"{path.name}.{reason}-{number}")).exists():
        number += 1
    path.rename(kept)
    for suffix in ("-wal", "-shm"):
        companion = path.with_name(path.name + suffix)
        if companion.exists():
            companion.rename(kept.with_name(kept.name + suffix))
    return kept


def _version(connection: sqlite3.Connection) -> int:
    try:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # reads the first page for good
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            raise Unusable("damaged") from error
        raise
    if version > VERSION:
        raise Unusable("newer")
    return version


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file's content is at fault; errors that Python itself raises carry no code."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in UNUSABLE


def _migrate(connection: sqlite3.Connection, first: Callable[[sqlite3.Connection], None]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection)  # another program may have been quicker
        for number in range(version, VERSION):
            for statement in MIGRATIONS[number].split(";"):
                if statement.strip():
                    connection.execute(statement)
        if version == 0 < VERSION:
            first(connection)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
