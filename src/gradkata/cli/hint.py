"""`gradkata hint`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gradkata.cli.output import WIDTH, complain, console, markdown, program
from gradkata.cli.settings import settings_of
from gradkata.content import Exercise
from gradkata.errors import UserError
from gradkata.practice.store import Store

if TYPE_CHECKING:
    from rich.console import Console


def command(
    context: typer.Context,
    exercise_id: Annotated[str, typer.Argument(metavar="ID", help="The exercise.")],
    restart: Annotated[bool, typer.Option("--restart", help="Begin again with the first hint.")] = False,
) -> None:
    """Give the next hint for an exercise."""
    exercise = settings_of(context).kit().exercise(exercise_id)
    next_hint(exercise, console(width=WIDTH), Store.of_user(complain), restart=restart)


def next_hint(exercise: Exercise, out: Console, store: Store, *, restart: bool = False) -> None:
    """Prints the next hint and remembers that it was given.

    Raises:
        UserError: the exercise has none.
    """
    hints = exercise.hints
    if not hints:
        raise UserError(f"there are no hints for {exercise.id}")
    number = 0 if restart else store.hints_given(exercise)
    if number >= len(hints):
        line = f"You have had all {len(hints)} hints for {exercise.id}. {program()} hint {exercise.id} --restart begins"
        out.print(f"{line} again; {program()} solution {exercise.id} shows the answers.")
        return
    out.print(f"Hint {number + 1} of {len(hints)}", style="bold")
    out.print(markdown(hints[number]))
    store.give_hint(exercise, number + 1)
