"""An attempt: one graded answer, as it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradkata.content import Exercise
    from gradkata.report.model import Report

STUB = "stub"  # what the diagnosis of an untouched stub calls itself


def _new_uid() -> str:
    from uuid import uuid4

    return uuid4().hex


@dataclass(frozen=True, slots=True)
class NamedMistake:
    """A known mistake that an answer behaved like."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class KindPoints:
    """The points for the checks of one kind."""

    kind: str
    points: float
    max_points: float


@dataclass(frozen=True, slots=True)
class Attempt:
    """One graded answer.

    Attributes:
        kit: which kit the exercise is from; empty for the program's own (`kit_name`).
        at: when it was graded, in UTC.
        origin: who graded it: `check`, `watch`, `pytest`, `notebook`, `interview`.
        verdict: as in a report: `passed`, `failed` or `not_judged`.
        hints: how many hints had been given; `None`: the store fills in what it knows.
        answers_seen: whether the solution had been shown since the exercise was last passed; likewise.
        uid: the attempt's name wherever it is copied to.
    """

    kit: str
    exercise: str
    at: datetime
    origin: str
    source: str
    verdict: str
    points: float
    max_points: float
    seconds: float
    seed: int
    mistakes: tuple[NamedMistake, ...] = ()
    kinds: tuple[KindPoints, ...] = ()
    hints: int | None = None
    answers_seen: bool | None = None
    uid: str = field(default_factory=_new_uid)

    @property
    def passed(self) -> bool:
        return self.verdict == "passed"

    @classmethod
    def of(
        cls,
        exercise: Exercise,
        report: Report | Mapping[str, Any],
        source: str,
        *,
        origin: str,
        at: datetime | None = None,
    ) -> Attempt:
        """The attempt that a report is about. The report may be its JSON data too."""
        facts = report if isinstance(report, Mapping) else report.model_dump(mode="json", by_alias=True)
        kinds: dict[str, tuple[float, float]] = {}
        for check in facts["checks"]:
            points, full = kinds.get(check["kind"], (0.0, 0.0))
            kinds[check["kind"]] = (points + check["points"], full + check["max_points"])
        return cls(
            kit=kit_name(exercise),
            exercise=exercise.id,
            at=datetime.now(UTC) if at is None else at,
            origin=origin,
            source=source,
            verdict=facts["verdict"],
            points=facts["points"],
            max_points=facts["max_points"],
            seconds=facts["seconds"],
            seed=facts["seed"],
            mistakes=tuple(NamedMistake(one["mistake"], one["title"]) for one in facts["diagnosis"]),
            kinds=tuple(KindPoints(kind, points, full) for kind, (points, full) in kinds.items()),
        )

    @property
    def is_stub(self) -> bool:
        """Whether nothing was written yet: that is no attempt, and it is not kept."""
        return any(mistake.name == STUB for mistake in self.mistakes)


def kit_name(exercise: Exercise) -> str:
    """The kit's name in the store: empty for the exercises that came with the program, wherever it is installed."""
    from gradkata.content.kit import own_root

    return "" if exercise.root == own_root() else str(exercise.root)
