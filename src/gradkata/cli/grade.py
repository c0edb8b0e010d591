"""`gradkata grade`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from gradkata.cli.check import exit_code
from gradkata.cli.output import complain, say
from gradkata.cli.settings import ExitCode, settings_of
from gradkata.errors import UserError

# What the whole run returns: the first of these that any of its files returned.
_WORST_FIRST = (ExitCode.USAGE, ExitCode.NOT_JUDGED, ExitCode.NOT_PASSED, ExitCode.PASSED)


def command(
    context: typer.Context,
    exercise_id: Annotated[str, typer.Argument(metavar="ID", help="The exercise.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="The submissions.")],
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON report a line (the default).")] = True,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, metavar="N", help="Judge every file on the same generated cases.")
    ] = None,
) -> None:
    """Grade submissions: one JSON report a line on stdout, in the order of the files, progress on stderr."""
    del jsonl  # the one format there is; the option lets scripts say what they rely on
    kit = settings_of(context).kit()
    exercise = kit.exercise(exercise_id)
    from gradkata.grading.grader import Grader
    from gradkata.grading.submission import Submission

    codes: set[int] = set()
    with Grader(kit) as grader:
        for number, path in enumerate(files, 1):
            place = f"[{number}/{len(files)}]"
            try:
                submission = Submission.read(path)
            except UserError as error:
                # A line all the same: the n-th line belongs to the n-th file.
                print(json.dumps({"submission": {"name": str(path)}, "error": error.message}), flush=True)
                complain(f"{place} {error.message}")
                codes.add(ExitCode.USAGE)
                continue
            report = grader.grade(exercise, submission, seed=seed)
            print(report.to_json(), flush=True)
            points = f"{round(report.points, 2):g} of {round(report.max_points, 2):g} points"
            say(f"{place} {path}: {report.verdict.value}, {points}, {report.seconds:.2f} s")
            codes.add(exit_code(report))
    raise typer.Exit(next(code for code in _WORST_FIRST if code in codes))
