"""The reports on a course's submissions: each answer is graded once, and every reader gets the same report."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gradkata import __version__
from gradkata.content import Exercise, Kit, find_kit
from gradkata.grading.cache import Basis, Cache
from gradkata.grading.collect import Found
from gradkata.grading.journal import Journal
from gradkata.grading.many import Many, Pool
from gradkata.grading.pool import Here
from gradkata.grading.submission import Submission
from gradkata.grading.task import demand_sandbox
from gradkata.grading.versions import program_digest, torch_version
from gradkata.report.model import Kind, Report
from gradkata.worker.confine import probe

_ready: dict[str, Report] = {}
"""Reports that this process made, by their key: those too that the cache does not keep, for a fault of ours in them."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a course's configuration says of grading. An empty `kit` is the one that came with the program."""

    kit: str = ""
    seed: int | None = None
    require_sandbox: bool = False

    def find_kit(self) -> Kit:
        return find_kit(Path(self.kit) if self.kit else None)

    def basis(self, exercise: Exercise) -> Basis:
        """All that a report depends on besides the answer."""
        return _basis(exercise, self.seed)

    def digest(self, exercise: Exercise) -> str:
        """Sixteen hexadecimal digits that change when anything changes on which reports depend besides the answers."""
        basis = self.basis(exercise)
        facts = (basis.exercise, basis.suite, basis.seed, basis.sandbox, program_digest(), __version__, torch_version())
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]

    def many(self, exercise: Exercise, pool: Pool, journal: Journal | None = None, *, force: bool = False) -> Many:
        """A run over many answers to an exercise."""
        return Many(
            root=exercise.root,
            exercise=exercise,
            basis=self.basis(exercise),
            cache=Cache.of_user(),
            start=lambda _count: pool,
            journal=journal,
            force=force,
            require_sandbox=self.require_sandbox,
        )


@lru_cache(maxsize=64)  # a hundred files are read for it; suites are read once in a process too
def _basis(exercise: Exercise, seed: int | None) -> Basis:
    return Basis(exercise.id, exercise.digest(), seed, probe().line)


def grade_all(
    terms: Terms,
    exercise: Exercise,
    submissions: Sequence[Submission],
    pool: Pool,
    journal: Journal | None,
    *,
    force: bool,
) -> Iterator[tuple[int, Report]]:
    """Reports as they come, each with its place; `report_on` knows them afterwards."""
    many = terms.many(exercise, pool, journal, force=force)
    for number, report in many.grade([Found(submission.name, submission) for submission in submissions]):
        _ready[many.basis.key(submissions[number])] = report
        yield number, report


def report_on(terms: Terms, exercise: Exercise, submission: Submission) -> Report:
    """The report on an answer: known, or graded now.

    Raises:
        UserError: nothing can be graded here.
    """
    known = _ready.get(terms.basis(exercise).key(submission))
    if known is not None:
        return known
    if terms.require_sandbox:
        demand_sandbox()
    [(_, report)] = terms.many(exercise, Pool(Here(), 1)).grade([Found(submission.name, submission)])
    return report


def full_points(exercise: Exercise) -> dict[Kind, float]:
    """What the suite's checks of each kind are worth together, in the order in which the suite has the kinds."""
    from gradkata.grading.suites import load_suite  # noqa: PLC0415  (PyTorch, which only grading needs)

    points: dict[Kind, float] = {}
    for check in load_suite(exercise).checks:
        points[check.kind] = points.get(check.kind, 0.0) + check.points
    return points
