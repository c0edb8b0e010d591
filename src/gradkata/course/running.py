"""Grades an assignment's submissions in a pool, and writes them to the gradebook one after another, as nbgrader does.

Grading is what takes time, and it needs no gradebook. Writing is done by nbgrader's own converter in this one process,
a student at a time, as soon as that student's reports are there.
"""

from __future__ import annotations

import contextlib
import glob
import logging
import os
import re
import warnings
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import AutogradeApp
from sqlalchemy.exc import SAWarning

from gradkata.content import Exercise
from gradkata.course.autograding import Gradkata, exercise_of
from gradkata.course.plan import Plan
from gradkata.course.reports import Terms, grade_all
from gradkata.course.submitted import Submitted
from gradkata.course.writing import Writer
from gradkata.errors import UserError
from gradkata.grading.journal import Journal
from gradkata.grading.many import Pool
from gradkata.grading.pools import open_pool
from gradkata.grading.submission import Submission
from gradkata.grading.task import close, demand_sandbox
from gradkata.report.model import Report, Status

CONFIG = "nbgrader_config.py"


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for."""

    jobs: int | None = None
    dask: str | None = None
    force: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one student's submission.

    Attributes:
        lines: what there is to tell of each notebook.
        trouble: why it could not be judged or written, if so; it then waits in formgrader, with no points.
    """

    student: str
    lines: tuple[str, ...] = ()
    trouble: str = ""


@dataclass(slots=True)
class _Student:
    """A student's folder, what is to be graded of it, and the reports so far."""

    name: str
    folder: Path
    answers: dict[str, Submission]
    reports: dict[str, Report] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        return len(self.reports) == len(self.answers)


class Run:
    """One run over an assignment. Use `go` once; `work` says what it will do."""

    def __init__(self, folder: Path, assignment: str, options: Options) -> None:
        """Read the course, and see what has changed since it was graded last.

        Raises:
            UserError: there is no course, no such assignment, or a notebook that is none of ours.
        """
        self.options = options
        self.assignment = assignment
        self.app = _opened(folder, assignment)
        self.directory = self.app.coursedir
        self.terms: Terms = Gradkata(parent=self.app).terms()
        if self.terms.require_sandbox and options.dask is None:
            demand_sandbox()
        self.notebooks = self._notebooks()
        self.writer = Writer(self.app, {name: plan for name, (plan, _) in self.notebooks.items()})
        self.unchanged: list[str] = []
        self.work: list[_Student] = []
        digests = {name: self.terms.digest(exercise) for name, (_, exercise) in self.notebooks.items()}
        for name, path in self._folders():
            if not options.force and self.writer.is_written(name, path, digests):
                self.unchanged.append(name)
            else:
                self.work.append(_Student(name, path, self._answers(name, path)))

    def go(self) -> Iterator[Written]:
        """Grade and write; each student's result when it is in the gradebook."""
        for student in self.work:
            if not student.answers:
                yield self._write(student)
        with ExitStack() as stack:
            stack.callback(close)
            shared = _Shared(sum(len(student.answers) for student in self.work), self.options, stack)
            for name, (_, exercise) in self.notebooks.items():
                yield from self._graded(name, exercise, shared)

    def _graded(self, name: str, exercise: Exercise, shared: _Shared) -> Iterator[Written]:
        students = [student for student in self.work if name in student.answers]
        if not students:
            return
        answers = [student.answers[name] for student in students]
        path = Path(self.directory.root, "reports", self.assignment, f"{name}.jsonl")
        path.parent.mkdir(parents=True, exist_ok=True)
        force = self.options.force
        with Journal(path, anew=force) as journal:
            for number, report in grade_all(self.terms, exercise, answers, shared.pool(), journal, force=force):
                student = students[number]
                student.reports[name] = report
                if student.complete:
                    yield self._write(student)

    def _write(self, student: _Student) -> Written:
        trouble = self.writer.write(student.name, student.folder, empty=not student.answers)
        faults = [
            f"{name}: {report.fault}" for name, report in student.reports.items() if report.verdict is Status.NOT_JUDGED
        ]
        lines = tuple(_line(student.name, name, student.reports.get(name)) for name in self.notebooks)
        return Written(student.name, lines, trouble or "; ".join(faults))

    def _notebooks(self) -> dict[str, tuple[Plan, Exercise]]:
        with Gradebook(self.directory.db_url, self.directory.course_id) as gradebook:
            try:
                plans = [Plan.of(recorded) for recorded in gradebook.find_assignment(self.assignment).notebooks]
            except MissingEntry:
                line = f"the gradebook knows no assignment `{self.assignment}`"
                raise UserError(f"{line}; make it with `nbgrader generate_assignment {self.assignment}`") from None
        return {plan.name: (plan, exercise_of(plan, self.terms)) for plan in plans}

    def _folders(self) -> Iterator[tuple[str, Path]]:
        """Who has handed something in, by name, with the folder."""
        step = self.directory.submitted_directory
        pattern = re.compile(self.directory.format_path(step, "(?P<student>.*)", self.assignment, escape=True))
        excluded = set(self.directory.student_id_exclude.split(","))
        found = sorted(glob.glob(self.directory.format_path(step, "*", glob.escape(self.assignment))))  # noqa: PTH207
        for path in found:
            match = pattern.fullmatch(path)
            if match is not None and match["student"] not in excluded and Path(path).is_dir():
                yield match["student"], Path(path)
        if not found:
            raise UserError(
                f"nothing was handed in: there is no {self.directory.format_path(step, '*', self.assignment)}"
            )

    def _answers(self, student: str, folder: Path) -> dict[str, Submission]:
        answers = {}
        for name, (plan, exercise) in self.notebooks.items():
            path = folder / f"{name}.ipynb"
            if os.path.lexists(path):
                answers[name] = Submitted.read(path, student, plan, exercise.entry_points).submission
        return answers


class _Shared(Executor):
    """One executor for all the notebooks of a run: what ends with each of them leaves the processes alive."""

    def __init__(self, count: int, options: Options, stack: ExitStack) -> None:
        self._count, self._options = count, options
        self._stack = stack
        self._pool: Pool | None = None

    def pool(self) -> Pool:
        """The pool, made when it is asked for first."""
        if self._pool is None:
            self._pool = open_pool(self._count, self._stack, jobs=self._options.jobs, dask=self._options.dask)
            self._stack.push(self._end)
        return Pool(self, self._pool.size)

    def _end(self, kind: type[BaseException] | None, *_: object) -> None:
        """Let the processes end by themselves; where the run is cut off, end them."""
        if self._pool is not None:
            self._pool.executor.shutdown(wait=True, cancel_futures=kind is not None)

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Pass it on."""
        assert self._pool is not None
        return self._pool.executor.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Nothing, until the run ends; unless it is interrupted."""
        if cancel_futures and self._pool is not None:
            self._pool.executor.shutdown(wait=wait, cancel_futures=True)


def _opened(folder: Path, assignment: str) -> AutogradeApp:
    """The application that `nbgrader autograde` is, with the course's configuration, and quiet.

    Raises:
        UserError: there is no course in the folder, or its configuration is not ours.
    """
    if not (folder / CONFIG).is_file():
        raise UserError(f"{folder} is no course: there is no {CONFIG}; name its folder with --course DIR")
    warnings.filterwarnings("ignore", category=SAWarning)  # newer SQLAlchemys' of how nbgrader uses them
    with contextlib.chdir(folder):
        app = AutogradeApp(log_level=logging.CRITICAL)
        app.initialize([])
        if "Gradkata" not in app.config:
            raise UserError(f"{folder / CONFIG} does not call gradkata.course.config.configure(c)")
        app.coursedir.assignment_id = assignment
    return app


def _line(student: str, notebook: str, report: Report | None) -> str:
    if report is None:
        return f"{student}  {notebook}: not handed in"
    words = {Status.PASSED: "passed", Status.FAILED: "not passed", Status.NOT_JUDGED: "not judged"}
    return f"{student}  {notebook}: {words[report.verdict]}, {report.points:g} of {report.max_points:g} points"
