"""`gradkata check`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gradkata.cli.latest import last_edited
from gradkata.cli.output import console, program, say, short
from gradkata.cli.settings import ExitCode, settings_of
from gradkata.content import Exercise

if TYPE_CHECKING:
    from gradkata.report.model import Report


def command(
    context: typer.Context,
    exercise_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="The exercise; without one, that edited last.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", metavar="F", help="Check this file instead of the exercise's own.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The report as one line of JSON.")] = False,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, metavar="N", help="Repeat the generated cases of a report.")
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show every check with its evidence.")] = False,
) -> None:
    """Check your answer to an exercise."""
    kit = settings_of(context).kit()
    exercise = last_edited(kit) if exercise_id is None else kit.exercise(exercise_id)
    path = exercise.stub_path if file is None else file
    from gradkata.grading.grader import Grader
    from gradkata.grading.submission import Submission

    submission = Submission.read(path)
    with Grader(kit, tell=say) as grader:
        report = grader.grade(exercise, submission, seed=seed)
    if as_json:
        print(report.to_json())
    else:
        from gradkata.report.terminal import render

        out = console()
        render(report, out, verbose=verbose)
        out.print()
        out.print(_next(exercise, path, report), soft_wrap=True)
    sys.stdout.flush()
    raise typer.Exit(exit_code(report))


def exit_code(report: Report) -> int:
    """0 passed, 1 not passed, 3 not judged."""
    codes = {"passed": ExitCode.PASSED, "failed": ExitCode.NOT_PASSED}
    return codes.get(report.verdict.value, ExitCode.NOT_JUDGED)


def _next(exercise: Exercise, path: Path, report: Report) -> str:
    called = program()
    if report.passed:
        return f"Next: {called} solution {exercise.id} shows the answers to compare with."
    return f"Next: edit {short(path)} and check again.\nStuck? {called} hint {exercise.id} gives a hint."
