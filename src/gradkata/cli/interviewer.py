"""The interviewer's side of `gradkata interview`: guide, panel, scorecards; and what all its commands share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gradkata.cli.output import WIDTH, complain, console, markdown, say, short
from gradkata.cli.settings import settings_of
from gradkata.cli.state import replace as replace_file
from gradkata.errors import UserError

if TYPE_CHECKING:
    from gradkata.content import Exercise
    from gradkata.grading.submission import Submission
    from gradkata.interview.desk import Desk, Grade
    from gradkata.interview.log import Log
    from gradkata.interview.record import Interview
    from gradkata.interview.shelf import Shelf
    from gradkata.report.model import Report

AsJson = Annotated[bool, typer.Option("--json", help="The scorecard as one line of JSON.")]
Html = Annotated[Path | None, typer.Option("--html", metavar="F", help="Write the scorecard as a page, too.")]


def guide(
    context: typer.Context,
    exercise_id: Annotated[str, typer.Argument(metavar="ID", help="The exercise.")],
    html: Annotated[Path | None, typer.Option("--html", metavar="F", help="Write it as a page to print.")] = None,
) -> None:
    """Show the interviewer's sheet: how to pose it, what to expect, hints, follow-ups, red flags."""
    from gradkata.interview.sheet import compose

    exercise = settings_of(context).kit().exercise(exercise_id)
    text = compose(exercise)
    if html is None:
        console(width=WIDTH).print(markdown(text))
        return
    from gradkata.interview.pages import guide_page

    _write(html, guide_page(exercise.title, text))


def scorecard(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="The interview; without one, the last that was finished.")
    ] = None,
    as_json: AsJson = False,
    html: Html = None,
) -> None:
    """Show the scorecard of an interview again."""
    log = shelf().last() if name is None else shelf().log(name)
    if log is None:
        raise UserError("no interview is finished yet; `gradkata interview finish` ends the one that runs")
    show_scorecard(log, as_json=as_json, html=html)


def history() -> None:
    """List all interviews."""
    from gradkata.interview.scorecard import scorecard as score
    from gradkata.interview.screen import line

    names = shelf().names()
    if not names:
        print("There is no interview yet; `gradkata interview start` begins one.")
    out = console()
    for name in names:
        try:
            events = shelf().log(name).events()
        except UserError as error:
            complain(error.message)
            continue
        if not events:
            continue
        card = score(events)
        percent = "" if card.score is None else f" {card.score:.0%}"
        state = f"{card.rating.value}{percent}" if card.finished else "not finished"
        line(out, f"{card.name}  {state}  {', '.join(result.exercise for result in card.questions)}", hang=2)


def serve(
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, metavar="P", help="The port; 0 takes any that is free.")
    ] = 0,
) -> None:
    """Show the interviewer a live page of the running interview, on this machine only."""
    try:
        from gradkata.interview.panel import Panel
        from gradkata.interview.serving import run
    except ModuleNotFoundError as error:
        raise UserError(f"{error.name} is not installed; pip install 'gradkata[serve]' brings it") from error
    panel = Panel.on(desk())

    def tell(address: str) -> None:
        print(f"The interviewer's page: {address}", flush=True)
        say("Whoever has this address can see and tick. It works on this machine only; Ctrl-C ends it.")

    run(panel, port, tell)


def shelf() -> Shelf:
    """The user's interviews, in the state folder."""
    from gradkata.interview.shelf import Shelf
    from gradkata.practice.store import state_folder

    return Shelf(state_folder() / "interviews")


def desk() -> Desk:
    """The desk of the interview that runs."""
    from gradkata.interview.clock import now
    from gradkata.interview.desk import Desk

    on = shelf()
    log = on.running()
    if log is None:
        last = on.last()
        over = "" if last is None else f" ({last.path.parent.name} is over: `scorecard` shows it)"
        raise UserError(f"no interview is running; `gradkata interview start` begins one{over}")
    return Desk(log, now)


def looked(at: Desk) -> Interview:
    """The interview as it stands; says if a lost file was put back."""
    found = at.look()
    if found.restored is not None:
        say(f"{short(found.restored)} was gone; its last saved version was put back")
    return timed(at, found.interview)


def fresh(at: Desk) -> Interview:
    """The interview after a step, with the clock as it is now."""
    return timed(at, at.look().interview)


def timed(at: Desk, interview: Interview) -> Interview:
    """The interview with its clock as it is now."""
    return replace(interview, elapsed=interview.elapsed_at(at.clock()))


@contextmanager
def grading() -> Iterator[Grade]:
    """Grades by the one grader that `gradkata check` uses; it is started when it is first needed."""
    with ExitStack() as stack:
        found: list[Grade] = []

        def grade(exercise: Exercise, submission: Submission) -> Report:
            if not found:
                from gradkata.content import Kit
                from gradkata.grading.grader import Grader

                grader = stack.enter_context(Grader(Kit(exercise.root), tell=say))
                found.append(grader.grade)
            report = found[0](exercise, submission)
            _remember(exercise, submission, report)
            return report

        yield grade


def _remember(exercise: Exercise, submission: Submission, report: Report) -> None:
    """What was graded in an interview is practice, too: progress and reviews know of it."""
    from gradkata.practice.attempt import Attempt
    from gradkata.practice.store import Store

    Store.of_user().record(Attempt.of(exercise, report, submission.source, origin="interview"))


def show_scorecard(log: Log, *, as_json: bool, html: Path | None) -> None:
    """The scorecard in the faces that were asked for."""
    from gradkata.interview.scorecard import scorecard as score

    card = score(log.events())
    if html is not None:
        from gradkata.interview.pages import scorecard_page

        _write(html, scorecard_page(card))
    if as_json:
        print(card.to_json())
        return
    from gradkata.interview.screen import scorecard as draw

    draw(console(), card)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, text)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}") from error
    say(f"wrote {short(path)}")
