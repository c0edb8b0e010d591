"""`gradkata solution`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gradkata.cli.latest import was_edited
from gradkata.cli.output import CODE_THEME, WIDTH, complain, console, markdown, program, short
from gradkata.cli.settings import settings_of
from gradkata.content import Exercise
from gradkata.errors import UserError
from gradkata.practice.store import Store

if TYPE_CHECKING:
    from rich.console import Console


def command(
    context: typer.Context,
    exercise_id: Annotated[str, typer.Argument(metavar="ID", help="The exercise.")],
    reveal: Annotated[bool, typer.Option("--reveal", help="Show them without a first attempt.")] = False,
) -> None:
    """Show the reference answers and the answers to the follow-up questions, once you have tried."""
    exercise = settings_of(context).kit().exercise(exercise_id)
    if not exercise.solutions() and exercise.answer is None:
        raise UserError(f"this kit has no answers for {exercise.id}")
    if not reveal and not was_edited(exercise, exercise.stub_path):
        tried = f"try first: edit {short(exercise.stub_path)}, or take a hint with `{program()} hint {exercise.id}`"
        raise UserError(f"{tried} (--reveal shows the answers at once)")
    show_answers(exercise, console(width=WIDTH), Store.of_user(complain))


def show_answers(exercise: Exercise, out: Console, store: Store) -> None:
    """Prints the reference answers and the model answers, and remembers that they were shown."""
    from rich.rule import Rule
    from rich.syntax import Syntax

    colours = Syntax("", "python", theme=CODE_THEME, background_color="default")
    for solution in exercise.solutions():
        out.print(Rule(f"{solution.name}.py", align="left"))
        out.print(colours.highlight(solution.source), soft_wrap=True, end="")  # unwrapped: it may be copied
        if solution.loses:
            out.print(f"Known to lose points at: {', '.join(solution.loses)}")
        out.print()
    answer = exercise.answer
    if answer is not None:
        out.print(Rule("answer", align="left"))
        out.print(markdown(answer))
    store.show_answers(exercise)
