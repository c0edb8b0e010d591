"""A report as the outputs of a notebook's cells, in the form from which nbgrader reads points.

nbgrader takes a number that a grade cell ends in as its points. There is always exactly one, and never an error or
anything on stderr, from which it would read zero.
"""

from __future__ import annotations

import textwrap
from typing import Any

from gradkata.report.entry import for_learner
from gradkata.report.gradebook import about
from gradkata.report.model import CheckResult, Kind, Report, Status
from gradkata.report.printable import one_line, printable

Output = dict[str, Any]
_WIDTH = 96
_SIGNS = {Status.PASSED: "✔", Status.FAILED: "✘", Status.NOT_JUDGED: "?"}
NOT_JUDGED = (
    "Not judged: the grader or its machine is at fault, not this answer. No points were given yet; they must be given "
    "by hand, or by grading again."
)


def earned(report: Report, kind: Kind, worth: float) -> float:
    """The points of a grade cell that is worth `worth`: the share of the kind's points that the checks earned.

    A report that is no verdict earns none, and neither does a kind of check that the suite does not have.
    """
    checks = [check for check in report.checks if check.kind is kind]
    full = sum(check.max_points for check in checks)
    if report.verdict is Status.NOT_JUDGED or full <= 0:
        return 0.0
    points = sum(check.points for check in checks if check.status is Status.PASSED)
    # Rounded, so that sums stay readable; never above what the cell is worth, which nbgrader would refuse.
    return min(worth, round(max(points / full, 0.0) * worth, 4))


def grade_outputs(report: Report, kind: Kind, points: float) -> list[Output]:
    """What a grade cell shows: its checks, and as its result the points."""
    return [_text(_checks(report, kind)), _number(points)]


def foreign_outputs() -> list[Output]:
    """What a grade cell shows that asks for nothing of ours."""
    return [_text("This cell was not run and earns nothing: gradkata runs no test in a notebook."), _number(0.0)]


def verdict_output(report: Report) -> Output:
    """What the answer's cell shows: the verdict and the reason, as the author may see it."""
    if report.verdict is Status.NOT_JUDGED:
        return _text(NOT_JUDGED)
    shown = for_learner(report)
    word = "passed" if shown.passed else "not passed"
    parts = [f"{_SIGNS[shown.verdict]} {word}: {shown.points:g} of {shown.max_points:g} points", about(shown)]
    if shown.output:
        parts.append(f"Printed by the submission:\n{printable(shown.output).rstrip()}")
    return _text("\n\n".join(part for part in parts if part))


def _checks(report: Report, kind: Kind) -> str:
    if report.verdict is Status.NOT_JUDGED:
        return NOT_JUDGED
    checks = [check for check in for_learner(report).checks if check.kind is kind]
    return "\n".join(_check(check) for check in checks)


def _check(check: CheckResult) -> str:
    head = f"{_SIGNS[check.status]} {one_line(check.title)} ({check.points:g} of {check.max_points:g})"
    if check.status is Status.PASSED:
        return head
    lines = printable(check.message).rstrip().splitlines()
    return "\n".join([head, *(f"    {line}" for line in lines)])


def _text(text: str) -> Output:
    lines = (part for line in text.rstrip("\n").split("\n") for part in _wrapped(line))
    return {"output_type": "stream", "name": "stdout", "text": "\n".join(lines) + "\n"}


def _wrapped(line: str) -> list[str]:
    """The line in parts that a page shows whole, each as far in as the first."""
    indent = " " * (len(line) - len(line.lstrip()))
    return textwrap.wrap(line, _WIDTH, subsequent_indent=indent, break_on_hyphens=False) or [""]


def _number(points: float) -> Output:
    return {
        "output_type": "execute_result",
        "data": {"text/plain": repr(float(points))},
        "metadata": {},
        "execution_count": 1,
    }
