"""One grading as a message: what a process of the pool, here or on a cluster, is asked to do.

A process that serves tasks keeps one grader between them; whoever asks gets the report as a line of JSON.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from gradkata.content import Exercise, Kit, find_kit
from gradkata.errors import UserError
from gradkata.grading.submission import Submission
from gradkata.grading.versions import program_digest

if TYPE_CHECKING:
    from gradkata.grading.grader import Grader
    from gradkata.grading.line import Line


@dataclass(frozen=True, slots=True)
class Task:
    """A submission with all that its grading depends on.

    `suite` and `program` are the digests that the asking side has: a machine with another version refuses.
    """

    root: Path
    exercise: str
    suite: str
    program: str
    submission: Submission
    seed: int | None = None
    require_sandbox: bool = False


@dataclass(slots=True)
class _Kept:
    """This process's grader, and whose turn it is."""

    lock: threading.Lock
    worker: Line | None = None  # that is there for it already
    root: Path | None = None
    grader: Grader | None = None
    exercises: dict[str, tuple[Exercise, str]] = field(default_factory=dict)


_kept = _Kept(threading.Lock())


class Beginning:
    """What the graders of a pool share: PyTorch, imported once, and a worker from which theirs are forked."""

    def __init__(self) -> None:
        """Import and start.

        Raises:
            UserError: the worker does not start.
        """
        from gradkata.grading.workers import Zygote

        self._zygote = Zygote()
        import_module("gradkata.grading.session")  # and PyTorch, while the worker does the same on another core
        self._zygote.ready()
        self._next: Line | None = None

    def before_fork(self) -> None:
        """Have the next grader's worker forked."""
        self._next = self._zygote.clone()

    def after_fork(self) -> None:
        """That worker is the grader's alone."""
        if self._next is not None:
            self._next.close()

    @contextlib.contextmanager
    def in_child(self) -> Iterator[None]:
        """Leave the shared worker alone and take the new one; end it with the block."""
        self._zygote.leave()
        _kept.worker = self._next
        try:
            yield
        finally:
            close()


def run(task: Task) -> str:
    """Grade one submission in this process; returns the report as a line of JSON.

    What turned out to be a fault of ours is tried once more: a worker may have been killed from outside.

    Raises:
        UserError: nothing can be graded here.
    """
    try:
        with _kept.lock:
            grader = _grader(task)
            exercise, digest = _exercise(grader.kit, task.exercise)
            if (digest, program_digest()) != (task.suite, task.program):
                raise UserError(f"another version of {task.exercise} or of gradkata is installed on a worker")
            report = grader.grade(exercise, task.submission, task.seed)
            if report.verdict.value == "not_judged":
                report = grader.grade(exercise, task.submission, task.seed)
            return report.to_json()
    except UserError as error:  # of this very class: others do not survive the way back
        raise UserError(error.message, error.exit_code) from None


def _exercise(kit: Kit, exercise_id: str) -> tuple[Exercise, str]:
    """The exercise with its digest, read once: a hundred files make it."""
    if exercise_id not in _kept.exercises:
        exercise = kit.exercise(exercise_id)
        _kept.exercises[exercise_id] = (exercise, exercise.digest())
    return _kept.exercises[exercise_id]


def _grader(task: Task) -> Grader:
    if task.require_sandbox:
        demand_sandbox()
    if _kept.grader is None or _kept.root != task.root:
        close()
        from gradkata.grading.grader import Grader

        kit = Kit(task.root) if (task.root / "exercises").is_dir() else find_kit()
        from gradkata.grading.workers import Zygote

        worker, _kept.worker = _kept.worker, None
        _kept.grader = Grader(kit, worker=Zygote(line=worker) if worker else None, sparing=True)
        _kept.root = task.root
        gc.freeze()  # what PyTorch brought stays: the collector need not walk it again and again
        gc.set_threshold(100_000, 50, 50)  # nor what a suite and its mistakes hold, ten times in a grading
    return _kept.grader


def demand_sandbox() -> None:
    """Nothing where submissions are fully confined on this machine.

    Raises:
        UserError: they are not; the line says what is missing.
    """
    from gradkata.worker.confine import probe

    found = probe()
    if not found.full:
        raise UserError(f"--require-sandbox: submissions are not fully confined here ({found.line})", exit_code=3)


def close() -> None:
    """End this process's grader."""
    grader, _kept.grader, _kept.root = _kept.grader, None, None
    _kept.exercises.clear()
    if grader is not None:
        with contextlib.suppress(Exception):
            grader.__exit__(None, None, None)


atexit.register(close)
