"""Picks the questions: of rising difficulty, and as many as fit the time.

The same exercises, minutes and seed give the same questions.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from gradkata.content import Exercise, Kit
from gradkata.errors import UserError, nearest

SHORTEST, LONGEST = 5, 480  # minutes: less is no interview, more is no interview either
MOST = 4  # questions: more in one sitting tests stamina
_CONSIDERED = 12  # exercises of a track, drawn by the seed: all groups of four among them are weighed
_BY_DIFFICULTY = {1: 10, 2: 15, 3: 20, 4: 30, 5: 40}


@dataclass(frozen=True, slots=True)
class Planned:
    """A question and the minutes that it takes with its follow-ups."""

    exercise: Exercise
    minutes: int


def estimate(exercise: Exercise) -> int:
    """The minutes that the guide gives, else what the difficulty suggests."""
    guide = exercise.guide()
    return _BY_DIFFICULTY[exercise.difficulty] if guide is None else guide.minutes


def checked_minutes(minutes: int) -> int:
    """The minutes, if an interview can be that long."""
    if not SHORTEST <= minutes <= LONGEST:
        raise UserError(f"--minutes {minutes}: an interview takes from {SHORTEST} to {LONGEST} minutes")
    return minutes


def from_track(kit: Kit, track: str | None, minutes: int, seed: int) -> tuple[Planned, ...]:
    """Questions of a track; `None` means the only one that the kit has.

    Raises:
        UserError: there is no such track, or not even its shortest question fits.
    """
    exercises = kit.exercises()
    tracks = sorted({exercise.track for exercise in exercises})
    if track is None:
        if len(tracks) != 1:
            raise UserError(f"this kit has {len(tracks)} tracks; name one with --track{nearest('', tracks)}")
        (track,) = tracks
    if track not in tracks:
        raise UserError(f"there is no track `{track}`{nearest(track, tracks)}")
    draw = random.Random(seed)  # noqa: S311  (a choice of questions is no secret)
    known = [Planned(exercise, estimate(exercise)) for exercise in exercises if exercise.track == track]
    shortest = min(known, key=lambda planned: planned.minutes)
    if shortest.minutes > minutes:
        need = f"the shortest question of {track} takes about {shortest.minutes} minutes"
        raise UserError(f"{need}; give --minutes {shortest.minutes} or more, or name one with --exercise")
    considered = draw.sample(known, min(len(known), _CONSIDERED))
    if shortest not in considered:
        considered.append(shortest)
    groups = [
        group
        for size in range(1, MOST + 1)
        for group in combinations(considered, size)
        if sum(planned.minutes for planned in group) <= minutes
    ]
    draw.shuffle(groups)  # of equally good groups, the seed decides
    return tuple(sorted(max(groups, key=_worth), key=lambda planned: (planned.exercise.difficulty, planned.minutes)))


def named(kit: Kit, ids: Sequence[str]) -> tuple[Planned, ...]:
    """The exercises that were named, in that order.

    Raises:
        UserError: there is no such exercise, or one is named twice.
    """
    for number, exercise_id in enumerate(ids):
        if exercise_id in ids[:number]:
            raise UserError(f"--exercise {exercise_id} is named twice")
    exercises = [kit.exercise(exercise_id) for exercise_id in ids]
    return tuple(Planned(exercise, estimate(exercise)) for exercise in exercises)


def _worth(group: Iterable[Planned]) -> tuple[int, int, int]:
    """Steps of difficulty first, then the time put to use; questions of the same difficulty add little."""
    planned = list(group)
    return len({one.exercise.difficulty for one in planned}), sum(one.minutes for one in planned), -len(planned)
