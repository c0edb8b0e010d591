"""Proves an exercise's `bench.py` for `gradkata dev check`: that it loads, fits the exercise, and can be called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from gradkata.bench.loading import fault_in, load_bench
from gradkata.bench.measuring import Situation
from gradkata.bench.running import BENCH_FILE
from gradkata.content import Exercise, Kit
from gradkata.errors import ContentError

_SMALL = ((2, 3), (4,))  # in place of the shapes that are timed: what is called there can be called here


def problems(kit: Kit, exercises: Sequence[str] | None = None) -> list[str]:
    """A line for each `bench.py` of the kit, or of the named exercises, that is not in order. None is needed."""
    found: list[str] = []
    for exercise_id in kit.ids() if exercises is None else exercises:
        try:
            exercise = kit.exercise(exercise_id)
        except ContentError:  # said by who looks at the card
            continue
        path = exercise.grader_folder / BENCH_FILE
        if path.is_file():
            found += [error.message for error in _wrong(exercise, path)]
    return found


def _wrong(exercise: Exercise, path: Path) -> Iterable[ContentError]:
    try:
        bench = load_bench(path)
    except ContentError as error:
        yield error
        return
    unknown = [name for name in bench.entry_points if name not in exercise.entry_points]
    if unknown:
        known = ", ".join(exercise.entry_points)
        yield ContentError(path, f"the exercise has no entry point {', '.join(unknown)}", f"there is {known}")
    for case in bench.cases:
        try:
            situation = Situation(replace(case, shapes=_SMALL), bench.takes, "cpu")
        except Exception as error:  # whatever it raised, its author is told
            yield ContentError(path, f"no arguments for `{case.name}` ({_said(path, error)})", "mend them")
            continue
        for baseline in bench.baselines:
            try:
                situation.outcome(baseline.function)
            except Exception as error:
                said = _said(path, error)
                yield ContentError(path, f"{baseline.name} does not run on `{case.name}` ({said})", "mend it")


def _said(path: Path, error: Exception) -> str:
    return fault_in(str(path), error).removeprefix(f"{path}: ")
