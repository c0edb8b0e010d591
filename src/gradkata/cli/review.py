"""`gradkata review`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from gradkata.cli.output import WIDTH, complain, console, markdown, program, short
from gradkata.cli.settings import settings_of
from gradkata.practice.store import Store

if TYPE_CHECKING:
    from fsrs import Rating
    from rich.console import Console

    from gradkata.practice.reviewing import Agenda, Item

_RATINGS = {"a": 1, "h": 2, "g": 3, "e": 4}


def command(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="At most so many at a time.")] = 10,
) -> None:
    """Ask again what you might forget: exercises to write anew, follow-up questions as flash cards."""
    from gradkata.practice.reviewing import agenda

    kit = settings_of(context).kit()
    store = Store.of_user(complain)
    found = agenda(store, kit, datetime.now(UTC))
    out = console(width=WIDTH)
    shown = found.due[:limit]
    _overview(found, shown, out)
    if shown and sys.stdin.isatty() and sys.stdout.isatty():
        for number, item in enumerate(shown, 1):
            if item.answer is not None:
                out.rule(f"{number} of {len(shown)}: {item.exercise.id}", align="left", characters="-")
                _flash_card(store, item, out)
        out.print("That was all for now.")


def _overview(found: Agenda, shown: tuple[Item, ...], out: Console) -> None:
    if not shown:
        if found.next_at is None:
            out.print(
                f"Nothing to review yet: it begins when an exercise is solved ({program()} watch).", soft_wrap=True
            )
        else:
            out.print(f"Nothing is due before {found.next_at.astimezone():%Y-%m-%d %H:%M}.")
        return
    left = len(found.due) - len(shown)
    out.print(f"{len(found.due)} due{f', the first {len(shown)} of them' if left else ''}:", style="bold")
    for item in shown:
        exercise = item.exercise
        if item.answer is None:
            again = f"{program()} reset {exercise.id}, then write {short(exercise.stub_path)} anew"
            out.print(f"  {exercise.id}: {again}", soft_wrap=True)
        else:
            out.print(f"  {exercise.id}: {item.answer.question}", soft_wrap=True)
    out.print()


def _flash_card(store: Store, item: Item, out: Console) -> None:
    from gradkata.practice.reviewing import rate

    answer = item.answer
    assert answer is not None
    out.print(answer.question, style="bold")
    out.print()
    _typed("Answer aloud, or type; Enter alone ends your answer.")
    out.print()
    out.print(markdown(answer.text))
    out.print()
    rating = _ticked(answer.points, out) if answer.points else _self_rated()
    due = rate(store, item, rating, datetime.now(UTC))
    if due is not None:
        out.print(f"{rating.name}: again on {due.astimezone():%Y-%m-%d}.")
    out.print()


def _typed(prompt: str) -> None:
    """What the learner types is theirs: it is not kept."""
    print(prompt)
    try:
        while input("> "):
            pass
    except EOFError:
        print()


def _ticked(points: tuple[str, ...], out: Console) -> Rating:
    from gradkata.practice.reviewing import rating_of_ticks

    out.print("Which of the key points did you have? (Enter: yes, n: no)", style="bold")
    ticked = sum(not _asked(f"  {point} [Y/n] ").lower().startswith("n") for point in points)
    out.print(f"{ticked} of {len(points)} key points")
    return rating_of_ticks(ticked, len(points))


def _self_rated() -> Rating:
    from fsrs import Rating

    while True:
        said = _asked("How did it go? [a]gain, [h]ard, [g]ood, [e]asy: ").strip().lower()[:1]
        if said in _RATINGS:
            return Rating(_RATINGS[said])


def _asked(question: str) -> str:
    try:
        return input(question)
    except EOFError:  # Ctrl-D: whoever leaves has rated nothing
        raise KeyboardInterrupt from None
