"""An interview in the terminal: at most 80 columns, readable without colour and in a pipe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from gradkata.interview.record import Check, FollowUp, Interview, Question, State, clock
from gradkata.report.printable import one_line, printable

if TYPE_CHECKING:
    from gradkata.interview.scorecard import QuestionResult, Scorecard

WIDTH = 80
_BAR = 10
_WORDS = {"passed": "passed", "failed": "not passed"}
_TIMELINE = 40


def line(out: Console, text: str = "", *, first: str = "", indent: int = 0, hang: int = 0, style: str = "") -> None:
    """One paragraph, wrapped at 80 columns.

    Args:
        first: stands before it; its other lines begin below its own beginning.
        indent: columns before the paragraph.
        hang: more columns before its second and later lines.
    """
    indent += len(first)
    width = max(20, min(out.width, WIDTH) - indent - hang)
    lines = Text(text).wrap(out, width) if text else [Text()]
    for number, one in enumerate(lines):
        pad = " " * (indent + hang) if number else first or " " * indent
        pad = pad if one.plain.strip() else ""
        out.print(Text(pad + one.plain.rstrip(), style=style), soft_wrap=True, highlight=False)


def foot(out: Console, interview: Interview) -> None:
    """The clock, below whatever a command said."""
    line(out)
    line(out, _clock_line(interview), style="dim")
    over = interview.elapsed - interview.minutes * 60
    if over > 0 and interview.state is not State.FINISHED:
        line(
            out,
            f"The {interview.minutes} minutes are over, since {clock(over)}. What you do now still counts, and shows.",
        )


def _clock_line(interview: Interview) -> str:
    question = interview.question
    paused = {State.PAUSED: ", paused", State.FINISHED: ", finished"}.get(interview.state, "")
    used = clock(question.used(interview.elapsed))
    return (
        f"{clock(interview.elapsed)} of {interview.minutes}:00{paused}; "
        f"question {interview.current + 1} of {len(interview.questions)}, {used} of about {question.minutes}:00"
    )


def status(out: Console, interview: Interview, file: str) -> None:
    """How things stand, as the candidate may see it."""
    question = interview.question
    line(out, f"Interview {interview.name}", style="bold")
    line(out, _clock_line(interview))
    line(out, f"Question {interview.current + 1}: {question.title}", hang=2)
    line(out, f"File: {file}", hang=2)
    last = next((check for check in reversed(question.checks) if check.counted), None)
    checks = f"{question.counted} so far" + (f", the last {verdict_line(last)}" if last else "")
    line(out, f"Checks: {checks}", hang=2)
    line(out, f"Hints: {len(question.hints)} of {question.hint_count}")
    asked = sum(one.answer is not None for one in question.asked)
    line(out, f"Clarifying questions: {len(question.asked)} asked, {asked} answered")
    rated = sum(one.ticked for one in question.follow_ups)
    line(out, f"Follow-up questions: {len(question.follow_ups)} posed, {rated} rated")
    for notice in interview.notices:
        line(out, f"Note: {notice}.", hang=2)
    over = interview.elapsed - interview.minutes * 60
    if over > 0:
        line(out, f"The {interview.minutes} minutes are over, since {clock(over)}.")


def verdict_line(check: Check) -> str:
    """The verdict and the points, in words."""
    report = check.report
    return f"{_WORDS.get(report['verdict'], 'not judged')}: {report['points']:g} of {report['max_points']:g} points"


def short_report(out: Console, number: int, check: Check) -> None:
    """What a candidate sees of a report: how much holds, and the first case that fails.

    Neither the names of the checks nor the diagnosis: they would answer what an interviewer asks.
    """
    report = check.report
    symbols = {"passed": "+", "failed": "x"} if out.options.ascii_only else {"passed": "✔", "failed": "✘"}
    style = {"passed": "green", "failed": "red"}.get(report["verdict"], "yellow")
    symbol = symbols.get(report["verdict"], "?")
    line(out, f"{symbol} {verdict_line(check)} (check {number})", hang=2, style=f"bold {style}")
    if report["fault"]:
        for one in printable(report["fault"]).splitlines():
            line(out, one, indent=2, hang=2)
        return
    kinds = Counter(result["kind"] for result in report["checks"])
    passed = Counter(result["kind"] for result in report["checks"] if result["status"] == "passed")
    for kind, count in kinds.items():
        line(out, f"{kind:<16}{passed[kind]:>3} of {count}", indent=2)
    first = _first_failure(report["checks"])
    if first is not None:
        line(out)
        line(out, "The first case that fails:")
        for one in printable(first["message"]).splitlines():
            if not one.startswith("Why:"):
                line(out, one, indent=2, hang=2)
    said = printable(report["output"]).rstrip().splitlines()
    if said:
        line(out)
        line(out, "Printed by your code:")
        for one in said[:5]:
            line(out, one, indent=2, hang=2)


def _first_failure(results: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    failed = [result for result in results if result["status"] == "failed" and result["message"]]
    return min(failed, key=lambda result: not result["required"], default=None)


def follow_up(out: Console, question: Question, one: FollowUp) -> None:
    """A follow-up question as it is posed."""
    text = question.follow_up_texts[one.index]
    line(out, f"Follow-up {one.index + 1} of {len(question.follow_up_texts)}", style="bold")
    line(out, one_line(text.question))


def key_points(out: Console, question: Question, one: FollowUp) -> None:
    """The model answer's key points, to be ticked."""
    points = question.follow_up_texts[one.index].points
    line(out, "Key points:" if points else "The kit has no key points for it.", style="bold")
    for number, point in enumerate(points, 1):
        tick = ("x" if number - 1 in one.ticks else " ") if one.ticked else "."
        line(out, f"[{tick}] {number}. {point}", indent=2, hang=7)


def scorecard(out: Console, card: Scorecard) -> None:
    """The whole scorecard."""
    over = f", {clock(card.over_seconds)} over" if card.over_seconds else ""
    score = "" if card.score is None else f", {card.score:.0%}"
    line(out, f"Interview {card.name}: {card.rating.value}{score}", style="bold")
    line(out, f"{clock(card.used_seconds)} of {card.minutes}:00{over}; begun {card.begun}; seed {card.seed}", hang=2)
    if not card.finished:
        line(out, "The interview is not finished: this is how it stands.")
    for number, result in enumerate(card.questions, 1):
        line(out)
        _question(out, number, result)
    if card.not_reached:
        line(out)
        line(out, f"Not reached: {'; '.join(card.not_reached)}", hang=2)
    _timeline(out, card)
    if card.suggestions:
        line(out)
        line(out, "What to practise next", style="bold")
        for number, one in enumerate(card.suggestions, 1):
            line(out, f"{number}. {one_line(one.text)}", indent=2, hang=3)
            line(out, one.command, indent=5)
    line(out)
    line(out, f"Rating: {card.rule}", hang=2, style="dim")


def _question(out: Console, number: int, result: QuestionResult) -> None:
    words = "passed" if result.passed else "not passed"
    score = "" if result.score is None else f", {result.score:.0%}"
    used = f"{clock(result.used_seconds)} of about {result.minutes}:00"
    line(out, f"{number}. {result.title}: {words}{score} ({used})", hang=3, style="bold")
    for area in result.areas:
        shown = "   -" if area.score is None else f"{area.score:4.0%}"
        line(out, one_line(area.evidence), first=f"  {area.name:<20} {_bar(out, area.score)} {shown}  ")
    for label, texts in (
        ("Behaves like", result.mistakes),
        ("Red flag", result.red_flags),
        ("Probing question answered", result.probing),
        ("Note", result.notes),
    ):
        for text in texts:
            line(out, f"{label}: {one_line(text)}", indent=2, hang=2)


def _bar(out: Console, score: float | None) -> str:
    full, empty = ("#", ".") if out.options.ascii_only else ("█", "░")
    count = 0 if score is None else round(_BAR * score)
    return full * count + empty * (_BAR - count)


def _timeline(out: Console, card: Scorecard) -> None:
    line(out)
    line(out, "Timeline", style="bold")
    moments = card.timeline
    left = max(0, len(moments) - _TIMELINE)
    for moment in moments[left:]:
        line(out, f"{clock(moment.at):>7}  {one_line(moment.text)}", indent=1, hang=9)
    if left:
        line(out, f"({left} earlier ones are in --json and --html)", indent=2)
    for notice in card.notices:
        line(out, f"Note: {notice}.", indent=1, hang=2)
