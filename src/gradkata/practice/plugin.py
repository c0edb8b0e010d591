"""A pytest plugin: `pytest exercises/clip_grad_norm` grades an answer, one test for each check.

pytest imports this module at every start, in whatever folder: it imports nothing but pytest, and looks at nothing but
names until a file is named like an exercise's. The answer is graded once, when the first of its tests runs, by the
same grader as `gradkata check` and never in pytest's own process.

A check passes or fails; what was not judged fails. Where the verdict is `passed`, a check that is not required for it
and was not passed is expected to fail: it costs points alone.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gradkata.practice import MARKER

if TYPE_CHECKING:
    from gradkata.content import Exercise, Kit
    from gradkata.grading.grader import Grader
    from gradkata.report.model import CheckResult, Report

_GRADERS = pytest.StashKey[dict[Path, "Grader"]]()
_REPORTS = pytest.StashKey[list["Report"]]()


class NotPassed(Exception):
    """A check that was not passed; shown without a traceback, which would be all ours."""


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """An exercise's file is collected as its checks, and not as a Python module, which would run it."""
    collected = yield
    exercise = _exercise_in(file_path)
    if exercise is None:
        return collected
    return [AnswerFile.from_parent(parent, path=file_path, exercise=exercise)]


@pytest.hookimpl
def pytest_unconfigure(config: pytest.Config) -> None:
    """The graders' workers end with pytest."""
    for grader in config.stash.get(_GRADERS, {}).values():
        grader.close()


@pytest.hookimpl
def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:  # noqa: ANN401  (pytest's own is private)
    """The verdicts, with the known mistakes that answers behaved like."""
    reports = config.stash.get(_REPORTS, [])
    if reports:
        from gradkata.report.printable import one_line

        terminalreporter.section("gradkata")
        words = {"passed": "passed", "failed": "not passed", "not_judged": "not judged"}
        for report in reports:
            points = f"{report.points:g} of {report.max_points:g} points"
            terminalreporter.line(f"{report.exercise}: {words[report.verdict]}, {points} (seed {report.seed})")
            for diagnosis in report.diagnosis:
                terminalreporter.line(f"  {one_line(diagnosis.title)}")


class AnswerFile(pytest.File):
    """A learner's file; its items are the checks of its exercise."""

    def __init__(self, *, exercise: Exercise, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.exercise = exercise
        self._report: Report | None = None

    def collect(self) -> Iterable[pytest.Item]:
        """The checks by their ids: they are the suite's, so that they are the same whatever stands in the file."""
        _grader(self.config, self.exercise)  # its worker imports PyTorch while the suite does so here
        from gradkata.grading.suites import load_suite

        for check in load_suite(self.exercise).checks:
            yield CheckItem.from_parent(self, name=check.id)

    def report(self) -> Report:
        """The report on the file, made when it is first asked for."""
        if self._report is None:
            from gradkata.grading.submission import Submission
            from gradkata.practice.attempt import Attempt
            from gradkata.practice.store import Store

            submission = Submission.read(self.path)
            self._report = _grader(self.config, self.exercise).grade(self.exercise, submission)
            Store.of_user().record(Attempt.of(self.exercise, self._report, submission.source, origin="pytest"))
            self.config.stash.setdefault(_REPORTS, []).append(self._report)
        return self._report


class CheckItem(pytest.Item):
    """One check."""

    parent: AnswerFile

    def runtest(self) -> None:
        """Passes if the check did.

        Raises:
            NotPassed: it did not, and is required.
        """
        report = self.parent.report()
        check = next((one for one in report.checks if one.id == self.name), None)
        if check is None:
            raise NotPassed(f"{self.name} was not judged. {report.fault}")
        if check.status == "passed":
            return
        if not check.required and report.passed:
            lost = f"not required to pass, {check.points:g} of {check.max_points:g} points: {check.title}"
            self.add_marker(pytest.mark.xfail(reason=lost))
        raise NotPassed(_message(report, check))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ANN401
        """The report's message alone."""
        from gradkata.errors import UserError

        if isinstance(excinfo.value, NotPassed | UserError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the item stands: at the learner's file."""
        return self.path, 0, f"{self.name} ({self.parent.exercise.id})"


def _exercise_in(path: Path) -> Exercise | None:
    """The exercise whose file this is: `exercises/<id>/<id>.py` in a kit or in a learner's folder."""
    if path.suffix != ".py" or path.stem != path.parent.name or path.parent.parent.name != "exercises":
        return None
    kit = _kit_at(path.parents[2])
    return kit.exercise(path.stem) if kit is not None and path.stem in kit.ids() else None


def _kit_at(root: Path) -> Kit | None:
    is_learners = (root / MARKER).is_file()
    graders = root / "graders"
    if not is_learners and not (graders.is_dir() and any(graders.glob("*/suite.py"))):
        return None
    from gradkata.content import Kit
    from gradkata.practice.folder import kit_of

    return kit_of(root) if is_learners else Kit(root)


def _grader(config: pytest.Config, exercise: Exercise) -> Grader:
    graders = config.stash.setdefault(_GRADERS, {})
    if exercise.root not in graders:
        from gradkata.content import Kit
        from gradkata.grading.grader import Grader

        graders[exercise.root] = Grader(Kit(exercise.root))
    return graders[exercise.root]


def _message(report: Report, check: CheckResult) -> str:
    from gradkata.report.printable import one_line, printable

    lines = [one_line(check.title), *printable(check.message).splitlines()]
    if report.fault and report.fault not in check.message:
        lines += printable(report.fault).splitlines()
    lines.append(f"{check.points:g} of {check.max_points:g} points")
    return "\n".join(lines)
