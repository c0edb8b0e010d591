"""One grader for all tests of this room, on the kit that is quick to grade with."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gradkata.content import Exercise, Kit
from gradkata.grading import Submission
from gradkata.grading.grader import Grader
from gradkata.report.model import Report, Status

ROOT = Path(__file__).parents[2]
EXERCISES = sorted(path.parent.name for path in ROOT.glob("graders/*/suite.py"))
SEED = 5


@pytest.fixture(scope="session")
def kit(quick_kit) -> Kit:
    """The quick kit."""
    return Kit(quick_kit)


@pytest.fixture(scope="session")
def grader(kit):
    """A grader that starts once."""
    with Grader(kit) as made:
        yield made


@pytest.fixture
def runs() -> Callable[[int], bool]:
    """Whether a process is there and has not ended (Linux)."""

    def runs(pid: int) -> bool:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return False
        return state != "Z"

    return runs


@pytest.fixture(params=EXERCISES)
def exercise(request, kit) -> Exercise:
    """Each exercise in turn."""
    return kit.exercise(request.param)


@pytest.fixture
def clipping(kit) -> Exercise:
    """The exercise on which a message is asserted word for word."""
    return kit.exercise("clip_grad_norm")


@pytest.fixture
def grade(grader) -> Callable[..., Report]:
    """Grades source text; `limit` is another time limit, in seconds."""

    def grade(exercise: Exercise, source: str | bytes, limit: float | None = None, seed: int = SEED) -> Report:
        if limit is not None:
            exercise = replace(exercise, metadata=replace(exercise.metadata, time_limit=limit))
        report = grader.grade(exercise, Submission.of("mine.py", source), seed)
        assert _is_sound(report)
        return report

    return grade


@pytest.fixture
def right() -> Callable[[Exercise], str]:
    """The source of a right answer."""

    def source(exercise: Exercise) -> str:
        return next(solution.source for solution in exercise.solutions() if solution.name == "reference")

    return source


@pytest.fixture
def define() -> Callable[..., str]:
    """Writes a submission whose every entry point has this body, and takes `first`, `*args` and `**kwargs`."""

    def define(exercise: Exercise, body: str, before: str = "") -> str:
        text = textwrap.indent(textwrap.dedent(body).strip(), "    ")
        functions = [f"def {name}(first, *args, **kwargs):\n{text}\n" for name in exercise.entry_points]
        return "\n\n".join([textwrap.dedent(before).strip(), *functions]).lstrip()

    return define


@pytest.fixture
def around(right) -> Callable[..., str]:
    """Writes a right answer whose every entry point first does something else."""

    def around(exercise: Exercise, before: str = "pass", after: str = "pass", at_import: str = "") -> str:
        parts = [right(exercise), textwrap.dedent(at_import)]
        for name in exercise.entry_points:
            steps = (before, f"returned = _{name}(first, *args, **kwargs)", after, "return returned")
            body = "\n".join(textwrap.indent(textwrap.dedent(step).strip(), "    ") for step in steps)
            parts.append(f"_{name} = {name}\n\n\ndef {name}(first, *args, **kwargs):\n{body}")
        return "\n\n".join(parts) + "\n"

    return around


@pytest.fixture
def failed() -> Callable[[Report], list[str]]:
    """The ids of the checks that failed."""
    return lambda report: [check.id for check in report.checks if check.status is Status.FAILED]


@pytest.fixture
def seen_first() -> Callable[[Report], str]:
    """What the first check that failed says was seen."""

    def seen_first(report: Report) -> str:
        first = next(check for check in report.checks if check.status is Status.FAILED)
        return next(line.removeprefix("Seen: ") for line in first.message.splitlines() if line.startswith("Seen: "))

    return seen_first


def _is_sound(report: Report) -> bool:
    """Whether a report can be written, gives points for passed checks alone, and says why of every other."""
    report.to_json()
    earned = sum(check.max_points for check in report.checks if check.status is Status.PASSED)
    explained = all(check.message for check in report.checks if check.status is not Status.PASSED)
    return explained and abs(report.points - earned) < 1e-9
