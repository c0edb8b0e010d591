"""`gradkata list`. Plain text, so that not even rich is imported."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Iterator
from typing import Annotated

import typer

from gradkata.cli.settings import settings_of
from gradkata.content import Exercise

MAX_WIDTH = 100


def command(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list, for programs.")] = False,
) -> None:
    """List the exercises in the order in which to do them."""
    exercises = settings_of(context).kit().exercises()
    if as_json:
        print(json.dumps([_record(exercise) for exercise in exercises], indent=2))
    else:
        for line in _table(exercises, min(shutil.get_terminal_size().columns, MAX_WIDTH)):
            print(line)


def _table(exercises: list[Exercise], width: int) -> Iterator[str]:
    """A head, and for each exercise its title, tags and prerequisites, one below the other."""
    id_width = max([len("exercise"), *(len(exercise.id) for exercise in exercises)])
    yield f"{'#':>3}  {'exercise':<{id_width}}  level  title, tags, what to do before"
    for exercise in exercises:
        left = f"{exercise.order:>3}  {exercise.id:<{id_width}}  {exercise.difficulty}/5    "
        right = [exercise.title, ", ".join(exercise.tags)]
        if exercise.prerequisites:
            right.append(f"after {', '.join(exercise.prerequisites)}")
        room = max(width - len(left), 20)
        for line in (part for text in right for part in textwrap.wrap(text, room)):
            yield left + line
            left = " " * len(left)


def _record(exercise: Exercise) -> dict[str, object]:
    return {
        "id": exercise.id,
        "title": exercise.title,
        "track": exercise.track,
        "order": exercise.order,
        "category": exercise.category,
        "difficulty": exercise.difficulty,
        "tags": list(exercise.tags),
        "prerequisites": list(exercise.prerequisites),
        "entry_points": list(exercise.entry_points),
        "file": str(exercise.stub_path),
    }
