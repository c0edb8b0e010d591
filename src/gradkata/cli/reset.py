"""`gradkata reset`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from gradkata.cli.output import short
from gradkata.cli.settings import ExitCode, settings_of
from gradkata.cli.state import replace
from gradkata.content import Exercise
from gradkata.errors import UserError


def command(
    context: typer.Context,
    exercise_id: Annotated[str, typer.Argument(metavar="ID", help="The exercise.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Put the untouched stub back; your file is kept as a backup."""
    exercise = settings_of(context).kit().exercise(exercise_id)
    path, stub = exercise.stub_path, exercise.stub
    if path.is_file():
        if path.read_bytes() == stub.encode():
            print(f"{short(path)} is the untouched stub already.")
            return
        if not yes and not typer.confirm(f"Replace {short(path)} by the stub? A backup is kept."):
            print("Nothing was changed.")
            raise typer.Exit(ExitCode.NOT_PASSED)
    for line in put_back(exercise):
        print(line)


def put_back(exercise: Exercise) -> list[str]:
    """Writes the stub, with a backup of what was there, and returns what is to be said of it.

    Raises:
        UserError: the file cannot be written.
    """
    path = exercise.stub_path
    said = []
    try:
        if path.is_file():
            backup = _free_backup(path)
            shutil.copy2(path, backup)
            said.append(f"Your file is kept as {short(backup)}.")
        path.parent.mkdir(parents=True, exist_ok=True)
        replace(path, exercise.stub)
    except OSError as error:
        raise UserError(f"{path}: cannot be written ({error.strerror})") from error
    return [*said, f"{short(path)} is the untouched stub again."]


def _free_backup(path: Path) -> Path:
    """`<id>.py.bak`, or with a number behind it, so that no earlier backup is lost."""
    backup = path.with_name(f"{path.name}.bak")
    number = 1
    while backup.exists():
        number += 1
        backup = path.with_name(f"{path.name}.bak{number}")
    return backup
