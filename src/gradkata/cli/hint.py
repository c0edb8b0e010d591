"""`gradkata hint`."""

from __future__ import annotations

from typing import Annotated

import typer

from gradkata.cli.output import WIDTH, complain, console, markdown, program
from gradkata.cli.settings import settings_of
from gradkata.cli.state import HintsGiven
from gradkata.errors import UserError


def command(
    context: typer.Context,
    exercise_id: Annotated[str, typer.Argument(metavar="ID", help="The exercise.")],
    restart: Annotated[bool, typer.Option("--restart", help="Begin again with the first hint.")] = False,
) -> None:
    """Give the next hint for an exercise."""
    exercise = settings_of(context).kit().exercise(exercise_id)
    hints = exercise.hints
    if not hints:
        raise UserError(f"there are no hints for {exercise.id}")
    given = HintsGiven.of_user()
    number = 0 if restart else given.count(exercise)
    out = console(width=WIDTH)
    if number >= len(hints):
        line = f"You have had all {len(hints)} hints for {exercise.id}. {program()} hint {exercise.id} --restart begins"
        out.print(f"{line} again; {program()} solution {exercise.id} shows the answers.")
        return
    out.print(f"Hint {number + 1} of {len(hints)}", style="bold")
    out.print(markdown(hints[number]))
    try:
        given.remember(exercise, number + 1)
    except OSError as error:
        complain(f"{given.path}: cannot be written ({error.strerror}), so the next call gives this hint again")
