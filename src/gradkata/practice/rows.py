"""Attempts as rows of the store, and the sums that are kept beside them."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from typing import Any

from gradkata.practice.attempt import Attempt, KindPoints, NamedMistake

SELECT = (
    "SELECT uid, kit, exercise, at, origin, (SELECT text FROM source WHERE sha256 = attempt.source), verdict, points,"
    " max_points, seconds, seed, hints, answers_seen, mistakes, kinds FROM attempt"
)


def attempt_of(row: tuple[Any, ...]) -> Attempt:
    """The attempt in a row of `SELECT`."""
    (uid, kit, exercise, at, origin, source, verdict, points, full, seconds, seed, hints, seen, mistakes, kinds) = row
    return Attempt(
        kit=kit,
        exercise=exercise,
        at=moment(at),
        origin=origin,
        source=source,
        verdict=verdict,
        points=points,
        max_points=full,
        seconds=seconds,
        seed=seed,
        mistakes=tuple(NamedMistake(name, title) for name, title in json.loads(mistakes)),
        kinds=tuple(KindPoints(*one) for one in json.loads(kinds)),
        hints=hints,
        answers_seen=bool(seen),
        uid=uid,
    )


def insert(connection: sqlite3.Connection, attempt: Attempt) -> bool:
    """Adds an attempt and brings the sums up to date; False where it is there already."""
    import hashlib  # `list` needs no OpenSSL

    where = (attempt.kit, attempt.exercise)
    at = micros(attempt.at)
    hints, seen = _help(connection, attempt)
    digest = hashlib.sha256(attempt.source.encode("utf-8", "surrogatepass")).hexdigest()
    text = attempt.source.encode("utf-8", "replace").decode()
    connection.execute("INSERT OR IGNORE INTO source VALUES (?, ?)", (digest, text))
    day = attempt.at.astimezone().date().isoformat()
    row = connection.execute(
        "INSERT OR IGNORE INTO attempt (uid, kit, exercise, at, day, origin, source, verdict, points, max_points,"
        " seconds, seed, hints, answers_seen, mistakes, kinds) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(attempt.uid, *where, at, day, attempt.origin, digest, attempt.verdict),
            *(attempt.points, attempt.max_points, attempt.seconds, attempt.seed, hints, seen),
            json.dumps([[one.name, one.title] for one in attempt.mistakes]),
            json.dumps([[one.kind, one.points, one.max_points] for one in attempt.kinds]),
        ),
    )
    if not row.rowcount:
        return False
    connection.execute(
        "INSERT INTO day VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET attempts = attempts + 1", (attempt.kit, day)
    )
    if attempt.verdict != "not_judged":  # a fault of ours is no try of theirs
        _stand(connection, attempt, at, int(row.lastrowid or 0))
    for one in attempt.mistakes:
        connection.execute(
            "INSERT INTO mistake VALUES (?, ?, ?, ?, 1, ?) ON CONFLICT DO UPDATE SET times = times + 1,"
            " title = excluded.title, last_at = max(last_at, excluded.last_at)",
            (*where, one.name, one.title, at),
        )
    return True


def _help(connection: sqlite3.Connection, attempt: Attempt) -> tuple[int, bool]:
    """How many hints had been given, and whether the answers had been shown since the last pass."""
    if attempt.hints is not None and attempt.answers_seen is not None:
        return attempt.hints, attempt.answers_seen
    found = connection.execute(
        "SELECT hints, answers_shown, (SELECT last_passed FROM standing WHERE kit = ?1 AND exercise = ?2)"
        " FROM help WHERE kit = ?1 AND exercise = ?2",
        (attempt.kit, attempt.exercise),
    ).fetchone()
    hints, shown, passed = found or (0, None, None)
    seen = shown is not None and (passed is None or shown > passed)
    return (
        hints if attempt.hints is None else attempt.hints,
        seen if attempt.answers_seen is None else attempt.answers_seen,
    )


def _stand(connection: sqlite3.Connection, attempt: Attempt, at: int, row: int) -> None:
    passed = at if attempt.passed else None
    connection.execute(
        "INSERT INTO standing VALUES (?1, ?2, 1, ?3, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET tries = tries + 1,"
        " first_passed = coalesce(min(first_passed, ?3), first_passed, ?3),"
        " last_passed = coalesce(max(last_passed, ?3), last_passed, ?3), last_at = max(last_at, ?4),"
        " best = (SELECT id FROM attempt WHERE id IN (best, ?5)"
        "         ORDER BY verdict = 'passed' DESC, points DESC, id DESC LIMIT 1)",
        (attempt.kit, attempt.exercise, passed, at, row),
    )


def micros(at: datetime) -> int:
    """A time as the store keeps it: microseconds since 1970, UTC."""
    return round(at.timestamp() * 1_000_000)


def moment(micros: int) -> datetime:
    """A time from the store, in UTC."""
    return datetime.fromtimestamp(micros / 1_000_000, UTC)
