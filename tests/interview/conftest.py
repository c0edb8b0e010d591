"""An interview on a small kit, with a clock of its own and a grader that answers at once."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from gradkata.content import Kit
from gradkata.interview import log
from gradkata.interview.begin import begin
from gradkata.interview.clock import Instant
from gradkata.interview.desk import Desk, place_of
from gradkata.interview.plan import named
from gradkata.interview.shelf import Shelf
from gradkata.report.model import CheckResult, Diagnosis, Environment, Kind, Report, Status, SubmissionInfo

GUIDE = """# Guide

## Pose it

Ask it.

## Told at the start

- You may use the standard library.

## Clarifying questions worth asking

- **May the list be empty?** It decides the loop.

## What to expect by when

- **2 min:** a loop
- **10 min:** it passes

## Probing questions

- **What else holds the list?** The caller.

## When to give the hints

- **Hint 1** after a minute.
- **Hint 2** after two.
- **Hint 3** after three.

## Follow-up questions

### Why in place?

- **Weak:** because.
- **Fair:** the caller.
- **Strong:** aliasing.

## Red flags

- `rebound`: does not know names from objects.
- **Never runs it.** Careless.
"""


@dataclass
class Clock:
    """A clock that goes when it is told to; `boot` is one start of the machine."""

    wall: float = 1_800_000_000.0
    boot: str = "first"
    up: float = 100.0

    def __call__(self) -> Instant:
        return Instant(self.wall, self.boot, self.up)

    def wait(self, seconds: float) -> None:
        self.wall += seconds
        self.up += seconds


def make_report(exercise: str, source: str, name: str = "scale.py") -> Report:
    """A report of four checks: correctness, robustness, waits, order. `wrong` in the source fails two of them."""
    wrong = "# wrong" in source
    status = Status.NOT_JUDGED if "# odd" in source else Status.FAILED if wrong else Status.PASSED

    def check(id_: str, kind: Kind, points: float, status: Status, *, required: bool = True) -> CheckResult:
        return CheckResult(
            id=id_,
            kind=kind,
            title=f"The sentence of {id_}.",
            required=required,
            status=status,
            points=points if status is Status.PASSED else 0.0,
            max_points=points,
            message="" if status is Status.PASSED else "Expected: [2]\nSeen: [1]\nInput: [1], 2\nWhy: it is asked.",
            evidence={"waits": 3} if kind is Kind.SYNCHRONISATION else {},
        )

    checks = [
        check("correctness.scaled", Kind.CORRECTNESS, 40, status),
        check("robustness.empty", Kind.ROBUSTNESS, 30, Status.PASSED),
        check("robustness.rebound", Kind.ROBUSTNESS, 20, status),
        check("synchronisation", Kind.SYNCHRONISATION, 10, Status.PASSED, required=False),
    ]
    return Report(
        exercise=exercise,
        submission=SubmissionInfo(name=name, sha256=hashlib.sha256(source.encode()).hexdigest()),
        verdict=status,
        points=sum(one.points for one in checks),
        max_points=100,
        checks=checks,
        diagnosis=[Diagnosis(mistake="rebound", title="A name was bound.", explanation="Why.")] if wrong else [],
        unexplained=False,
        seed=7,
        seconds=0.1,
        environment=Environment(
            gradkata="0", suite="0", torch="0", python="0", platform="here", sandbox="none", program="0"
        ),
    )


def grade(exercise, submission):
    """The grader that answers at once."""
    return make_report(exercise.id, submission.source, submission.name)


@pytest.fixture(autouse=True)
def _quick_disk(monkeypatch):
    """Without waiting for the disk: no test pulls the plug."""
    connect = log.connect

    def quick(address):
        connection = connect(address)
        connection.execute("PRAGMA synchronous = OFF")
        return connection

    monkeypatch.setattr(log, "connect", quick)


@pytest.fixture
def grader():
    """The grader that answers at once."""
    return grade


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kit(make_kit) -> Kit:
    """Two exercises; both have a guide."""
    root = make_kit("scale", "add")
    for name in ("scale", "add"):
        (root / "solutions" / name / "interview.md").write_text(GUIDE)
    return Kit(root)


@pytest.fixture
def shelf(tmp_path) -> Shelf:
    return Shelf(tmp_path / "state" / "interviews")


@pytest.fixture
def desk(kit, shelf, clock) -> Desk:
    """A running interview of two questions and thirty minutes."""
    return begin(shelf, kit, named(kit, ["scale", "add"]), minutes=30, seed=5, clock=clock)


@pytest.fixture
def write(desk):
    """Saves a source as the candidate does."""

    def save(source: str) -> Path:
        file = place_of(desk.look().interview).file
        file.write_text(source)
        return file

    return save


@pytest.fixture
def run(run, tmp_path, monkeypatch, kit):
    """Calls `gradkata interview` in this process, on the small kit and with the grader that answers at once."""
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.chdir(tmp_path)

    class Grader:
        def __init__(self, kit, tell=None, worker=None):
            self.grade = grade

        def __enter__(self):
            return self

        def __exit__(self, *exception):
            return None

    module = ModuleType("gradkata.grading.grader")
    module.Grader = Grader
    monkeypatch.setitem(sys.modules, "gradkata.grading.grader", module)
    return lambda *arguments: run("--kit", kit.root, "interview", *arguments)


@pytest.fixture
def begun(run):
    """An interview that was begun by the command; saves a source into its current file."""
    assert run("start", "--exercise", "scale", "--exercise", "add", "--minutes", 30, "--seed", 5).code == 0

    def save(source: str) -> Path:
        import json

        file = Path(json.loads(run("status", "--json").out)["file"])
        file.write_text(source)
        return file

    return save
