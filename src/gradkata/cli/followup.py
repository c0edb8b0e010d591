"""`gradkata interview followup`: a follow-up question, its answer, and the key points that it made."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gradkata.cli.interviewer import desk as running_desk
from gradkata.cli.interviewer import fresh, looked
from gradkata.cli.output import WIDTH, console, program, say
from gradkata.errors import UserError

if TYPE_CHECKING:
    from gradkata.interview.desk import Desk
    from gradkata.interview.record import FollowUp


def command(
    answer: Annotated[str | None, typer.Option("--answer", metavar="TEXT", help="Answer it.")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", metavar="F", help="Answer it with this file's text (- for stdin).")
    ] = None,
    tick: Annotated[
        str | None, typer.Option("--tick", metavar="1,3", help="The key points that the answer made, or `none`.")
    ] = None,
    skip: Annotated[bool, typer.Option("--skip", help="Leave it without an answer.")] = False,
) -> None:
    """Pose the next follow-up question, take its answer, or tick the key points that it made."""
    from gradkata.interview import screen

    if sum([answer is not None, file is not None, skip]) > 1:
        raise UserError("give one of --answer, --file and --skip")
    points = None if tick is None else _numbers(tick)
    desk = running_desk()
    interview = looked(desk)
    out = console(width=WIDTH)
    given = "" if skip else answer if file is None else _read(file)
    if given is None and points is None:
        posed = desk.pose()
        screen.follow_up(out, interview.question, posed)
        given = _typed() if sys.stdin.isatty() else None
        if given is None:
            screen.line(out, f"Answer it: {program()} interview followup --answer TEXT, or --file F, or --skip")
    if given is not None:
        answered = _kept(desk, given)
        if not given.strip():
            answered = desk.tick([], "candidate")
        if points is None:
            screen.key_points(out, interview.question, answered)
            points = _ticked_at_terminal() if given.strip() else None
    if points is not None:
        ticked = desk.tick(points, "candidate")
        screen.key_points(out, interview.question, ticked)
    elif given is not None and given.strip():
        screen.line(out, f"Rate it: {program()} interview followup --tick 1,3 (or --tick none)")
    screen.foot(out, fresh(desk))


def _numbers(text: str) -> list[int]:
    if text.strip().lower() in {"none", "0", ""}:
        return []
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise UserError(f"--tick {text}: write the numbers of the key points, such as 1,3, or none") from None


def _read(file: Path) -> str:
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{file} is not UTF-8 text (byte {error.start}): save it as UTF-8") from error


def _typed() -> str | None:
    """An answer typed at the terminal, up to an empty line; `None` if nothing was typed."""
    print("Your answer, with an empty line at its end:")
    lines: list[str] = []
    for text in sys.stdin:
        if not text.strip():
            break
        lines.append(text)
    return "".join(lines) or None


def _kept(desk: Desk, text: str) -> FollowUp:
    """The answer, on the disk; if the disk refuses, the words are not lost with it."""
    try:
        return desk.answer(text)
    except UserError:
        if text.strip():
            say(f"The answer was not kept. It was:\n{text.rstrip()}")
        raise


def _ticked_at_terminal() -> list[int] | None:
    if not sys.stdin.isatty():
        return None
    said = typer.prompt("Which of them did it make (such as 1,3, or none; - to leave it open)", default="-")
    return None if said.strip() == "-" else _numbers(said)
