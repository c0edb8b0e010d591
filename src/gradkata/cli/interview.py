"""`gradkata interview`: a mock interview, step by step."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gradkata.cli import followup, interviewer
from gradkata.cli.output import WIDTH, complain, console, markdown, program, say, short
from gradkata.cli.settings import ExitCode, settings_of
from gradkata.errors import UserError

if TYPE_CHECKING:
    from gradkata.interview.desk import Desk
    from gradkata.interview.record import Interview

app = typer.Typer(no_args_is_help=True, help="Hold a mock interview: timed, scored, with follow-up questions.")

Edit = Annotated[bool, typer.Option("--edit", help="Open the file in $VISUAL or $EDITOR.")]


@app.command()
def start(
    context: typer.Context,
    track: Annotated[
        str | None,
        typer.Option("--track", metavar="T", help="Pick questions of this track, such as gradient-clipping."),
    ] = None,
    exercise: Annotated[
        list[str] | None, typer.Option("--exercise", metavar="ID", help="Ask this one; may be given several times.")
    ] = None,
    minutes: Annotated[int, typer.Option("--minutes", metavar="M", help="How long the interview is.")] = 45,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, metavar="N", help="Pick the same questions again.")
    ] = None,
    workspace: Annotated[
        Path | None, typer.Option("--workspace", metavar="DIR", help="Put the files to edit into a folder here.")
    ] = None,
    edit: Edit = False,
) -> None:
    """Begin an interview: pick questions, show the first, start the clock."""
    from gradkata.interview.begin import begin, refuse_second
    from gradkata.interview.clock import now
    from gradkata.interview.plan import checked_minutes, from_track, named

    shelf = interviewer.shelf()
    refuse_second(shelf)
    editor = _editor() if edit else None
    kit = settings_of(context).kit()
    checked_minutes(minutes)
    chosen_seed = _any_seed() if seed is None else seed
    planned = named(kit, exercise) if exercise else from_track(kit, track, minutes, chosen_seed)
    needed = sum(one.minutes for one in planned)
    desk = begin(shelf, kit, planned, minutes=minutes, seed=chosen_seed, clock=now, workspace=workspace)
    interview = desk.look().interview
    count = "1 question" if len(planned) == 1 else f"{len(planned)} questions"
    out = console(width=WIDTH)
    out.print(f"Interview {interview.name}: {count}, {minutes} minutes, seed {interview.seed}. The clock runs.")
    out.print(f"An interviewer can watch and rate it: {program()} interview serve", soft_wrap=True)
    if needed > minutes:
        say(f"these questions take about {needed} minutes together")
    _show_question(desk, interview, editor)


@app.command()
def question() -> None:
    """Show the question again."""
    desk = interviewer.desk()
    _show_question(desk, desk.look().interview, None)


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="As one line of JSON.")] = False,
) -> None:
    """Show the clock, the question and what was used so far."""
    from gradkata.interview import screen
    from gradkata.interview.desk import place_of

    interview = interviewer.looked(interviewer.desk())
    file = place_of(interview).file
    if as_json:
        import json

        at = interview.question
        facts = {
            "name": interview.name,
            "state": interview.state.value,
            "elapsed_seconds": round(interview.elapsed, 1),
            "minutes": interview.minutes,
            "question": interview.current + 1,
            "questions": len(interview.questions),
            "exercise": at.exercise,
            "file": str(file),
            "checks": at.counted,
            "hints": len(at.hints),
        }
        print(json.dumps(facts))
        return
    screen.status(console(), interview, short(file))


@app.command()
def check() -> None:
    """Grade what is saved now; each check is counted."""
    from gradkata.interview import screen

    desk = interviewer.desk()
    interviewer.looked(desk)
    with interviewer.grading() as grade:
        result, new = desk.check(grade)
    interview = interviewer.fresh(desk)
    out = console()
    counted = [one for one in interview.question.checks if one.counted]
    if not new:
        screen.line(out, "Nothing has changed since this check, so it is not counted again.")
    screen.short_report(out, counted.index(result) + 1 if result in counted else len(counted), result)
    screen.foot(out, interview)
    sys.stdout.flush()
    codes = {"passed": ExitCode.PASSED, "failed": ExitCode.NOT_PASSED}
    raise typer.Exit(codes.get(result.report["verdict"], ExitCode.NOT_JUDGED))


@app.command()
def hint() -> None:
    """Take the next hint; each costs."""
    from gradkata.interview import screen
    from gradkata.interview.areas import HINT_COSTS

    desk = interviewer.desk()
    interviewer.looked(desk)
    number, text = desk.hint()
    out = console(width=WIDTH)
    out.print(f"Hint {number} (it costs {HINT_COSTS:.0%} of independence)", style="bold")
    out.print(markdown(text))
    screen.foot(out, interviewer.fresh(desk))


@app.command()
def ask(
    text: Annotated[list[str], typer.Argument(metavar="QUESTION", help="In your own words, in quotes.")],
) -> None:
    """Ask a clarifying question. Asking well is part of the score."""
    from gradkata.interview import screen

    desk = interviewer.desk()
    interviewer.looked(desk)
    answer, before = desk.ask(" ".join(text))
    out = console(width=WIDTH)
    if answer is None:
        nothing = "The card does not answer that, or not in these words. Ask otherwise, or decide and say so."
        screen.line(out, nothing)
    else:
        out.print(markdown(("As before: " if before else "") + answer))
    screen.foot(out, interviewer.fresh(desk))


app.command("followup")(followup.command)


@app.command("next")
def next_question(edit: Edit = False) -> None:
    """Go on to the next question."""
    editor = _editor() if edit else None
    desk = interviewer.desk()
    interviewer.looked(desk)
    _show_question(desk, desk.next(), editor)


@app.command()
def pause() -> None:
    """Stop the clock."""
    from gradkata.interview import screen

    desk = interviewer.desk()
    screen.foot(console(), desk.pause())


@app.command()
def resume() -> None:
    """Let the clock run again."""
    from gradkata.interview import screen

    desk = interviewer.desk()
    screen.foot(console(), desk.resume())


@app.command()
def finish(
    as_json: interviewer.AsJson = False,
    html: interviewer.Html = None,
    grade: Annotated[bool, typer.Option("--grade/--no-grade", help="Grade what was not checked as it stands.")] = True,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """End the interview and show its scorecard."""
    desk = interviewer.desk()
    interview = interviewer.looked(desk)
    left = len(interview.questions) - interview.current - 1
    if left and not yes and sys.stdin.isatty() and not typer.confirm(f"End with {left} of the questions not shown?"):
        print("The interview goes on.")
        raise typer.Exit(ExitCode.NOT_PASSED)
    with interviewer.grading() as grader:
        try:
            desk.finish(grader if grade else None)
        except UserError as error:
            mend = f"{program()} interview finish --no-grade ends it all the same"
            raise UserError(f"{error.message} ({mend})" if grade else error.message, error.exit_code) from error
    interviewer.shelf().release()
    interviewer.show_scorecard(desk.log, as_json=as_json, html=html)


app.command("guide")(interviewer.guide)
app.command("serve")(interviewer.serve)
app.command("scorecard")(interviewer.scorecard)
app.command("history")(interviewer.history)


def _show_question(desk: Desk, interview: Interview, editor: list[str] | None) -> None:
    from gradkata.interview import screen
    from gradkata.interview.desk import place_of
    from gradkata.interview.workspace import question_text

    out = console(width=WIDTH)
    out.print()
    out.print(markdown(question_text(desk.exercise(interview))))
    out.print()
    file = place_of(interview).file
    out.print(f"Your file: {short(file)}", soft_wrap=True)
    called = f"{program()} interview"
    screen.line(out, f"{called} ask QUESTION, check, hint, status; followup when it passes; next, finish")
    screen.foot(out, interviewer.timed(desk, interview))
    if editor is not None:
        _open(editor, file)


def _any_seed() -> int:
    import secrets

    return secrets.randbelow(1_000_000)


def _editor() -> list[str]:
    """The editor's command; asked for before anything begins."""
    import os
    import shlex
    import shutil

    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")
    if not command:
        raise UserError("--edit: neither VISUAL nor EDITOR names an editor; leave it out and open the file yourself")
    if shutil.which(command[0]) is None:
        raise UserError(f"--edit: there is no program {command[0]}; mend EDITOR, or leave --edit out")
    return command


def _open(editor: list[str], file: Path) -> None:
    import subprocess

    try:
        subprocess.run([*editor, str(file)], check=False)
    except OSError as error:
        complain(f"{editor[0]} does not start ({error.strerror}); open {short(file)} yourself")
