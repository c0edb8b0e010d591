"""From events to what happened: a pure function, so that everything can be drawn again from what is stored.

Kinds of events that this version does not know are passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from gradkata.interview.clarify import Clarifying
from gradkata.interview.clock import jump, seconds_between
from gradkata.interview.log import Event
from gradkata.interview.record import (
    Asked,
    Check,
    FollowUp,
    FollowUpText,
    Interview,
    Moment,
    Question,
    Save,
    State,
    clock,
    duration,
)

Data = Mapping[str, Any]


def read(events: Sequence[Event]) -> Interview:
    """The interview that these events tell; the first of them is its start."""
    return go_on(_started(events[0]), events[1:])


def go_on(interview: Interview, events: Sequence[Event]) -> Interview:
    """The interview after more events."""
    for event in events:
        interview = _step(interview, event)
    return interview


def _started(event: Event) -> Interview:
    data = event.data
    questions = tuple(
        Question(
            exercise=one["exercise"],
            title=one["title"],
            difficulty=one["difficulty"],
            minutes=one["minutes"],
            hint_count=one["hint_count"],
            clarifying=tuple(Clarifying(text["question"], text["answer"]) for text in one["clarifying"]),
            essential=tuple(one["essential"]),
            follow_up_texts=tuple(FollowUpText(text["question"], tuple(text["points"])) for text in one["follow_ups"]),
            probing=tuple(one["probing"]),
            red_flags=tuple(one["red_flags"]),
        )
        for one in data["questions"]
    )
    return Interview(
        name=data["name"],
        kit=data["kit"],
        workspace=data["workspace"],
        minutes=data["minutes"],
        seed=data["seed"],
        questions=questions,
        begun=event.at,
        last=event.at,
        moments=(Moment(0.0, "started", None, f"The interview begins: {data['minutes']} minutes."),),
    )


def _step(interview: Interview, event: Event) -> Interview:
    elapsed = interview.elapsed_at(event.at)
    by = jump(interview.last, event.at)
    notices = interview.notices
    if by:
        direction = "forward" if by > 0 else "back"
        notices += (f"{clock(elapsed)}: the machine's clock was set {direction} by {duration(abs(by))}",)
    interview = replace(interview, elapsed=elapsed, last=event.at, notices=notices)
    take = _TAKES.get(event.kind)
    return interview if take is None else take(interview, event.data)


def _with(interview: Interview, index: int, kind: str, text: str, **changes: Any) -> Interview:
    """The interview with one question changed, and a line in the timeline unless `text` is empty."""
    questions = list(interview.questions)
    questions[index] = replace(questions[index], **changes)
    moments = interview.moments
    if text:
        moments += (Moment(interview.elapsed, kind, index, text),)
    return replace(interview, questions=tuple(questions), moments=moments)


def _opened(interview: Interview, data: Data) -> Interview:
    index, at = data["question"], interview.elapsed
    if index != interview.current:
        interview = _with(interview, interview.current, "", "", closed_at=at)
    interview = replace(interview, current=index)
    title = interview.question.title
    changes = {"opened_at": at, "stub": data["source"], "stub_sha256": data["sha256"]}
    return _with(interview, index, "opened", f"Question {index + 1}: {title}", **changes)


def _saved(interview: Interview, data: Data) -> Interview:
    index = data["question"]
    paused = interview.state is State.PAUSED or data["paused"]
    save = Save(interview.elapsed, data["sha256"], data["source"], data["added"], data["removed"], paused)
    text = f"Edited: +{save.added} −{save.removed} lines" + (", while paused" if paused else "")
    return _with(interview, index, "saved", text, saves=(*interview.questions[index].saves, save))


def _checked(interview: Interview, data: Data) -> Interview:
    index, report = data["question"], data["report"]
    check = Check(interview.elapsed, data["sha256"], report, data["counted"])
    question = interview.questions[index]
    words = {"passed": "passed", "failed": "not passed"}.get(report["verdict"], "not judged")
    points = f"{report['points']:g} of {report['max_points']:g} points"
    text = f"Check {question.counted + 1}: {words}, {points}" if check.counted else f"Graded: {words}, {points}"
    return _with(interview, index, "checked", text, checks=(*question.checks, check))


def _hinted(interview: Interview, data: Data) -> Interview:
    question = interview.questions[data["question"]]
    text = f"Hint {len(question.hints) + 1} of {question.hint_count}"
    return _with(interview, data["question"], "hinted", text, hints=(*question.hints, interview.elapsed))


def _asked(interview: Interview, data: Data) -> Interview:
    question = interview.questions[data["question"]]
    asked = Asked(interview.elapsed, data["text"], data["answer"], before_check=not question.counted)
    text = f"Asked: {asked.text}" + ("" if asked.answer is not None else " (the card does not say)")
    return _with(interview, data["question"], "asked", text, asked=(*question.asked, asked))


def _posed(interview: Interview, data: Data) -> Interview:
    question = interview.questions[data["question"]]
    follow_up = FollowUp(data["follow_up"], interview.elapsed)
    text = f"Follow-up: {question.follow_up_texts[follow_up.index].question}"
    return _with(interview, data["question"], "posed", text, follow_ups=(*question.follow_ups, follow_up))


def _follow_up(interview: Interview, data: Data, kind: str, text: str, **changes: Any) -> Interview:
    changed = tuple(
        replace(one, **changes) if one.index == data["follow_up"] else one
        for one in interview.questions[data["question"]].follow_ups
    )
    return _with(interview, data["question"], kind, text, follow_ups=changed)


def _answered(interview: Interview, data: Data) -> Interview:
    words = len(data["text"].split())
    changes = {"answer": data["text"], "answered_at": interview.elapsed}
    return _follow_up(interview, data, "answered", f"Answered in {words} words", **changes)


def _withdrawn(interview: Interview, data: Data) -> Interview:
    kept = tuple(one for one in interview.questions[data["question"]].follow_ups if one.index != data["follow_up"])
    return _with(interview, data["question"], "withdrawn", "That follow-up was ticked by mistake", follow_ups=kept)


def _ticked(interview: Interview, data: Data) -> Interview:
    texts = interview.questions[data["question"]].follow_up_texts[data["follow_up"]]
    text = f"Key points made: {len(data['points'])} of {len(texts.points)} (ticked by the {data['by']})"
    return _follow_up(interview, data, "ticked", text, ticks=tuple(data["points"]), ticked=True)


def _marked(interview: Interview, data: Data) -> Interview:
    mark = (data["group"], data["item"])
    marks = interview.questions[data["question"]].marks
    return _with(interview, data["question"], "", "", marks=marks | {mark} if data["on"] else marks - {mark})


def _noted(interview: Interview, data: Data) -> Interview:
    question = interview.questions[data["question"]]
    return _with(interview, data["question"], "noted", f"Note: {data['text']}", notes=(*question.notes, data["text"]))


def _paused(interview: Interview, _: Data) -> Interview:
    moment = Moment(interview.elapsed, "paused", None, "Paused")
    return replace(interview, state=State.PAUSED, paused_at=interview.last, moments=(*interview.moments, moment))


def _resumed(interview: Interview, _: Data) -> Interview:
    since = interview.last if interview.paused_at is None else interview.paused_at
    text = f"Resumed after {duration(seconds_between(since, interview.last))}"
    moment = Moment(interview.elapsed, "resumed", None, text)
    return replace(interview, state=State.RUNNING, moments=(*interview.moments, moment))


def _finished(interview: Interview, _: Data) -> Interview:
    at = interview.elapsed
    interview = _with(interview, interview.current, "", "", closed_at=at)
    moment = Moment(at, "finished", None, "The interview ends")
    return replace(interview, state=State.FINISHED, moments=(*interview.moments, moment))


_TAKES: dict[str, Callable[[Interview, Data], Interview]] = {
    "opened": _opened,
    "saved": _saved,
    "checked": _checked,
    "hinted": _hinted,
    "asked": _asked,
    "posed": _posed,
    "answered": _answered,
    "ticked": _ticked,
    "withdrawn": _withdrawn,
    "marked": _marked,
    "noted": _noted,
    "paused": _paused,
    "resumed": _resumed,
    "finished": _finished,
}
