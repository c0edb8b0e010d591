"""`gradkata demo`: what verdicts look like, on a right answer, a known mistake and the untouched stub."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Protocol, TypeVar

import typer

from gradkata.cli.output import console, program, say, short
from gradkata.cli.settings import ExitCode, settings_of
from gradkata.content import Exercise, Kit
from gradkata.errors import UserError, nearest

if TYPE_CHECKING:
    from gradkata.report.model import Report


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_N = TypeVar("_N", bound=_Named)


def command(
    context: typer.Context,
    exercise_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="The exercise; else the first.")] = None,
    solution: Annotated[
        str, typer.Option("--solution", metavar="NAME", help="The right answer to grade.")
    ] = "reference",
    mistake: Annotated[
        str | None, typer.Option("--mistake", metavar="NAME", help="The wrong one; else that seen most often.")
    ] = None,
) -> None:
    """Grade a right answer, a wrong one and the untouched stub, and show the three reports."""
    kit = settings_of(context).kit()
    exercise = _first(kit) if exercise_id is None else kit.exercise(exercise_id)
    right = _named(exercise, "solution", exercise.solutions(), solution)
    mistakes = exercise.mistakes()
    if not mistakes:
        raise UserError(f"this kit has no mistakes for {exercise.id}")
    often = max(mistakes, key=lambda one: one.seen or 0)
    wrong = often if mistake is None else _named(exercise, "mistake", mistakes, mistake)
    files = [
        (short(right.path), right.source),
        (short(wrong.variants[0].path), wrong.variants[0].source),
        (short(exercise.stub_path), exercise.stub),
    ]
    from gradkata.grading.grader import Grader
    from gradkata.grading.submission import Submission

    verdicts: list[str] = []
    with Grader(kit, tell=say) as grader:
        for number, (name, source) in enumerate(files, 1):
            report = grader.grade(exercise, Submission.of(name, source))
            _show(f"{number} of {len(files)}: {name}", report)
            verdicts.append(report.verdict.value)
    _next(exercise)
    if "not_judged" in verdicts:
        raise typer.Exit(ExitCode.NOT_JUDGED)
    as_they_should = verdicts == ["passed", "failed", "failed"]
    raise typer.Exit(ExitCode.PASSED if as_they_should else ExitCode.NOT_PASSED)


def _first(kit: Kit) -> Exercise:
    exercises = kit.exercises()
    if not exercises:
        raise UserError(f"{kit.root} has no exercises")
    return exercises[0]


def _named(exercise: Exercise, kind: str, things: Iterable[_N], name: str) -> _N:
    by_name = {thing.name: thing for thing in things}
    if name not in by_name:
        raise UserError(f"{exercise.id} has no {kind} `{name}`{nearest(name, by_name)}")
    return by_name[name]


def _show(title: str, report: Report) -> None:
    from rich.rule import Rule

    from gradkata.report.terminal import WIDTH, render

    out = console(width=WIDTH)
    out.print(Rule(title, align="left"))
    render(report, out)
    out.print()


def _next(exercise: Exercise) -> None:
    called = program()
    out = console()
    out.print("Your turn", style="bold")
    out.print(f"  1. read the question    {called} show {exercise.id}", soft_wrap=True)
    out.print(f"  2. write the answer in  {short(exercise.stub_path)}", soft_wrap=True)
    out.print(f"  3. see the verdict      {called} check {exercise.id}", soft_wrap=True)
    out.print(f"  When stuck: {called} hint {exercise.id}. All exercises: {called} list", soft_wrap=True)
