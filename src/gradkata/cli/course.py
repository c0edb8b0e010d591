"""`gradkata course`: an nbgrader course from a kit, graded in parallel; and what its students install."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from gradkata.cli.output import complain, say, short
from gradkata.cli.settings import ExitCode, settings_of
from gradkata.errors import UserError

app = typer.Typer(
    no_args_is_help=True, help="For instructors: make an nbgrader course, grade it, bundle what students need."
)


@app.command("init")
def init(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The course's folder; it must not hold one yet.")],
    exercises: Annotated[
        list[str] | None, typer.Option("--exercise", "-e", metavar="ID", help="Only this exercise; may be repeated.")
    ] = None,
    question_points: Annotated[
        float,
        typer.Option("--question-points", min=0, metavar="N", help="For each follow-up question; 0: none is asked."),
    ] = 5,
) -> None:
    """Make a course: notebooks with answers, grade cells and rubrics, nbgrader's configuration, a README."""
    settings = settings_of(context)
    kit = settings.kit()
    _needs_nbgrader()
    from gradkata.content.kit import ENVIRONMENT_VARIABLE
    from gradkata.course.making import Wanted, chosen, make
    from gradkata.worker.confine import probe

    came_along = settings.kit_folder is None and not os.environ.get(ENVIRONMENT_VARIABLE)
    confined = probe()
    wanted = Wanted(
        exercises=chosen(kit, exercises or []),
        kit="" if came_along else str(kit.root.resolve()),
        question_points=question_points,
        require_sandbox=confined.full,
    )
    for assignment in make(folder, wanted):
        count = len(assignment.notebooks)
        print(f"{short(folder / 'source' / assignment.name)}: {count} notebooks, {assignment.points} points")
    if not confined.full:
        say(f"submissions are not fully confined here ({confined.line}): grade on Linux, or only what you trust")
    print(f"Next: read {short(folder / 'README.md')}")


@app.command("autograde")
def autograde(
    assignment: Annotated[str, typer.Argument(metavar="ASSIGNMENT", help="Its name, a folder below source/.")],
    course: Annotated[Path, typer.Option("--course", metavar="DIR", help="The course's folder.")] = Path(),
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, metavar="N", help="Grade N at a time; by default one for each core.")
    ] = None,
    dask: Annotated[
        str | None, typer.Option("--dask", metavar="ADDRESS", help="Grade on this Dask scheduler's workers.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Grade anew what is graded already. To go on, leave it out.")
    ] = False,
) -> None:
    """Grade all submissions of an assignment, several at a time, and write nbgrader's gradebook."""
    _needs_nbgrader()
    from gradkata.cli.progress import Progress
    from gradkata.course.running import Options, Run
    from gradkata.report.printable import one_line

    run = Run(course, assignment, Options(jobs, dask, force))
    troubles = 0
    with Progress(len(run.work)) as progress:
        try:
            for written in run.go():
                progress.advance()
                for line in written.lines:
                    print(one_line(line), flush=True)
                if written.trouble:
                    troubles += 1
                    complain(one_line(f"{written.student}: {written.trouble}"))
        except KeyboardInterrupt:
            progress.stop()
            say("interrupted; the same command goes on from there")
            raise
    count = len(run.work) - troubles
    trouble = (
        f", {troubles} with trouble (named above): run the command again, or see to them in formgrader"
        if troubles
        else ""
    )
    say(f"{count} submissions written to the gradebook, {len(run.unchanged)} unchanged{trouble}")
    raise typer.Exit(ExitCode.NOT_JUDGED if troubles else ExitCode.PASSED)


@app.command("bundle")
def bundle(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where to write the wheel.")] = Path(),
) -> None:
    """Make the package that students install: no answers, no graders, no mistakes."""
    _needs_graders()
    from gradkata.course.bundle import write_wheel

    wheel = write_wheel(settings_of(context).kit(), out)
    print(f"{short(wheel)}: students install it with `pip install {wheel.name}`")


def _needs_nbgrader() -> None:
    from importlib.util import find_spec

    _needs_graders()
    if find_spec("nbgrader") is None:
        raise UserError("a course needs nbgrader: pip install 'gradkata[notebook]'")


def _needs_graders() -> None:
    from importlib.util import find_spec

    if find_spec("gradkata.course") is None:
        raise UserError("this installation is a student's: a course is made with the whole of gradkata")
