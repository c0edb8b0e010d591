"""What each area of a question scores, and on what evidence.

Every score is a number from 0 to 1, or `None` where nothing was seen that could be scored; it then counts for nothing.
The rules are stated in `RULES`, word for word as the scorecard prints them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gradkata.interview.record import Check, FollowUp, Question, clock

HINT_COSTS = 0.25
FREE_CHECKS = 3
CHECK_COSTS = 0.1
ENOUGH_QUESTIONS = 3
LATE_QUESTION = 0.5
OTHER_QUESTION = 1 / 3


@dataclass(frozen=True, slots=True)
class Score:
    """A score with what it rests on."""

    value: float | None
    evidence: str


@dataclass(frozen=True, slots=True)
class Area:
    """One row of the scorecard. `weight` is its share; `score` takes a question and the clock at its end."""

    id: str
    name: str
    weight: int
    rule: str
    score: Callable[[Question, float], Score]


def _points(*kinds: str) -> Callable[[Question, float], Score]:
    """The share of the points of the checks of these kinds, for the answer as it stood at the end."""

    def score(question: Question, _: float) -> Score:
        if not question.saves and not question.checks:
            return Score(0.0, "nothing was written")
        check, note = _graded(question)
        if check is None:
            return Score(None, "not graded")
        if check.report["verdict"] == "not_judged":
            return Score(None, "could not be judged, which is no fault of the answer")
        chosen = [result for result in check.report["checks"] if result["kind"] in kinds]
        most = sum(result["max_points"] for result in chosen)
        if not most:
            return Score(None, "not asked for here")
        points = sum(result["points"] for result in chosen)
        failed = [result["id"] for result in chosen if result["status"] != "passed"]
        parts = [f"{points:g} of {most:g} points{note}"]
        if failed:
            parts.append(f"failed: {_some(failed)}")
        figures = _figures(chosen)
        if figures:
            parts.append(figures)
        return Score(points / most, "; ".join(parts))

    return score


def _graded(question: Question) -> tuple[Check | None, str]:
    """The grading that counts: of the last version, else of the last one that was graded."""
    if question.final is not None:
        return question.final, ""
    if question.checks:
        return question.checks[-1], " (of an earlier version; the last one was not graded)"
    return None, ""


def _figures(results: list[Mapping[str, Any]]) -> str:
    """What was measured, at its worst: waits, launches and new bytes."""
    worst: dict[str, float] = {}
    for result in results:
        for name in ("waits", "launches", "largest new bytes"):
            value = result["evidence"].get(name)
            if isinstance(value, int | float):
                worst[name] = max(worst.get(name, 0), value)
    return ", ".join(f"{name} {value:g}" for name, value in worst.items())


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def passed_after(question: Question, end: float) -> float | None:
    """Seconds from the question's beginning to the first version that passed."""
    if question.opened_at is None:
        return None
    for check in question.checks:
        if check.passed:
            at = check.at if check.counted or question.closed_at is None else min(check.at, question.closed_at)
            return min(at, end) - question.opened_at
    return None


def _speed(question: Question, end: float) -> Score:
    allowed = question.minutes * 60
    if not question.checks and question.saves:
        return Score(None, "not graded")
    took = passed_after(question, end)
    if took is None:
        return Score(0.0, f"no version passed in {clock(question.used(end))}")
    return Score(
        max(0.0, min(1.0, 2 - took / allowed)),
        f"passed after {clock(took)}; the guide allows {question.minutes} minutes",
    )


def _independence(question: Question, _: float) -> Score:
    hints, checks = len(question.hints), question.counted
    if not question.saves and not hints:
        return Score(None, "nothing was written")
    value = 1 - HINT_COSTS * hints - CHECK_COSTS * max(0, checks - FREE_CHECKS)
    of_hints = f"{hints} of {question.hint_count} hints"
    return Score(max(0.0, value), f"{of_hints}, {checks} {'check' if checks == 1 else 'checks'}")


def asked_places(question: Question) -> dict[int, float]:
    """Which of the card's clarifying questions were asked, and what each counts: aloud and ticked counts in full."""
    found: dict[int, float] = {}
    for asked in question.asked:
        if asked.answer is not None:
            worth = 1.0 if asked.before_check else LATE_QUESTION
            found[asked.answer] = max(found.get(asked.answer, 0.0), worth)
    for group, item in question.marks:
        if group == "clarifying":
            found[item] = 1.0
    return found


def _clarifying(question: Question, _: float) -> Score:
    if not question.clarifying:
        return Score(None, "the card answers none")
    essential = set(question.essential or range(len(question.clarifying)))
    asked = asked_places(question)
    full = min(ENOUGH_QUESTIONS, len(essential))
    credit = sum(worth * (1 if place in essential else OTHER_QUESTION) for place, worth in asked.items())
    hit = len(essential & asked.keys())
    other = len(asked) - hit
    evidence = f"{hit} of {len(essential)} that matter" + (f", {other} other" if other else "")
    unmatched = sum(one.answer is None for one in question.asked)
    if unmatched:
        evidence += f", {unmatched} that the card does not answer"
    return Score(min(1.0, credit / full), evidence)


def _follow_ups(question: Question, _: float) -> Score:
    if not question.follow_ups:
        return Score(None, "none was posed")
    rated = [one for one in question.follow_ups if one.ticked and question.follow_up_texts[one.index].points]
    open_ = len(question.follow_ups) - len(rated)
    rest = f"; {open_} not rated" if open_ else ""
    if not rated:
        return Score(None, f"{len(question.follow_ups)} posed{rest}")
    made = sum(len(one.ticks) for one in rated)
    points = sum(_points_of(question, one) for one in rated)
    value = sum(len(one.ticks) / _points_of(question, one) for one in rated) / len(rated)
    return Score(value, f"{made} of {points} key points in {len(rated)} rated{rest}")


def _points_of(question: Question, follow_up: FollowUp) -> int:
    return len(question.follow_up_texts[follow_up.index].points)


AREAS = (
    Area(
        "correctness",
        "Correctness",
        25,
        "points of the correctness, parity and integrity checks",
        _points("correctness", "parity", "integrity"),
    ),
    Area("robustness", "Robustness", 20, "points of the robustness checks", _points("robustness")),
    Area(
        "efficiency",
        "Efficiency",
        10,
        "points for temporaries, waits for the device, and several devices",
        _points("intermediates", "synchronisation", "devices"),
    ),
    Area("order", "Order", 10, "points of the ordering checks, where the exercise has any", _points("ordering")),
    Area("speed", "Speed", 10, "full if it passed within the guide's minutes, none at twice that or if never", _speed),
    Area(
        "independence",
        "Independence",
        10,
        f"each hint costs {HINT_COSTS:.0%}, each check after the {FREE_CHECKS}rd {CHECK_COSTS:.0%}",
        _independence,
    ),
    Area(
        "clarifying",
        "Clarifying questions",
        10,
        f"full for {ENOUGH_QUESTIONS} that matter, asked before the first check; half if later, a third for others",
        _clarifying,
    ),
    Area("follow_ups", "Follow-up questions", 15, "share of the key points made, of those rated", _follow_ups),
)
