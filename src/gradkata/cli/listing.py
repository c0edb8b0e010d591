"""`gradkata list`. Plain text, so that not even rich is imported."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Iterator
from typing import Annotated

import typer

from gradkata.cli.output import complain
from gradkata.cli.settings import settings_of
from gradkata.content import Exercise
from gradkata.errors import UserError
from gradkata.practice.attempt import kit_name
from gradkata.practice.store import Store

MAX_WIDTH = 100


def command(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list, for programs.")] = False,
) -> None:
    """List the exercises in the order in which to do them."""
    exercises = settings_of(context).kit().exercises()
    known = states(exercises)
    if as_json:
        print(json.dumps([_record(exercise, known) for exercise in exercises], indent=2))
    else:
        for line in table(exercises, known, min(shutil.get_terminal_size().columns, MAX_WIDTH)):
            print(line)


def states(exercises: list[Exercise]) -> dict[str, str]:
    """`solved` or `tried`, by id; a store that cannot be read costs one line and nothing else."""
    store = Store.of_user(complain)
    if not exercises or not store.path.is_file():
        return {}
    try:
        standings = store.standings(kit_name(exercises[0]))
    except UserError as error:
        complain(error.message)
        return {}
    return {name: "solved" if standing.solved else "tried" for name, standing in standings.items()}


def table(exercises: list[Exercise], states: dict[str, str], width: int) -> Iterator[str]:
    """A head, and for each exercise its title, tags and prerequisites, one below the other.

    How far each has come stands between, once there is anything to say.
    """
    done = 8 if states else 0
    id_width = max([len("exercise"), *(len(exercise.id) for exercise in exercises)])
    yield f"{'#':>3}  {'exercise':<{id_width}}  level  {'done' if done else '':<{done}}title, tags, what to do before"
    for exercise in exercises:
        state = states.get(exercise.id, "")
        left = f"{exercise.order:>3}  {exercise.id:<{id_width}}  {exercise.difficulty}/5    {state:<{done}}"
        right = [exercise.title, ", ".join(exercise.tags)]
        if exercise.prerequisites:
            right.append(f"after {', '.join(exercise.prerequisites)}")
        room = max(width - len(left), 20)
        for line in (part for text in right for part in textwrap.wrap(text, room)):
            yield left + line
            left = " " * len(left)


def _record(exercise: Exercise, states: dict[str, str]) -> dict[str, object]:
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
        "state": states.get(exercise.id, "new"),
        "file": str(exercise.stub_path),
    }
