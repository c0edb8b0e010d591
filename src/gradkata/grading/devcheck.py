"""Proves a whole kit: stubs fail, references pass, every mistake is refused and named, every check earns its place.

This is what `gradkata dev check` prints. Each problem is one line that names the file and the mend.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from gradkata.content import Exercise, Kit
from gradkata.content.mistakes import Mistake, Variant
from gradkata.content.validate import problems as content_problems
from gradkata.errors import UserError
from gradkata.grading.grader import Grader
from gradkata.grading.session import Judged, Session
from gradkata.grading.submission import Submission
from gradkata.grading.suites import load_suite
from gradkata.judge.judging import Raw
from gradkata.judge.suite import Suite
from gradkata.report.model import STUB, Report, Status

_SEED = 20240229  # any: the generated cases of a proof are the same each time


def check_kit(kit: Kit, exercises: Sequence[str] | None = None, jobs: int | None = None) -> list[str]:
    """Every problem of the kit's content, or of the named exercises, by exercise.

    Args:
        jobs: how many exercises are proven at a time, each by a process of its own; by default one for each core.

    Raises:
        UserError: an exercise is unknown, or the worker does not start.
    """
    chosen = [kit.exercise(id_).id for id_ in exercises] if exercises else [exercise.id for exercise in kit.exercises()]
    jobs = min(jobs or os.cpu_count() or 1, len(chosen))
    if jobs <= 1:
        return [problem for id_ in chosen for problem in check_exercise(kit.root, id_)]
    # Fresh processes: a fork of this one would share its threads and whatever it has loaded.
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        found = pool.map(check_exercise, [kit.root] * len(chosen), chosen)
        return [problem for problems in found for problem in problems]


def check_exercise(root: Path, exercise_id: str) -> list[str]:
    """Every problem of one exercise of the kit at `root`."""
    kit = Kit(root)
    exercise = kit.exercise(exercise_id)
    found = content_problems(exercise)
    try:
        suite = load_suite(exercise)
    except UserError as error:
        return [*found, error.message]
    with Grader(kit) as grader:
        found += _suite_problems(exercise, suite)
        found += _stub_problems(grader, exercise)
        found += _solution_problems(grader, exercise, suite)
        found += _mistake_problems(grader, exercise, suite)
    return found


def _suite_problems(exercise: Exercise, suite: Suite) -> Iterable[str]:
    where = f"{exercise.suite_path}"
    if suite.max_points != 100:
        yield f"{where}: the points sum to {suite.max_points:g}; let them be 100"
    for check in suite.checks:
        if check.points <= 0:
            yield f"{where}: {check.id} is worth nothing; give it points or take it out"
        if not check.why.strip():
            yield f"{where}: {check.id} does not say why it matters; write `why`"


def _stub_problems(grader: Grader, exercise: Exercise) -> Iterable[str]:
    report = grader.grade(exercise, Submission.of(f"{exercise.id}.py", exercise.stub), _SEED)
    if report.verdict is not Status.FAILED or report.points:
        yield f"{exercise.stub_path}: the stub gets {report.points:g} points and is {report.verdict}; it must get none"
    if [diagnosis.mistake for diagnosis in report.diagnosis] != [STUB]:
        yield f"{exercise.stub_path}: the stub is not recognised; let its body be only `raise NotImplementedError`"


def _solution_problems(grader: Grader, exercise: Exercise, suite: Suite) -> Iterable[str]:
    full = False
    known = {check.id for check in suite.checks}
    for solution in exercise.solutions():
        report = grader.grade(exercise, Submission.of(str(solution.path), solution.source), _SEED)
        lost = {check.id for check in report.checks if check.status is not Status.PASSED}
        unknown = set(solution.loses) - known
        if unknown:
            yield f"{solution.path}: `Loses:` names no check of this exercise: {', '.join(sorted(unknown))}"
        if report.verdict is not Status.PASSED:
            yield f"{solution.path}: is not accepted; {_first_failure(report)}"
        elif lost != set(solution.loses):
            says = ", ".join(sorted(solution.loses)) or "nothing"
            yield f"{solution.path}: loses {', '.join(sorted(lost)) or 'nothing'} but says that it loses {says}"
        full = full or (report.verdict is Status.PASSED and not lost)
    if not full:
        yield f"{exercise.solutions_folder}: no solution gets full marks; one must"


def _mistake_problems(grader: Grader, exercise: Exercise, suite: Suite) -> Iterable[str]:
    session = grader.session
    runs, alone = _runs_of_mistakes(session, exercise, suite)
    suspects = session.suspects(exercise, suite)
    suspects.learn({name: suspects.fingerprint_of(judged.raws, judged.run) for name, judged in runs.items()})
    for mistake in exercise.mistakes():
        for variant in mistake.variants:
            judged = runs[variant.name]
            named, _ = session.diagnose(exercise, suite, judged)
            yield from _variant_problems(mistake, variant, judged.raws, [diagnosis.mistake for diagnosis in named])
    for check in suite.checks:
        if check.id not in alone and "channel" not in check.violations:
            yield f"{exercise.suite_path}: no mistake is refused by {check.id} alone; write one or drop the check"


def _runs_of_mistakes(session: Session, exercise: Exercise, suite: Suite) -> tuple[dict[str, Judged], set[str]]:
    """Every variant's run, and the checks that are the only ones to refuse some variant.

    A variant runs on the fixed cases. On all that a grading has it runs where those refuse it in no check, where its
    memory is the point, and to prove of a check that nothing else refuses it: the generated and the large cases take
    most of the time, and cannot make a mistake any more refused.
    """
    variants = {variant.name: variant for mistake in exercise.mistakes() for variant in mistake.variants}
    sources = {name: variant.source for name, variant in variants.items()}
    runs = session.observe_together(exercise, suite, sources)
    alone: set[str] = set()
    for name, judged in runs.items():
        refusing = _refusing(judged)
        if not refusing or (len(refusing) == 1 and not refusing <= alone) or "memory" in variants[name].facets:
            runs[name] = session.observe(exercise, suite, sources[name], f"{name}.py", _SEED)
            refusing = _refusing(runs[name])
            if len(refusing) == 1:
                alone |= refusing
    return runs, alone


def _refusing(judged: Judged) -> set[str]:
    return {raw.check.id for raw in judged.raws if raw.status is Status.FAILED}


def _variant_problems(mistake: Mistake, variant: Variant, raws: Sequence[Raw], named: Sequence[str]) -> Iterable[str]:
    if all(raw.status is Status.PASSED for raw in raws):
        yield f"{variant.path}: gets full marks; it is no mistake, or a check is missing"
    elif not named:
        first = next((raw for raw in raws if raw.status is Status.FAILED), raws[0])
        yield f"{variant.path}: is not named; {first.check.id}: {' / '.join(first.message.splitlines())}"
    elif named[0] != mistake.name:
        yield f"{variant.path}: is named {named[0]}; tell them apart or make one a variant of the other"


def _first_failure(report: Report) -> str:
    for check in report.checks:
        if check.status is Status.FAILED:
            return f"{check.id}: {' / '.join(check.message.splitlines())}"
    return report.fault or "nothing was judged"
