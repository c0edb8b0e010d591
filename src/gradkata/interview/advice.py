"""What to practise next: code that is wrong first, then where the interview lost most."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gradkata.interview.areas import AREAS, FREE_CHECKS, asked_places
from gradkata.interview.record import Question

MOST = 5
_GOOD_ENOUGH = 0.8


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to do, and the command that begins it."""

    exercise: str
    area: str
    text: str
    command: str


def advise(results: Sequence[tuple[Question, Mapping[str, float | None]]]) -> list[Advice]:
    """The advice for each question and its areas' scores."""
    losses: list[tuple[bool, float, int, Advice]] = []
    for number, (question, scores) in enumerate(results):
        seen: set[str] = set()
        for area in AREAS:
            score = scores[area.id]
            if score is None or score >= _GOOD_ENOUGH:
                continue
            advice = _advice(question, area.id)
            if advice.text not in seen:  # one mistake costs points in several areas
                seen.add(advice.text)
                about_code = _chosen(question, area.id) is _code
                losses.append((not about_code, -area.weight * (1 - score) * question.minutes, number, advice))
    losses.sort(key=lambda loss: loss[:3])
    return [advice for *_, advice in losses[:MOST]]


def _advice(question: Question, area: str) -> Advice:
    id_, title = question.exercise, question.title.rstrip(".?!")
    text, command = _chosen(question, area)(question)
    return Advice(id_, area, f"{title}: {text}", command.format(id=id_))


def _chosen(question: Question, area: str) -> Callable[[Question], tuple[str, str]]:
    """Who advises: where an answer did not pass, what it costs can wait until it is right."""
    if area == "efficiency" and not any(check.passed for check in question.checks[-1:]):
        return _code
    return _ADVICE.get(area, _code)


def _code(question: Question) -> tuple[str, str]:
    graded = question.final or (question.checks[-1] if question.checks else None)
    if graded is None:
        return "begin with the first hint, and write down what you know.", "gradkata hint {id}"
    named = [diagnosis["title"] for diagnosis in graded.report["diagnosis"]]
    if named:
        return f"mend this first: {named[0]}", "gradkata check {id}"
    failed = [check["title"] for check in graded.report["checks"] if check["status"] == "failed"]
    what = f"make it hold: {failed[0]}" if failed else "read the whole report."
    return what, "gradkata check {id}"


def _efficiency(question: Question) -> tuple[str, str]:
    graded = question.final or question.checks[-1]
    kinds = ("intermediates", "synchronisation", "devices")
    lost = [check for check in graded.report["checks"] if check["kind"] in kinds and check["status"] == "failed"]
    what = lost[0]["title"] if lost else "temporaries, waits and devices cost points."
    return f"spare memory and waits: {what}", "gradkata bench {id}"


def _speed(question: Question) -> tuple[str, str]:
    return f"write it again from the stub, in {question.minutes} minutes.", "gradkata reset {id}"


def _independence(_: Question) -> tuple[str, str]:
    what = f"do it again without hints and with at most {FREE_CHECKS} checks: test it yourself first."
    return what, "gradkata reset {id}"


def _clarifying(question: Question) -> tuple[str, str]:
    asked = asked_places(question)
    places = question.essential or range(len(question.clarifying))
    missed = [question.clarifying[place].question for place in places if place not in asked]
    what = f"ask before you write, for example: {missed[0]}" if missed else "ask before the first check."
    return what, "gradkata interview start --exercise {id}"


def _follow_ups(question: Question) -> tuple[str, str]:
    rated = [one for one in question.follow_ups if one.ticked]
    weakest = min(rated, key=lambda one: len(one.ticks) / max(1, len(question.follow_up_texts[one.index].points)))
    return f"say it aloud: {question.follow_up_texts[weakest.index].question}", "gradkata solution {id} --reveal"


_ADVICE = {
    "efficiency": _efficiency,
    "speed": _speed,
    "independence": _independence,
    "clarifying": _clarifying,
    "follow_ups": _follow_ups,
}
