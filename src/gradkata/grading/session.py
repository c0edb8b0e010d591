"""Grades submissions one after another with one zygote, and keeps what they share."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch

from gradkata import __version__
from gradkata.content import Exercise
from gradkata.grading.observe import Observer
from gradkata.grading.seeds import fresh_seed
from gradkata.grading.submission import Submission
from gradkata.grading.suites import load_suite
from gradkata.grading.suspects import Suspects
from gradkata.grading.versions import program_digest
from gradkata.grading.workers import Zygote
from gradkata.judge.case import Case
from gradkata.judge.diagnosis import name_mistakes
from gradkata.judge.judging import Raw, Run, judge, settle, verdict
from gradkata.judge.suite import Suite
from gradkata.report.model import STUB, Diagnosis, Environment, Report, Status, SubmissionInfo

_SHOWN_OUTPUT = 2000
_STUB = Diagnosis(
    mistake=STUB,
    title="Nothing is written yet.",
    explanation="Replace `raise NotImplementedError` by your answer. The card says what it must do.",
)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The generated cases of a seed, by check."""

    seed: int
    cases: dict[str, list[Case]]

    @classmethod
    def of(cls, suite: Suite, seed: int) -> _Drawn:
        return cls(seed, suite.generated_cases(seed))


@dataclass(frozen=True, slots=True)
class Judged:
    """A submission's run with its raw judgements, before points are given."""

    run: Run
    raws: list[Raw]
    output: str
    generated: Mapping[str, list[Case]]


class Session:
    """Everything that gradings of one kit share: the zygote, suites, and the mistakes' fingerprints."""

    def __init__(self, zygote: Zygote, tell: Callable[[str], None] | None = None, *, sparing: bool = False) -> None:
        self._zygote = zygote
        self._sparing = sparing
        self._tell = tell
        self._observers: dict[Exercise, Observer] = {}
        self._suspects: dict[Exercise, Suspects] = {}
        self._digests: dict[Exercise, str] = {}
        self._drawn: dict[Exercise, _Drawn] = {}
        self._ahead: dict[Exercise, _Drawn] = {}

    def close(self) -> None:
        """Let shared memory go."""
        for observer in self._observers.values():
            observer.close()

    def grade(self, exercise: Exercise, submission: Submission, seed: int | None = None) -> Report:
        """The report on one submission."""
        return self.assess(exercise, submission, seed)[0]

    def assess(self, exercise: Exercise, submission: Submission, seed: int | None = None) -> tuple[Report, list[Raw]]:
        """The report on one submission, and every check judged by itself."""
        threads = torch.get_num_threads()
        torch.set_num_threads(1)  # the judge's tensors are small: a second thread costs more than it helps
        try:
            return self._assess(exercise, submission, seed)
        finally:
            torch.set_num_threads(threads)

    def _assess(self, exercise: Exercise, submission: Submission, seed: int | None) -> tuple[Report, list[Raw]]:
        started = time.perf_counter()
        suite = load_suite(exercise)
        fresh = seed is None
        seed = self._fresh_seed(exercise) if seed is None else seed
        if submission.fault:
            judged = Judged(Run({}, not_loaded=submission.fault), [], "", {})
            judged.raws.extend(judge(suite, judged.run, {}))
        else:
            judged = self.observe(exercise, suite, submission.source, submission.name, seed, look_ahead=fresh)
        results = settle(judged.raws)
        diagnosis, unexplained = self.diagnose(exercise, suite, judged)
        report = Report(
            exercise=exercise.id,
            submission=SubmissionInfo(name=submission.name, sha256=submission.sha256),
            verdict=verdict(results, judged.run.fault_of_ours),
            points=sum(result.points for result in results),
            max_points=suite.max_points,
            checks=results,
            diagnosis=diagnosis,
            unexplained=unexplained,
            fault=_fault(judged.run),
            output=judged.output,
            seed=seed,
            seconds=round(time.perf_counter() - started, 4),
            environment=self._environment(exercise),
        )
        return report, judged.raws

    def observe(
        self,
        exercise: Exercise,
        suite: Suite,
        source: str,
        filename: str,
        seed: int,
        *,
        look_ahead: bool = False,
    ) -> Judged:
        """Run a submission on every case and judge each check by itself.

        With `look_ahead` the cases of another seed are made meanwhile: the next submission's.
        """
        generated = self._draw(exercise, suite, seed).cases
        cases = suite.fixed_cases() + [case for more in generated.values() for case in more]
        run, ended = self.observer(exercise, suite).observe(
            source,
            filename,
            cases,
            suite.memory_cases(),
            (lambda: self._look_ahead(exercise, suite)) if look_ahead else None,
        )
        output = ended.output[:_SHOWN_OUTPUT].decode("utf-8", "replace")
        if ended.output_bytes > _SHOWN_OUTPUT:
            output += f"\n... ({ended.output_bytes} bytes in all)"
        return Judged(run, judge(suite, run, generated), output, generated)

    def _look_ahead(self, exercise: Exercise, suite: Suite) -> None:
        if exercise not in self._ahead:
            self._ahead[exercise] = _Drawn.of(suite, fresh_seed())

    def _fresh_seed(self, exercise: Exercise) -> int:
        return self._ahead[exercise].seed if exercise in self._ahead else fresh_seed()

    def _draw(self, exercise: Exercise, suite: Suite, seed: int) -> _Drawn:
        """The cases of a seed: those of the last submission, where it had the same, or those that were made ahead."""
        drawn = self._drawn.get(exercise)
        if drawn is None or drawn.seed != seed:
            ahead = self._ahead.pop(exercise, None)
            drawn = ahead if ahead is not None and ahead.seed == seed else _Drawn.of(suite, seed)
            self._drawn[exercise] = drawn
        return drawn

    def observe_together(self, exercise: Exercise, suite: Suite, sources: Mapping[str, str]) -> dict[str, Judged]:
        """Several programs by name, each on the fixed cases."""
        runs = self.observer(exercise, suite).observe_together(sources, suite.fixed_cases())
        return {name: Judged(run, judge(suite, run, {}), "", {}) for name, run in runs.items()}

    def observer(self, exercise: Exercise, suite: Suite) -> Observer:
        """The exercise's observer, which knows what measuring costs."""
        if exercise not in self._observers:
            self._observers[exercise] = Observer(self._zygote, exercise, suite, sparing=self._sparing)
        return self._observers[exercise]

    def suspects(self, exercise: Exercise, suite: Suite) -> Suspects:
        """The exercise's mistakes with their fingerprints."""
        if exercise not in self._suspects:
            self._suspects[exercise] = Suspects(exercise, suite, self.observer(exercise, suite), self._tell)
        return self._suspects[exercise]

    def diagnose(self, exercise: Exercise, suite: Suite, judged: Judged) -> tuple[list[Diagnosis], bool]:
        """The mistakes that a run behaves like, and whether something is left that none of them explains."""
        failing = [raw for raw in judged.raws if raw.status is Status.FAILED]
        if not failing:
            return [], False
        if _only_stub(judged.run):
            return [_STUB], False
        suspects = self.suspects(exercise, suite)
        mine = suspects.fingerprint_of(judged.raws, judged.run)
        named, complete = name_mistakes(mine, suspects.all(), suspects.places)
        diagnosis = [
            Diagnosis(mistake=mistake.name, title=mistake.title, explanation=mistake.explanation)
            for mistake in (suspects.mistake(name) for name in named)
        ]
        return diagnosis, not complete or not named

    def _environment(self, exercise: Exercise) -> Environment:
        if exercise not in self._digests:  # a hundred files are read for it
            self._digests[exercise] = exercise.digest()
        return Environment(
            gradkata=__version__,
            suite=self._digests[exercise],
            torch=torch.__version__,
            python=platform.python_version(),
            platform=f"{platform.system()} {platform.machine()}",
            sandbox=self._zygote.ready()["sandbox"],
            program=program_digest(),
        )


def _only_stub(run: Run) -> bool:
    calls = [call for seen in run.seen.values() for call in seen.calls]
    return bool(calls) and all(call.error is not None and call.error.type == "NotImplementedError" for call in calls)


def _fault(run: Run) -> str:
    """What is wrong with the submission as a whole, if anything."""
    if run.not_loaded:
        return run.not_loaded
    if run.ended_in is not None:
        case, how = run.ended_in
        return f"{how[0].upper()}{how[1:]}" + (f" (in case {case})." if case else ".")
    return ""
