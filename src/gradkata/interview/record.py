"""An interview as its events tell it: what happened, when, and how things stand. `fold` makes it of the events.

Whatever is shown or scored comes from these records. Their times are seconds on the interview's own clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gradkata.interview.clarify import Clarifying
from gradkata.interview.clock import Instant, seconds_between


class State(StrEnum):
    """What the clock does."""

    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Save:
    """A version of the answer that was found in the workspace; `at` is when it was noticed."""

    at: float
    sha256: str
    source: str
    added: int
    removed: int
    paused: bool


@dataclass(frozen=True, slots=True)
class Check:
    """A grading of one version. `counted` is false for the one that ends the interview."""

    at: float
    sha256: str
    report: Mapping[str, Any]
    counted: bool

    @property
    def passed(self) -> bool:
        return bool(self.report["verdict"] == "passed")


@dataclass(frozen=True, slots=True)
class Asked:
    """A clarifying question in the candidate's words. `answer` is the answer's place on the card, if it has one."""

    at: float
    text: str
    answer: int | None
    before_check: bool


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up question. `answer` is `None` until there is one; `ticks` are places of key points that it made."""

    index: int
    posed_at: float
    answer: str | None = None
    answered_at: float | None = None
    ticks: tuple[int, ...] = ()
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class FollowUpText:
    """A follow-up question as the card asks it, with the model answer's key points."""

    question: str
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One exercise of the interview.

    What the card and the guide said when the interview began is kept, so that a later edit of them changes no score.
    `marks` are the interviewer's ticks: the group and the place in it.
    """

    exercise: str
    title: str
    difficulty: int
    minutes: int
    hint_count: int
    clarifying: tuple[Clarifying, ...]
    essential: tuple[int, ...]
    follow_up_texts: tuple[FollowUpText, ...]
    probing: tuple[str, ...]
    red_flags: tuple[str, ...]
    opened_at: float | None = None
    closed_at: float | None = None
    stub: str = ""
    stub_sha256: str = ""
    saves: tuple[Save, ...] = ()
    checks: tuple[Check, ...] = ()
    hints: tuple[float, ...] = ()
    asked: tuple[Asked, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    marks: frozenset[tuple[str, int]] = frozenset()
    notes: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The answer as it was last seen."""
        return self.saves[-1].source if self.saves else self.stub

    @property
    def sha256(self) -> str:
        """The digest of the answer as it was last seen."""
        return self.saves[-1].sha256 if self.saves else self.stub_sha256

    @property
    def counted(self) -> int:
        """How many checks the candidate asked for."""
        return sum(check.counted for check in self.checks)

    @property
    def final(self) -> Check | None:
        """The grading of the answer as it was last seen."""
        return next((check for check in reversed(self.checks) if check.sha256 == self.sha256), None)

    def used(self, elapsed: float) -> float:
        """Seconds spent on it when the interview's clock shows `elapsed`."""
        if self.opened_at is None:
            return 0.0
        return (elapsed if self.closed_at is None else self.closed_at) - self.opened_at


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline. `question` counts from 0."""

    at: float
    kind: str
    question: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Interview:
    """How an interview stands after its last event. Times are seconds on its own clock, which pauses stop."""

    name: str
    kit: str
    workspace: str
    minutes: int
    seed: int
    questions: tuple[Question, ...]
    begun: Instant
    last: Instant
    state: State = State.RUNNING
    current: int = 0
    elapsed: float = 0.0
    paused_at: Instant | None = None
    notices: tuple[str, ...] = ()
    moments: tuple[Moment, ...] = ()

    @property
    def question(self) -> Question:
        """The one that the candidate is at."""
        return self.questions[self.current]

    @property
    def reached(self) -> tuple[Question, ...]:
        """The questions that were shown."""
        return tuple(question for question in self.questions if question.opened_at is not None)

    def elapsed_at(self, moment: Instant) -> float:
        """What the interview's clock shows at a moment after the last event."""
        return self.elapsed + (seconds_between(self.last, moment) if self.state is State.RUNNING else 0.0)


def clock(seconds: float) -> str:
    """Minutes and seconds as a clock shows them: `12:05`, `1:02:05` from an hour on."""
    whole = int(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def duration(seconds: float) -> str:
    """A length of time in the unit that fits it."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s"
