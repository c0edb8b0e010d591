"""What the interviewer's page shows: the guide once, and how things stand, again and again, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gradkata.content.guide import Guide
from gradkata.errors import UserError
from gradkata.interview.areas import asked_places
from gradkata.interview.desk import Desk, place_of
from gradkata.interview.pages import environment, html
from gradkata.interview.record import Check, Interview, Question, State, clock
from gradkata.interview.scorecard import of_interview
from gradkata.interview.screen import verdict_line
from gradkata.interview.sheet import compose

_RECENT = 30  # moments of the timeline


@dataclass(frozen=True, slots=True)
class Panel:
    """The page of one interview."""

    desk: Desk
    page: str

    @classmethod
    def on(cls, desk: Desk) -> Panel:
        """The page of the interview at this desk."""
        interview = desk.look().interview
        sheets = [
            {
                "question": question,
                "guide": _guide(desk, interview, index),
                "sheet": html(compose(desk.exercise(interview, index))),
            }
            for index, question in enumerate(interview.questions)
        ]
        page = (
            environment()
            .get_template("panel.html")
            .render(title="gradkata interview", interview=interview, sheets=sheets)
        )
        return cls(desk, page)

    def state(self) -> dict[str, Any]:
        """How things stand now; saves in the workspace are noticed by the way."""
        interview = self.desk.look(aside=True).interview
        now = self.desk.clock()
        elapsed = interview.elapsed_at(now)
        card = of_interview(interview) if interview.state is State.FINISHED else None
        question = interview.question
        return {
            "state": interview.state.value,
            "elapsed": round(elapsed, 2),
            "minutes": interview.minutes,
            "current": interview.current,
            "used": round(question.used(elapsed), 2),
            "file": str(place_of(interview).file),
            "source": question.source,
            "saved": clock(question.saves[-1].at) if question.saves else "",
            "checks": question.counted,
            "hints": f"{len(question.hints)} of {question.hint_count}",
            "report": _report(question.checks[-1]) if question.checks else None,
            "questions": [_ticks(one) for one in interview.questions],
            "timeline": [f"{clock(moment.at)} {moment.text}" for moment in interview.moments[-_RECENT:]],
            "notices": list(interview.notices),
            "result": "" if card is None else card.rating.value + ("" if card.score is None else f", {card.score:.0%}"),
        }

    def step(self, given: object) -> None:
        """Take a step that the page asks for.

        Raises:
            UserError: it is not understood, or not possible now.
        """
        if not isinstance(given, dict):
            raise UserError("a step is a JSON object")
        match given:
            case {"step": "mark", "question": int(question), "group": str(group), "item": int(item), "on": bool(on)}:
                self.desk.mark(question, group, item, on=on)
            case {"step": "points", "question": int(question), "follow_up": int(follow_up), "points": list(points)}:
                if not all(isinstance(point, int) for point in points):
                    raise UserError("key points are numbers")
                self.desk.tick_aloud(question, follow_up, points)
            case {"step": "note", "text": str(text)}:
                self.desk.note(text)
            case {"step": "pause"}:
                self.desk.pause()
            case {"step": "resume"}:
                self.desk.resume()
            case _:
                raise UserError("there is no such step")


def _guide(desk: Desk, interview: Interview, index: int) -> Guide | None:
    return desk.exercise(interview, index).guide()


def _report(check: Check) -> dict[str, Any]:
    """A report as the interviewer sees it: with the diagnosis and what failed."""
    report = check.report
    failed = [result for result in report["checks"] if result["status"] != "passed"]
    return {
        "verdict": verdict_line(check),
        "passed": check.passed,
        "at": clock(check.at),
        "fault": report["fault"],
        "diagnosis": [diagnosis["title"] for diagnosis in report["diagnosis"]],
        "failed": [{"id": result["id"], "title": result["title"], "message": result["message"]} for result in failed],
    }


def _ticks(question: Question) -> dict[str, Any]:
    return {
        "marks": sorted([group, item] for group, item in question.marks),
        "asked": sorted(asked_places(question)),
        "heard": [
            {"text": one.text, "answered": one.answer is not None, "at": clock(one.at)} for one in question.asked
        ],
        "follow_ups": [
            {"index": one.index, "answer": one.answer, "points": [place + 1 for place in one.ticks]}
            for one in question.follow_ups
        ],
    }
