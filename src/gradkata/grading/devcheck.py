"""Proves a whole kit: stubs fail, references pass, every mistake is refused and named, every check earns its place.

This is what `gradkata dev check` prints. Each problem is one line that names the file and the mend.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from gradkata.content import Exercise, Kit
from gradkata.content.mistakes import Mistake, Variant
from gradkata.content.validate import problems as content_problems
from gradkata.errors import UserError
from gradkata.grading.grader import Grader
from gradkata.grading.submission import Submission
from gradkata.grading.suites import load_suite
from gradkata.judge.suite import Suite
from gradkata.report.model import Report, Status

Tell = Callable[[str], None]
_SEED = 20240229  # any: the generated cases of a proof are the same each time


def check_kit(kit: Kit, exercises: Sequence[str] | None = None, tell: Tell | None = None) -> list[str]:
    """Every problem of the kit's content, or of the named exercises; `tell` hears what is being proven."""
    chosen = [kit.exercise(id_) for id_ in exercises] if exercises else kit.exercises()
    found: list[str] = []
    with Grader(kit) as grader:
        for exercise in chosen:
            if tell is not None:
                tell(f"{exercise.id}: card, stub, solutions, {len(exercise.mistakes())} mistakes")
            found += content_problems(exercise)
            try:
                suite = load_suite(exercise)
            except UserError as error:
                found.append(error.message)
                continue
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
    if [diagnosis.mistake for diagnosis in report.diagnosis] != ["stub"]:
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
    isolated: set[str] = set()
    for mistake in exercise.mistakes():
        for variant in mistake.variants:
            submission = Submission.of(f"{variant.name}.py", variant.source)
            report, raws = grader.session.assess(exercise, submission, _SEED)
            yield from _variant_problems(mistake, variant, report)
            refusing = [raw.check.id for raw in raws if raw.status is Status.FAILED]
            if len(refusing) == 1:
                isolated.update(refusing)
    for check in suite.checks:
        if check.id not in isolated and "channel" not in check.violations:
            yield f"{exercise.suite_path}: no mistake is refused by {check.id} alone; write one or drop the check"


def _variant_problems(mistake: Mistake, variant: Variant, report: Report) -> Iterable[str]:
    if all(check.status is Status.PASSED for check in report.checks):
        yield f"{variant.path}: gets full marks; it is no mistake, or a check is missing"
    elif not report.diagnosis:
        yield f"{variant.path}: is refused but not named; {_first_failure(report)}"
    elif report.diagnosis[0].mistake != mistake.name:
        named = report.diagnosis[0].mistake
        yield f"{variant.path}: is named {named}; tell them apart or make one a variant of the other"


def _first_failure(report: Report) -> str:
    for check in report.checks:
        if check.status is Status.FAILED:
            return f"{check.id}: {' / '.join(check.message.splitlines())}"
    return report.fault or "nothing was judged"
