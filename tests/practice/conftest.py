"""A store of its own for each test, and attempts without grading."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gradkata.practice.attempt import Attempt, KindPoints, NamedMistake
from gradkata.practice.store import Store

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def said() -> list[str]:
    """What the store said went wrong."""
    return []


@pytest.fixture
def store(tmp_path: Path, said: list[str]) -> Store:
    return Store(tmp_path / "state" / "progress.sqlite3", said.append)


@pytest.fixture
def attempt() -> Callable[..., Attempt]:
    """Makes an attempt at the exercise `scale`; `after` is in days, `seconds` orders those of one day."""

    def make(
        verdict: str = "failed",
        *,
        after: float = 0.0,
        points: float | None = None,
        mistakes: tuple[str, ...] = (),
        **others: object,
    ) -> Attempt:
        facts: dict[str, object] = {
            "kit": "",
            "exercise": "scale",
            "at": START + timedelta(days=after),
            "origin": "check",
            "source": f"{verdict} after {after}",
            "verdict": verdict,
            "points": points if points is not None else 10.0 if verdict == "passed" else 4.0,
            "max_points": 10.0,
            "seconds": 0.25,
            "seed": 7,
            "mistakes": tuple(NamedMistake(name, f"Title of {name}.") for name in mistakes),
            "kinds": (KindPoints("correctness", 4.0, 4.0), KindPoints("parity", 0.0, 6.0)),
        }
        return Attempt(**{**facts, **others})  # type: ignore[arg-type]

    return make


SUITE = '''"""How `{id}` is judged."""

from dataclasses import replace

from gradkata.judge.cases import GradientCases
from gradkata.judge.clipping import integrity_checks
from gradkata.judge.contract import Contract, Expectation, Range
from gradkata.judge.suite import Check, Suite

CASES = GradientCases("{id}", active=(0.5,), idle=(1.0,))


class Scaled(Contract):
    """Every gradient times the factor; any return value."""

    returns = "anything"

    def expect(self, case, call):
        (factor,) = case.args
        grads = [None if grad is None else Range(grad.double() * factor) for grad in case.visible(call)]
        return Expectation(None, grads, 1e-5, f"every gradient times {{factor}}")


channel = next(check for check in integrity_checks() if check.id == "integrity.channel")
why = "it is asked."
scaled = Check(
    "correctness.scaled", "Every gradient is multiplied.", 59, why, cases=(CASES.two_numbers(),), facets=("gradients",)
)
none_grads = Check("robustness.none_grads", "Those without are skipped.", 40, why, cases=(CASES.none_middle(),))
SUITE = Suite(Scaled(), (replace(channel, points=1), scaled, replace(none_grads, required=False)))
'''
RIGHT = """def {id}(parameters, factor):
    for p in parameters:
        if p.grad is not None:
            p.grad.mul_(factor)
"""
CARELESS = '''"""A parameter without a gradient ends the call.

Its `.grad` is None. Skip it.
"""


def {id}(parameters, factor):
    for p in parameters:
        p.grad.mul_(factor)
'''
DIVIDED = '''"""The gradients are divided by the factor.

A factor of one half makes them twice as large. Multiply.
"""


def {id}(parameters, factor):
    for p in parameters:
        if p.grad is not None:
            p.grad.div_(factor)
'''


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where is kept how the small kit's wrong answers behave: it is learned once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def graded(make_kit: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache: Path) -> Path:
    """A kit of two small exercises, `first` and `second`, with a suite that is soon judged."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv("GRADKATA_STATE", str(tmp_path / "state"))
    kit = make_kit("first", "second")
    for name in ("first", "second"):
        grader = kit / "graders" / name
        (grader / "suite.py").write_text(SUITE.format(id=name))
        for mistake in (grader / "mistakes").iterdir():
            mistake.unlink()
        (grader / "mistakes" / "careless.py").write_text(CARELESS.format(id=name))
        (grader / "mistakes" / "divided.py").write_text(DIVIDED.format(id=name))
    return kit


@pytest.fixture
def write(graded: Path) -> Callable[..., Path]:
    """Writes an answer into an exercise's file, all at once."""
    sources = {"right": RIGHT, "careless": CARELESS, "divided": DIVIDED}

    def save(root: Path, name: str, answer: str) -> Path:
        path = root / "exercises" / name / f"{name}.py"
        path.write_text(sources[answer].format(id=name))
        return path

    return save
