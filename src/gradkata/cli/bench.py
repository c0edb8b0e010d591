"""`gradkata bench`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gradkata.cli.latest import last_edited, was_edited
from gradkata.cli.output import console, say, short
from gradkata.cli.settings import settings_of
from gradkata.content import Exercise
from gradkata.errors import UserError

if TYPE_CHECKING:
    from gradkata.bench.running import Answer


def command(
    context: typer.Context,
    exercise_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="The exercise; without one, that edited last.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", metavar="F", help="Time this file instead of the exercise's own.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="OUT.png", help="Draw the times (needs matplotlib).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything measured as one line of JSON.")] = False,
    rounds: Annotated[
        int, typer.Option("--rounds", min=1, max=1000, metavar="N", help="Fewer are quicker, more are steadier.")
    ] = 9,
) -> None:
    """Compare the cost of your answer with PyTorch and the reference solutions.

    Your file runs as `python FILE` would, without the sandbox that `check` has: bench only what you trust.
    """
    kit = settings_of(context).kit()
    exercise = last_edited(kit) if exercise_id is None else kit.exercise(exercise_id)
    from gradkata.bench.running import bench_path, compare

    bench_path(exercise)
    learners = _answer(exercise, file)
    if plot is not None:
        from gradkata.bench.plot import ready

        ready(plot)
    comparison = compare(exercise, learners, rounds, lambda what: say(f"measured {what}"))
    if plot is not None:
        from gradkata.bench.plot import draw

        draw(comparison, plot)
        say(f"wrote {short(plot)}")
    if as_json:
        print(json.dumps(comparison.to_dict()))
    else:
        from gradkata.bench.table import WIDTH, render

        render(comparison, console(width=WIDTH))
    sys.stdout.flush()


def _answer(exercise: Exercise, file: Path | None) -> Answer | None:
    """The learner's answer; none where the exercise's own file is still the stub, and no other is named."""
    from gradkata.bench.running import Answer
    from gradkata.grading.submission import Submission

    path = exercise.stub_path if file is None else file
    if file is None and not was_edited(exercise, path):
        say(f"{short(path)} is not written yet: without a row of its own")
        return None
    submission = Submission.read(path)
    if submission.fault:
        raise UserError(submission.fault, exit_code=1)
    return Answer("yours", submission.name, submission.source)
