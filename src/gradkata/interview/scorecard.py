"""The scorecard: what an interview showed, area by area, each with its evidence; a pure function of the interview.

`schema` is the version of this layout. Fields are only ever added within a version.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from gradkata.interview.advice import Advice, advise
from gradkata.interview.areas import AREAS
from gradkata.interview.fold import read
from gradkata.interview.log import Event
from gradkata.interview.record import Interview, Question, State

STRONG, GOOD, MIXED = 0.85, 0.70, 0.50
OVER = 1.1  # of the minutes: a little longer is politeness
RULE = (
    f"strong: at least {STRONG:.0%}, every question passed, at most a tenth over the time; "
    f"good: at least {GOOD:.0%} and half of the questions passed; mixed: at least {MIXED:.0%}; weak: less. "
    "A question's score is the mean of its areas by weight, the overall score that of the questions shown by minutes."
)


class Rating(StrEnum):
    """The word for the whole interview."""

    STRONG = "strong"
    GOOD = "good"
    MIXED = "mixed"
    WEAK = "weak"
    NOT_RATED = "not rated"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AreaScore(_Model):
    """One area: a score from 0 to 1, or none where there was nothing to score."""

    id: str
    name: str
    weight: int
    score: float | None
    evidence: str


class FollowUpResult(_Model):
    """A follow-up question with the answer and the key points."""

    question: str
    answer: str | None
    made: list[str]
    missed: list[str] = Field(description="Empty if the answer was not rated.")
    rated: bool


class QuestionResult(_Model):
    """One question."""

    exercise: str
    title: str
    difficulty: int
    minutes: int
    used_seconds: float
    passed: bool
    points: float | None
    max_points: float | None
    score: float | None
    areas: list[AreaScore]
    mistakes: list[str] = Field(description="The known mistakes that the last graded version behaves like.")
    clarifying: list[str] = Field(description="What was asked, in the candidate's words.")
    follow_ups: list[FollowUpResult]
    probing: list[str] = Field(description="Probing questions that the interviewer ticked as answered.")
    red_flags: list[str] = Field(description="Red flags that the interviewer ticked as seen.")
    notes: list[str]
    source: str = Field(description="The answer as it was last seen.")


class TimelineMoment(_Model):
    """One line of the timeline; `at` is in seconds on the interview's clock."""

    at: float
    kind: str
    question: int | None
    text: str


class Suggestion(_Model):
    """What to practise next."""

    exercise: str
    area: str
    text: str
    command: str


class Scorecard(_Model):
    """The whole interview."""

    schema_version: Literal[1] = Field(default=1, alias="schema")
    name: str
    begun: str = Field(description="When it began, UTC.")
    finished: bool
    minutes: int
    seed: int
    used_seconds: float
    over_seconds: float
    rating: Rating
    rule: str
    score: float | None
    questions: list[QuestionResult] = Field(description="Those that were shown.")
    not_reached: list[str]
    suggestions: list[Suggestion]
    timeline: list[TimelineMoment]
    notices: list[str] = Field(description="Oddities, such as a clock that was set.")

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    def to_json(self) -> str:
        """One line of JSON."""
        return self.model_dump_json(by_alias=True)


def scorecard(events: Sequence[Event]) -> Scorecard:
    """The scorecard that these events make, always the same."""
    return of_interview(read(events))


def of_interview(interview: Interview) -> Scorecard:
    """The scorecard of an interview as it stands."""
    end = interview.elapsed
    results = [_question(question, end) for question in interview.reached]
    score = _mean([(result.score, result.minutes) for result in results])
    over = max(0.0, end - interview.minutes * 60)
    suggestions = advise(
        [(question, _scores(result)) for question, result in zip(interview.reached, results, strict=True)]
    )
    return Scorecard(
        name=interview.name,
        begun=datetime.fromtimestamp(interview.begun.wall, UTC).isoformat(timespec="seconds"),
        finished=interview.state is State.FINISHED,
        minutes=interview.minutes,
        seed=interview.seed,
        used_seconds=round(end, 1),
        over_seconds=round(over, 1),
        rating=_rating(interview, results, score),
        rule=RULE,
        score=score,
        questions=results,
        not_reached=[question.title for question in interview.questions if question.opened_at is None],
        suggestions=[_suggestion(advice) for advice in suggestions],
        timeline=[
            TimelineMoment(at=round(moment.at, 1), kind=moment.kind, question=moment.question, text=moment.text)
            for moment in interview.moments
        ],
        notices=list(interview.notices),
    )


def _question(question: Question, end: float) -> QuestionResult:
    areas = []
    for area in AREAS:
        score = area.score(question, end)
        value = None if score.value is None else round(score.value, 4)
        areas.append(AreaScore(id=area.id, name=area.name, weight=area.weight, score=value, evidence=score.evidence))
    graded = question.final or (question.checks[-1] if question.checks else None)
    return QuestionResult(
        exercise=question.exercise,
        title=question.title,
        difficulty=question.difficulty,
        minutes=question.minutes,
        used_seconds=round(question.used(end), 1),
        passed=graded is not None and graded.passed,
        points=graded.report["points"] if graded else None,
        max_points=graded.report["max_points"] if graded else None,
        score=_mean([(area.score, area.weight) for area in areas]),
        areas=areas,
        mistakes=[diagnosis["title"] for diagnosis in graded.report["diagnosis"]] if graded else [],
        clarifying=[asked.text for asked in question.asked],
        follow_ups=_follow_ups(question),
        probing=_marked(question, "probing", question.probing),
        red_flags=_marked(question, "red_flags", question.red_flags),
        notes=list(question.notes),
        source=question.source,
    )


def _follow_ups(question: Question) -> list[FollowUpResult]:
    found = []
    for one in question.follow_ups:
        text = question.follow_up_texts[one.index]
        made = [point for place, point in enumerate(text.points) if place in one.ticks]
        missed = [point for place, point in enumerate(text.points) if place not in one.ticks] if one.ticked else []
        result = FollowUpResult(question=text.question, answer=one.answer, made=made, missed=missed, rated=one.ticked)
        found.append(result)
    return found


def _marked(question: Question, group: str, texts: Sequence[str]) -> list[str]:
    return [text for place, text in enumerate(texts) if (group, place) in question.marks]


def _scores(result: QuestionResult) -> dict[str, float | None]:
    return {area.id: area.score for area in result.areas}


def _suggestion(advice: Advice) -> Suggestion:
    return Suggestion(exercise=advice.exercise, area=advice.area, text=advice.text, command=advice.command)


def _mean(values: Sequence[tuple[float | None, int]]) -> float | None:
    """The mean by weight of what there is; `None` if there is nothing."""
    known = [(value, weight) for value, weight in values if value is not None]
    total = sum(weight for _, weight in known)
    return round(sum(value * weight for value, weight in known) / total, 4) if total else None


def _rating(interview: Interview, results: Sequence[QuestionResult], score: float | None) -> Rating:
    if score is None:
        return Rating.NOT_RATED
    passed = sum(result.passed for result in results)
    in_time = interview.elapsed <= OVER * interview.minutes * 60
    if score >= STRONG and passed == len(interview.questions) and in_time:
        return Rating.STRONG
    if score >= GOOD and 2 * passed >= len(results):
        return Rating.GOOD
    return Rating.MIXED if score >= MIXED else Rating.WEAK
