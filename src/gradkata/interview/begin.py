"""Begins an interview: writes down its questions with all that a score will need, and shows the first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from gradkata.content import Exercise, Kit
from gradkata.errors import UserError
from gradkata.interview.clarify import clarifying
from gradkata.interview.clock import Instant
from gradkata.interview.desk import Desk, opened
from gradkata.interview.log import Draft
from gradkata.interview.plan import Planned
from gradkata.interview.shelf import Shelf, interview_of
from gradkata.interview.workspace import Place, question_text, stub


def begin(
    shelf: Shelf,
    kit: Kit,
    planned: Sequence[Planned],
    *,
    minutes: int,
    seed: int,
    clock: Callable[[], Instant],
    workspace: Path | None = None,
) -> Desk:
    """A new interview, whose clock runs when this returns.

    Args:
        workspace: where the candidate works; a folder of the interview's own if it is `None`.

    Raises:
        UserError: one is running already, or a folder cannot be written.
    """
    refuse_second(shelf)
    begun = clock()
    name, log = shelf.new(begun)
    folder = log.path.parent / "work" if workspace is None else workspace.absolute() / f"interview-{name}"
    start = Draft(
        "started",
        {
            "name": name,
            "kit": str(kit.root.absolute()),
            "workspace": str(folder),
            "minutes": minutes,
            "seed": seed,
            "questions": [_facts(one.exercise, one.minutes) for one in planned],
        },
    )
    exercise = planned[0].exercise
    Place.of(folder, 0, exercise.id).prepare(question_text(exercise), stub(exercise))
    shelf.claim(name)
    log.change(lambda _: [start, opened(0, exercise)], begun)
    return Desk(log, clock)


def refuse_second(shelf: Shelf) -> None:
    """Raises `UserError` if an interview is running."""
    running = shelf.running()
    if running is not None:
        name = interview_of(running).name
        raise UserError(f"interview {name} is running; go on with it (`status` shows it), or `finish` it first")


def _facts(exercise: Exercise, minutes: int) -> dict[str, Any]:
    """What the card, the answer and the guide say now, so that a later edit of them changes no score."""
    card, guide = exercise.parsed_card(), exercise.guide()
    known = clarifying(card.bullets("Clarifying questions"))
    points = {answer.question: answer.points for answer in exercise.model_answers()}
    worth_asking = set() if guide is None else {pair.head for pair in guide.clarifying}
    titles = {mistake.name: mistake.title for mistake in exercise.mistakes()} if guide is not None else {}
    red_flags = guide.red_flags if guide is not None else ()
    return {
        "exercise": exercise.id,
        "title": exercise.title,
        "difficulty": exercise.difficulty,
        "minutes": minutes,
        "hint_count": len(exercise.hints),
        "clarifying": [{"question": one.question, "answer": one.answer} for one in known],
        "essential": [index for index, one in enumerate(known) if one.question in worth_asking],
        "follow_ups": [
            {"question": question, "points": list(points.get(question, ()))}
            for question in card.bullets("Follow-up questions")
        ],
        "probing": [pair.head for pair in guide.probing] if guide else [],
        "red_flags": [flag.title or titles.get(flag.mistake, flag.mistake) for flag in red_flags],
    }
