"""exercise.toml: the facts about an exercise, read and checked key by key."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradkata.content.files import read_text
from gradkata.errors import ContentError, nearest

FILE_NAME = "exercise.toml"


@dataclass(frozen=True, slots=True)
class Metadata:
    """What exercise.toml says. `time_limit` is in seconds, for one submission."""

    title: str
    category: str
    difficulty: int
    tags: tuple[str, ...]
    track: str
    order: int
    prerequisites: tuple[str, ...]
    entry_points: tuple[str, ...]
    time_limit: float
    imports: tuple[str, ...]


_REQUIRED = ("title", "category", "difficulty", "tags", "track", "order", "entry_points")
_OPTIONAL = ("prerequisites", "time_limit", "imports")


def read_metadata(path: Path) -> Metadata:
    """Reads and checks an exercise.toml."""
    try:
        table = tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise ContentError(path, f"is not valid TOML: {error}", "mend that line") from error
    for key in table:
        if key not in _REQUIRED + _OPTIONAL:
            raise ContentError(path, f"`{key}` is no key", f"remove it{nearest(key, _REQUIRED + _OPTIONAL)}")
    for key in _REQUIRED:
        if key not in table:
            raise ContentError(path, f"`{key}` is missing", "add it")
    return Metadata(
        title=_text(path, table, "title"),
        category=_text(path, table, "category"),
        difficulty=_whole(path, table, "difficulty", 1, 5),
        tags=_texts(path, table, "tags"),
        track=_text(path, table, "track"),
        order=_whole(path, table, "order", 0, 1_000_000),
        prerequisites=_texts(path, table, "prerequisites", default=()),
        entry_points=_identifiers(path, table, "entry_points"),
        time_limit=_seconds(path, table, "time_limit", default=10.0),
        imports=_identifiers(path, table, "imports", default=("torch", "numpy")),
    )


def _wrong(path: Path, key: str, value: object, mend: str) -> ContentError:
    return ContentError(path, f"`{key}` is {value!r}", mend)


def _text(path: Path, table: dict[str, Any], key: str) -> str:
    value = table[key]
    if not isinstance(value, str) or not value.strip():
        raise _wrong(path, key, value, "write a text in quotes")
    return value


def _whole(path: Path, table: dict[str, Any], key: str, low: int, high: int) -> int:
    value = table[key]
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise _wrong(path, key, value, f"write a whole number from {low} to {high}")
    return value


def _seconds(path: Path, table: dict[str, Any], key: str, default: float) -> float:
    value = table.get(key, default)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= 3600:
        raise _wrong(path, key, value, "write a number of seconds, more than 0 and at most 3600")
    return float(value)


def _texts(path: Path, table: dict[str, Any], key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
    value = table.get(key, default)
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) and item.strip() for item in value):
        raise _wrong(path, key, value, 'write a list of texts such as ["a", "b"]')
    if len(set(value)) != len(value):
        raise _wrong(path, key, value, "name each once")
    return tuple(value)


def _identifiers(
    path: Path, table: dict[str, Any], key: str, default: tuple[str, ...] | None = None
) -> tuple[str, ...]:
    names = _texts(path, table, key, default)
    if default is None and not names:
        raise _wrong(path, key, list(names), "name at least one")
    for name in names:
        if not name.isidentifier():
            raise _wrong(path, key, name, "write names as they stand in Python")
    return names
