"""`gradkata show`."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from gradkata.cli.output import WIDTH, console, markdown, program, short
from gradkata.cli.settings import settings_of

_HEAD_LINE = re.compile(r"^\*\*\w+:\*\*.*$", re.MULTILINE)


def command(
    context: typer.Context,
    exercise_id: Annotated[str, typer.Argument(metavar="ID", help="The exercise.")],
) -> None:
    """Show an exercise's card: the question, the contract, an example."""
    exercise = settings_of(context).kit().exercise(exercise_id)
    out = console(width=WIDTH)
    out.print(markdown(_HEAD_LINE.sub(r"\g<0>  ", exercise.card)))  # two spaces: Markdown's line break
    out.print()
    out.print(f"Next: edit {short(exercise.stub_path)} and run {program()} check {exercise.id}", soft_wrap=True)
