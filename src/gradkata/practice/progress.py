"""How far a learner has come: what `gradkata progress` shows, asked of the store in a few small questions."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from gradkata.content import Kit
from gradkata.practice.attempt import kit_name
from gradkata.practice.store import MistakeMade, Standing, Store

SHOWN_DAYS = 56


@dataclass(frozen=True, slots=True)
class ExerciseProgress:
    """One exercise: `state` is `new`, `tried` or `solved`; points are those of its best attempt."""

    id: str
    title: str
    state: str
    points: float
    max_points: float
    tries: int
    hints: int
    solved_on: str | None


@dataclass(frozen=True, slots=True)
class KindProgress:
    """The points for one kind of check, in the best attempts at all exercises that were tried."""

    kind: str
    points: float
    max_points: float


@dataclass(frozen=True, slots=True)
class MistakeProgress:
    """A known mistake that was made, how often, and whether the exercise was passed since."""

    exercise: str
    name: str
    title: str
    times: int
    overcome: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """All of it.

    Attributes:
        streak: days in a row with an attempt, up to today or yesterday.
        longest: the longest such row.
        days: attempts by date, for every date that had any.
    """

    streak: int
    longest: int
    attempts: int
    days: dict[str, int]
    exercises: tuple[ExerciseProgress, ...]
    kinds: tuple[KindProgress, ...]
    mistakes: tuple[MistakeProgress, ...]

    @classmethod
    def of(cls, store: Store, kit: Kit, today: date | None = None) -> Progress:
        """What the store knows of a kit's exercises.

        Raises:
            UserError: the store cannot be read.
        """
        exercises = kit.exercises()
        name = kit_name(exercises[0]) if exercises else ""
        standings = store.standings(name)
        hints = store.hints(name)
        best = {one.exercise: one for one in store.attempts_by_row([one.best for one in standings.values()])}
        found = []
        for exercise in exercises:
            standing, attempt = standings.get(exercise.id), best.get(exercise.id)
            solved = standing.first_passed if standing else None
            found.append(
                ExerciseProgress(
                    id=exercise.id,
                    title=exercise.title,
                    state="solved" if solved else "tried" if standing else "new",
                    points=attempt.points if attempt else 0.0,
                    max_points=attempt.max_points if attempt else 0.0,
                    tries=standing.tries if standing else 0,
                    hints=hints.get(exercise.id, 0),
                    solved_on=solved.astimezone().date().isoformat() if solved else None,
                )
            )
        days = store.days(name)
        kinds: dict[str, KindProgress] = {}
        for exercise in exercises:
            for kind in best[exercise.id].kinds if exercise.id in best else ():
                had = kinds.get(kind.kind, KindProgress(kind.kind, 0.0, 0.0))
                kinds[kind.kind] = KindProgress(kind.kind, had.points + kind.points, had.max_points + kind.max_points)
        today = datetime.now(UTC).astimezone().date() if today is None else today
        return cls(
            streak=streak(days, today),
            longest=longest(days),
            attempts=sum(days.values()),
            days=days,
            exercises=tuple(found),
            kinds=tuple(kinds.values()),
            mistakes=tuple(
                MistakeProgress(made.exercise, made.name, made.title, made.times, _overcome(standings, made))
                for made in store.mistakes(name)
            ),
        )

    @property
    def solved(self) -> int:
        return sum(exercise.state == "solved" for exercise in self.exercises)

    def last_days(self, today: date) -> list[tuple[date, int]]:
        """The attempts on each of the last eight weeks' days."""
        shown = [today - timedelta(days=before) for before in reversed(range(SHOWN_DAYS))]
        return [(day, self.days.get(day.isoformat(), 0)) for day in shown]

    def solved_by_day(self) -> list[tuple[str, int]]:
        """How many exercises had been solved by each date on which one was solved first."""
        dates = sorted(exercise.solved_on for exercise in self.exercises if exercise.solved_on)
        return list({day: number for number, day in enumerate(dates, 1)}.items())

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {**asdict(self), "solved": self.solved}


def streak(days: dict[str, int], today: date) -> int:
    """How many days in a row have attempts, up to today, or to yesterday where today has none yet."""
    day = today if today.isoformat() in days else today - timedelta(days=1)
    count = 0
    while day.isoformat() in days:
        count += 1
        day -= timedelta(days=1)
    return count


def longest(days: dict[str, int]) -> int:
    """The most days in a row that have attempts."""
    most = count = 0
    before: date | None = None
    for day in sorted(map(date.fromisoformat, days)):
        count = count + 1 if before is not None and day - before == timedelta(days=1) else 1
        most, before = max(most, count), day
    return most


def _overcome(standings: dict[str, Standing], made: MistakeMade) -> bool:
    standing = standings.get(made.exercise)
    return standing is not None and standing.last_passed is not None and standing.last_passed > made.last_at
