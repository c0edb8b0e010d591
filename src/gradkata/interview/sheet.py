"""The interviewer's sheet of an exercise, as one Markdown text: what the guide, the card, the hints and the grader say.

An exercise without a guide gets what its other files hold.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradkata.content import Exercise, Mistake
from gradkata.content.guide import Guide, RedFlag
from gradkata.interview.clarify import clarifying
from gradkata.interview.plan import estimate
from gradkata.interview.workspace import question_text

_PUBLIC = 153  # implementations found in public code, in which the mistakes were counted


def compose(exercise: Exercise) -> str:
    """The sheet."""
    guide = exercise.guide()
    return "\n\n".join(part for part in _parts(exercise, guide) if part) + "\n"


def _parts(exercise: Exercise, guide: Guide | None) -> Iterator[str]:
    yield f"# Interviewer's sheet: {exercise.title}"
    yield f"`{exercise.id}`, difficulty {exercise.difficulty} of 5, about {estimate(exercise)} minutes with follow-ups."
    if guide is None:
        yield "Nobody has written a guide for this exercise yet; this is what its other files say."
    yield "## Pose it"
    if guide is not None:
        yield guide.pose
    yield "The candidate sees this, and no contract:"
    yield _quoted(question_text(exercise))
    yield from _clarifying(exercise, guide)
    if guide is not None:
        yield "## What to expect by when"
        yield _list(f"**{step.minute} min:** {step.text}" for step in guide.timeline)
        yield "## Probing questions"
        yield _list(f"**{pair.head}** {pair.text}" for pair in guide.probing)
    yield from _hints(exercise, guide)
    yield from _follow_ups(exercise, guide)
    if guide is not None:
        mistakes = {mistake.name: mistake for mistake in exercise.mistakes()}
        yield "## Red flags"
        yield _list(_red_flag(flag, mistakes) for flag in guide.red_flags)


def _clarifying(exercise: Exercise, guide: Guide | None) -> Iterator[str]:
    why = {} if guide is None else {pair.head: pair.text for pair in guide.clarifying}
    known = clarifying(exercise.parsed_card().bullets("Clarifying questions"))
    if not known:
        return
    yield "## Clarifying questions"
    yield "Answer these when asked, in these words; volunteer none of them."
    if why:
        yield "Worth asking:"
        yield _list(f"**{one.question}** {one.answer} *{why[one.question]}*" for one in known if one.question in why)
        yield "Also answered:"
    yield _list(f"**{one.question}** {one.answer}" for one in known if one.question not in why)


def _hints(exercise: Exercise, guide: Guide | None) -> Iterator[str]:
    if not exercise.hints:
        return
    yield "## Hints, one at a time"
    when = {} if guide is None else {pair.head.rstrip(":"): pair.text for pair in guide.hints}
    for number, hint in enumerate(exercise.hints, 1):
        name = f"Hint {number}"
        yield f"**{name}**" + (f" ({when[name].rstrip('.')})" if name in when else "")
        yield _quoted(hint)


def _follow_ups(exercise: Exercise, guide: Guide | None) -> Iterator[str]:
    questions = exercise.parsed_card().bullets("Follow-up questions")
    levels = {} if guide is None else {one.question: one for one in guide.follow_ups}
    points = {answer.question: answer.points for answer in exercise.model_answers()}
    if questions:
        yield "## Follow-up questions"
    for question in questions:
        yield f"### {question}"
        if question in levels:
            level = levels[question]
            yield _list((f"**Weak:** {level.weak}", f"**Fair:** {level.fair}", f"**Strong:** {level.strong}"))
        if points.get(question):
            yield "Key points to tick:"
            yield "\n".join(f"{number}. {point}" for number, point in enumerate(points[question], 1))


def _red_flag(flag: RedFlag, mistakes: dict[str, Mistake]) -> str:
    mistake = mistakes.get(flag.mistake)
    if mistake is None:
        return f"**{flag.title or flag.mistake}** {flag.text}"
    seen = f" Seen in {mistake.seen} of {_PUBLIC} public implementations." if mistake.seen else ""
    return f"**{mistake.title}** (`{mistake.name}`): {flag.text}{seen}"


def _list(items: Iterator[str] | tuple[str, ...]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _quoted(text: str) -> str:
    """As a quotation: headings in it become bold lines, so that they are no headings of the sheet."""
    lines = (f"**{line.lstrip('# ')}**" if line.startswith("#") else line for line in text.strip().splitlines())
    return "\n".join(f"> {line}".rstrip() for line in lines)
