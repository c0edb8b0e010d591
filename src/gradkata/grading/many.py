"""Grades many submissions: what is known already is told at once, the rest goes to a pool, and nothing goes twice."""

from __future__ import annotations

import hashlib
import io
import queue
import tokenize
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future
from dataclasses import dataclass, field
from pathlib import Path

from gradkata import __version__
from gradkata.content import Exercise
from gradkata.errors import UserError
from gradkata.grading import task as tasks
from gradkata.grading.cache import Basis, Cache, under_name
from gradkata.grading.collect import Found
from gradkata.grading.journal import Journal
from gradkata.grading.seeds import fresh_seed
from gradkata.grading.submission import Submission
from gradkata.grading.task import Task
from gradkata.grading.versions import program_digest, torch_version
from gradkata.report.model import Environment, Report, Status, SubmissionInfo

_FULL_POINTS = 100.0  # of every exercise: `gradkata dev check` sees to it
_AHEAD = 3  # tasks that lie ready for each process, so that none waits for this one


@dataclass(frozen=True, slots=True)
class Pool:
    """An executor and how many tasks it runs at a time."""

    executor: Executor
    size: int


@dataclass(frozen=True, slots=True)
class Many:
    """One run over many submissions.

    Attributes:
        start: makes the pool when something is left to grade; it is told how many submissions.
        seed: of all that is graded in this run, where `basis` names none: nobody's cases are harder than another's.
    """

    root: Path
    exercise: Exercise
    basis: Basis
    cache: Cache
    start: Callable[[int], Pool]
    journal: Journal | None = None
    force: bool = False
    require_sandbox: bool = False
    seed: int = field(default_factory=fresh_seed)

    def grade(self, found: Sequence[Found]) -> Iterator[tuple[int, Report]]:
        """Reports as they come, with their places in `found`. What could not be read has none.

        Raises:
            UserError: nothing can be graded at all.
        """
        waiting: dict[str, list[int]] = {}
        known = {} if self.journal is None else self.journal.reports(self._counts)
        for number, one in enumerate(found):
            if one.submission is None:
                continue
            key = self.basis.key(one.submission)
            if self.force and key not in waiting:
                self.cache.forget(key)
            report = known.get((one.name, one.submission.sha256))
            if report is not None:
                yield number, report
                continue
            report = self.cache.get(key, one.submission) if key not in waiting else None
            if report is not None and self._counts(report):
                self._write(report)
                yield number, report
            else:
                waiting.setdefault(key, []).append(number)
        known.clear()
        if waiting:
            yield from self._graded(found, waiting)

    @property
    def _seed(self) -> int:
        return self.seed if self.basis.seed is None else self.basis.seed

    def _counts(self, report: Report) -> bool:
        """Whether a report that was made before stands for a new one. A fault of ours is tried again."""
        return report.verdict is not Status.NOT_JUDGED and self.basis.made(report)

    def _graded(self, found: Sequence[Found], waiting: dict[str, list[int]]) -> Iterator[tuple[int, Report]]:
        pool = self.start(len(waiting))
        ended: queue.SimpleQueue[tuple[str, Future[str]]] = queue.SimpleQueue()
        remaining, running = iter(waiting), 0
        complete = False
        try:
            while True:
                while running < pool.size * _AHEAD and (key := next(remaining, None)) is not None:
                    running += 1
                    self._submit(pool.executor, key, found[waiting[key][0]], ended)
                    if pool.size == 1:  # perhaps graded already: told before the next is begun
                        break
                if not running:
                    break
                key, future = ended.get()
                running -= 1
                yield from self._taken(key, future, found, waiting[key])
            complete = True
        finally:
            pool.executor.shutdown(wait=True, cancel_futures=not complete)

    def _submit(
        self, executor: Executor, key: str, one: Found, ended: queue.SimpleQueue[tuple[str, Future[str]]]
    ) -> None:
        assert one.submission is not None
        task = Task(
            root=self.root,
            exercise=self.exercise.id,
            suite=self.basis.suite,
            program=program_digest(),
            submission=one.submission,
            seed=self._seed,
            require_sandbox=self.require_sandbox,
        )
        future = executor.submit(tasks.run, task)
        future.add_done_callback(lambda future: ended.put((key, future)))

    def _taken(
        self, key: str, future: Future[str], found: Sequence[Found], numbers: Sequence[int]
    ) -> Iterator[tuple[int, Report]]:
        """The report that a task brought, for each submission with that very source."""
        first = found[numbers[0]].submission
        assert first is not None
        try:
            made = Report.model_validate_json(future.result())
        except UserError as error:
            if error.exit_code != 3:  # the same for every submission
                raise
            made = self._not_judged(first, error.message)
        except CancelledError:
            made = self._not_judged(first, "The grading was cancelled.")
        except Exception as error:  # noqa: BLE001  (whatever went wrong: the others are graded)
            made = self._not_judged(first, f"{type(error).__name__}: {error}")
        self.cache.put(key, made)
        for number in numbers:
            submission = found[number].submission
            assert submission is not None
            report = under_name(made, submission)
            self._write(report)
            yield number, report

    def _write(self, report: Report) -> None:
        if self.journal is not None:
            self.journal.append(report)

    def _not_judged(self, submission: Submission, fault: str) -> Report:
        """The report on a submission that a fault of ours kept from being judged."""
        return Report(
            exercise=self.exercise.id,
            submission=SubmissionInfo(name=submission.name, sha256=submission.sha256),
            verdict=Status.NOT_JUDGED,
            points=0.0,
            max_points=_FULL_POINTS,
            checks=[],
            diagnosis=[],
            unexplained=False,
            fault=f"A fault of ours, not of the submission: {fault}",
            seed=self._seed,
            seconds=0.0,
            environment=Environment(
                gradkata=__version__,
                suite=self.basis.suite,
                torch=torch_version(),
                python="",
                platform="",
                sandbox=self.basis.sandbox,
                program=program_digest(),
            ),
        )


def normalised_digest(source: str) -> str:
    """What two sources have in common that differ in comments, docstrings, blank lines and spacing alone.

    By tokens and not by a syntax tree: no source, however deep, can exhaust the stack. Empty where there are none.
    """
    digest = hashlib.sha256()
    at_start, count = True, 0
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError, ValueError):
        return ""
    layout = (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
    for number, token in enumerate(tokens):
        if token.type in (tokenize.COMMENT, tokenize.NL, tokenize.ENDMARKER):
            continue
        follows = tokens[number + 1].type if number + 1 < len(tokens) else tokenize.ENDMARKER
        if token.type == tokenize.STRING and at_start and follows in (tokenize.NEWLINE, tokenize.COMMENT):
            continue  # a docstring; its line's end goes below
        if token.type == tokenize.NEWLINE and at_start:
            continue
        at_start = token.type in layout
        count += not at_start
        text = "" if at_start else token.string
        digest.update(f"{token.type} {text}\0".encode("utf-8", "backslashreplace"))
    return digest.hexdigest() if count else ""
