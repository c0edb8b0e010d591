"""`gradkata check`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gradkata.cli.latest import last_edited
from gradkata.cli.output import complain, console, program, say, short
from gradkata.cli.settings import ExitCode, settings_of
from gradkata.content import Exercise
from gradkata.errors import UserError

if TYPE_CHECKING:
    from gradkata.grading.submission import Submission
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
    real_devices: Annotated[
        bool, typer.Option("--real-devices", help="Judge devices on this machine's GPUs too, without a sandbox.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show every check with its evidence.")] = False,
) -> None:
    """Check your answer to an exercise."""
    kit = settings_of(context).kit()
    exercise = last_edited(kit) if exercise_id is None else kit.exercise(exercise_id)
    path = exercise.stub_path if file is None else file
    from gradkata.grading.example import is_graded_here
    from gradkata.grading.submission import Submission

    if file is None and not path.exists():
        raise UserError(f"{short(path)}: no such file; {program()} reset {exercise.id} writes the stub")
    submission = Submission.read(path)
    if not is_graded_here(exercise):
        raise typer.Exit(_self_check(exercise, submission, as_json=as_json))
    from gradkata.grading.grader import Grader

    with Grader(kit, tell=say) as grader:
        report = grader.grade(exercise, submission, seed=seed)
    if real_devices:
        from gradkata.grading.real_devices import on_real_devices

        report = on_real_devices(exercise, submission, report)
    if as_json:
        print(report.to_json())
    else:
        from gradkata.report.terminal import render

        out = console()
        render(report, out, verbose=verbose)
        out.print()
        out.print(_next(exercise, path, report), soft_wrap=True)
    sys.stdout.flush()
    _remember(exercise, submission.source, report)  # last: the verdict has been read by then, whatever becomes of this
    raise typer.Exit(exit_code(report))


def _self_check(exercise: Exercise, submission: Submission, *, as_json: bool) -> int:
    """Where there are no graders: run the card's example."""
    from gradkata.grading.example import run_example
    from gradkata.report.printable import printable

    if submission.fault:
        raise UserError(submission.fault)
    run = run_example(exercise, submission.source, submission.name)
    print(
        json.dumps({"exercise": exercise.id, "self_check": run.passed, "text": run.text})
        if as_json
        else printable(run.text)
    )
    return ExitCode.PASSED if run.passed else ExitCode.NOT_PASSED


def _remember(exercise: Exercise, source: str, report: Report) -> None:
    from gradkata.practice.attempt import Attempt
    from gradkata.practice.store import Store

    Store.of_user(complain).record(Attempt.of(exercise, report, source, origin="check"))


def exit_code(report: Report) -> int:
    """0 passed, 1 not passed, 3 not judged."""
    codes = {"passed": ExitCode.PASSED, "failed": ExitCode.NOT_PASSED}
    return codes.get(report.verdict.value, ExitCode.NOT_JUDGED)


def _next(exercise: Exercise, path: Path, report: Report) -> str:
    called = program()
    if report.passed:
        return f"Next: {called} solution {exercise.id} shows the answers to compare with."
    return f"Next: edit {short(path)} and check again.\nStuck? {called} hint {exercise.id} gives a hint."
