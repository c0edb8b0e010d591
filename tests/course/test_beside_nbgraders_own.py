"""The same faults under nbgrader's own `Execute`, once, in a real kernel: what the course's grading spares a class.

One notebook holds them all, since a kernel takes seconds to start. It needs no PyTorch.
"""

from __future__ import annotations

import contextlib
import json
import logging
from types import SimpleNamespace

import pytest
from nbconvert.exporters import NotebookExporter
from nbgrader.api import Gradebook
from nbgrader.apps import AutogradeApp, GenerateAssignmentApp
from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute, SaveAutoGrades

from gradkata.content.cells import code_cell, notebook, to_text
from gradkata.course import in_kernel
from gradkata.grading.notebooks import answer_of
from gradkata.report.model import Kind

pytestmark = pytest.mark.filterwarnings("ignore")  # nbgrader's and Jupyter's own
NAME = "plain"
HIDDEN = {
    "right": "assert double(2) == 4, 'the hidden input is 2'",
    "wrong": "assert triple(7) == 21, 'the hidden input is 7'",
    "warned": "assert warned(2) == 4",
    "silent": "score_silently()",
    "odd": "score_oddly()",
}
ANSWER = """
import sys

def double(x):
    return 2 * x

def triple(x):
    return x

def warned(x):
    print("a harmless note", file=sys.stderr)
    return 2 * x

def score_silently():
    return None

def score_oddly():
    return "as much as you like"

with open({path!r}, "rb") as file:
    stolen = file.read(15)
print(stolen)
"""


@pytest.fixture(scope="module")
def executed(course, nbgrader):
    """A submission after nbgrader's own autograding: the scores by cell, and the autograded notebook's text."""
    folder = course / "source" / NAME
    folder.mkdir()

    def marked(made, **marks):
        plain = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
        made["metadata"]["nbgrader"] = {**plain, **marks, "grade_id": made["id"]}
        return made

    cells = [marked(code_cell("answer", "### BEGIN SOLUTION\n1\n### END SOLUTION"), solution=True)]
    for name, test in HIDDEN.items():
        source = f"### BEGIN HIDDEN TESTS\n{test}\n### END HIDDEN TESTS"
        cells.append(marked(code_cell(name, source), grade=True, locked=True, points=10))
    (folder / f"{NAME}.ipynb").write_text(to_text(notebook(cells)))
    nbgrader(GenerateAssignmentApp, course, NAME)
    with contextlib.chdir(course):
        released = json.loads((course / "release" / NAME / f"{NAME}.ipynb").read_text())
        released["cells"][0]["source"] = ANSWER.format(path=str(course / "gradebook.db"))
        handed_in = course / "submitted" / "kernel" / NAME / f"{NAME}.ipynb"
        handed_in.parent.mkdir(parents=True)
        handed_in.write_text(json.dumps(released))
        app = AutogradeApp(log_level=logging.CRITICAL)
        app.initialize(["--student", "kernel"])
        app.coursedir.assignment_id = NAME
        converter = Autograde(coursedir=app.coursedir, parent=app)
        converter.exporter_class = NotebookExporter
        converter.autograde_preprocessors = [Execute, SaveAutoGrades]
        converter.start()
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "course") as gradebook:
        grades = gradebook.find_submission(NAME, "kernel").notebooks[0].grades
        scores = {grade.name: grade.auto_score for grade in grades}
    return scores, (course / "autograded" / "kernel" / NAME / f"{NAME}.ipynb").read_text()


def test_a_kernel_lets_a_submission_read_the_gradebook(executed):
    assert "SQLite format 3" in executed[1]


def test_a_kernel_shows_hidden_tests_in_what_becomes_the_feedback(executed):
    assert "the hidden input is 7" in executed[1]
    assert "BEGIN HIDDEN TESTS" in executed[1]


def test_a_kernel_gives_points_for_nothing_and_takes_them_for_a_note(executed):
    assert executed[0] == {"right": 10, "wrong": 0, "warned": 0, "silent": 10, "odd": 10}


def test_a_hidden_test_that_is_run_nevertheless_grades_the_answer_in_the_cells(monkeypatch, right):
    """What `points` does in a kernel, with the cells that IPython keeps and a grader that only listens."""
    heard = []

    class Shell:
        user_ns = {"In": ["", right("train_step"), "import os", 'points("train_step", "ordering")']}  # noqa: RUF012

    class Grader(contextlib.nullcontext):
        def grade(self, exercise, submission):
            heard.append((exercise.id, submission.source))
            checks = [SimpleNamespace(kind=kind, points=20.0) for kind in (Kind.ORDERING, Kind.PARITY, Kind.ORDERING)]
            return SimpleNamespace(checks=checks)

        def __enter__(self):
            return self

    monkeypatch.setattr("IPython.core.getipython.get_ipython", Shell)
    monkeypatch.setattr(in_kernel, "Grader", Grader)
    assert in_kernel.points("train_step", "ordering") == 40.0
    assert in_kernel.points("train_step", "parity") == 20.0
    assert [exercise for exercise, _ in heard] == ["train_step"]
    assert heard[0][1].endswith(answer_of([right("train_step")], ["train_step"]))
