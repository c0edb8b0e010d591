"""What a hidden test calls where nbgrader's own `Execute` runs it: the same points, by the same sandboxed grading.

With the configuration that `gradkata course init` writes, no hidden test is ever run and this is not used. It lets the
notebooks be graded by an nbgrader without that configuration, as safe as that is: the student's code then runs in the
kernel beside this function.
"""

from __future__ import annotations

from functools import lru_cache

from gradkata.content import find_kit
from gradkata.grading.grader import Grader
from gradkata.grading.notebooks import answer_of
from gradkata.grading.submission import Submission
from gradkata.report.model import Kind, Report


def points(exercise_id: str, kind: str) -> float:
    """The points that the answer in the running notebook earns for one kind of check."""
    from IPython.core.getipython import get_ipython  # noqa: PLC0415  (there is one in a kernel alone)

    shell = get_ipython()
    cells = [] if shell is None else shell.user_ns.get("In", [])
    exercise = find_kit().exercise(exercise_id)
    source = answer_of((cell for cell in cells if isinstance(cell, str)), exercise.entry_points)
    report = _report(exercise_id, source)
    return round(sum(check.points for check in report.checks if check.kind is Kind(kind)), 4)


@lru_cache(maxsize=8)
def _report(exercise_id: str, source: str) -> Report:
    kit = find_kit()
    with Grader(kit) as grader:
        return grader.grade(kit.exercise(exercise_id), Submission.of(f"{exercise_id}.ipynb", source))
