"""A class from beginning to end, through nbgrader's own applications: hand in, autograde, feedback, export."""

from __future__ import annotations

import csv
import json
import sqlite3
from pathlib import Path

import pytest
from nbgrader.apps import AutogradeApp, ExportApp, GenerateFeedbackApp
from typer.testing import CliRunner

from gradkata.cli import app
from gradkata.course import config, running, writing
from gradkata.grading import task
from gradkata.report.model import Report

ASSIGNMENT = "gradient_clipping"
NOTEBOOKS = ("clip_grad_norm", "train_step")
pytestmark = pytest.mark.filterwarnings("ignore")  # nbgrader's and Jupyter's own


def autograde(course, *options):
    result = CliRunner().invoke(
        app, ["course", "autograde", ASSIGNMENT, "--course", str(course), "--jobs", "1", *options]
    )
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def mark(notebook, grade_id):
    cells = [cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id]
    return cells[0]


def extra(source, place=None):
    made = {"cell_type": "code", "id": "mine", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
    return lambda notebook: notebook["cells"].insert(len(notebook["cells"]) if place is None else place, made)


def written_answer(text):
    return lambda notebook: mark(notebook, "question-1-answer").update(source=text)


def deleted(notebook):
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"][:1]


def doubled(notebook):
    notebook["cells"] = [cell for cell in notebook["cells"] for _ in range(2)]


def forged(notebook):
    """Claims everything that can be claimed."""
    for cell in notebook["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if marks.get("grade"):
            marks["points"] = 1000
            cell["source"] = "1000.0"
            if cell["cell_type"] == "code":
                number = {"output_type": "execute_result", "data": {"text/plain": "1000"}, "metadata": {}}
                cell["outputs"] = [{**number, "execution_count": 1}]
    notebook["metadata"]["gradkata"] = {"judged": True, "source": "forged", "file": "", "terms": ""}


def another_kernel(notebook):
    notebook["metadata"]["kernelspec"] = {"name": "julia-1.9", "display_name": "Julia", "language": "julia"}


OTHER_THINGS = """%matplotlib inline
!touch was_here
name = input("Who are you? ")
import matplotlib.pyplot as plt
plt.plot([1, 2])
while True:
    pass
"""

READS = """
def clip_grad_norm(parameters, max_norm):
    parameters = list(parameters)
    with open({path!r}, "rb") as file:
        file.read(1)
    return _right(parameters, max_norm)
"""

WRITES = """
def clip_grad_norm(parameters, max_norm):
    import sqlite3
    with sqlite3.connect({path!r}) as gradebook:
        gradebook.execute("update grade set auto_score = 100, manual_score = 100")
    return _right(parameters, max_norm)
"""

WARNS = """
def clip_grad_norm(parameters, max_norm):
    import sys, warnings
    warnings.warn("slow")
    print("hello", file=sys.stderr)
    return _right(parameters, max_norm)
"""

CRASHES = """
def clip_grad_norm(parameters, max_norm):
    import os
    os._exit(0)
"""


@pytest.fixture(scope="module", autouse=True)
def one_grader():
    """The grader stays between the runs of this module: each would start one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "close", lambda: None)
        yield
    task.close()


@pytest.fixture(scope="module")
def graded(course, hand_in, answer, right):
    """Everybody has handed in, and `gradkata course autograde` has run."""
    name = "clip_grad_norm"
    good = right(name)
    renamed = good.replace("def clip_grad_norm(", "def _right(")

    def both(student, *changes):
        hand_in(student, name, answer(good), *changes)
        hand_in(student, "train_step", answer(right("train_step")))

    both("right", written_answer("Against exploding gradients."))
    hand_in("wrong", name, answer("def clip_grad_norm(parameters, max_norm):\n    return 0.0"))
    hand_in("untouched", name)
    hand_in("broken", name, data=b'{"cells": [')
    both("deleted", deleted)
    both("doubled", doubled)
    hand_in("forged", name, forged)
    both("other-things", another_kernel, extra(OTHER_THINGS, 2), extra(OTHER_THINGS.replace("mine", "more"), None))
    hand_in("reads", name, answer(renamed + READS.format(path=str(course / "gradebook.db"))))
    hand_in("reads-source", name, answer(renamed + READS.format(path=str(course / "source"))))
    hand_in("writes", name, answer(renamed + WRITES.format(path=str(course / "gradebook.db"))))
    hand_in("warns", name, answer(renamed + WARNS))
    hand_in("crashes", name, answer(good))
    theirs = hand_in("links", name)
    theirs.unlink()
    theirs.symlink_to(course / "submitted" / "right" / ASSIGNMENT / f"{name}.ipynb")
    (theirs.parent / "marks.db").symlink_to(course / "gradebook.db")
    (hand_in("misnamed", name)).rename(course / "submitted" / "misnamed" / ASSIGNMENT / "my answer.ipynb")
    result = autograde(course)
    assert result.exit_code == 0, result.output
    return result


def total(scores, student, notebook):
    marks = scores(student)
    return sum(score or 0.0 for (name, cell), score in marks.items() if name == notebook and "question" not in cell)


FULL = 100.0


@pytest.mark.parametrize(
    ("student", "points"),
    [
        ("right", FULL),
        ("deleted", FULL),
        ("doubled", FULL),
        ("other-things", FULL),
        ("warns", FULL),
        ("untouched", 0.0),
        ("broken", 0.0),
        ("forged", 0.0),
        ("links", 0.0),
        ("misnamed", 0.0),
    ],
)
def test_each_gets_what_the_answer_is_worth(graded, scores, student, points):
    assert total(scores, student, "clip_grad_norm") == pytest.approx(points, abs=3)
    if points == FULL:
        assert total(scores, student, "clip_grad_norm") == FULL


@pytest.mark.parametrize("student", ["reads", "reads-source", "writes"])
def test_what_reaches_for_the_course_reaches_nothing(graded, scores, student):
    marks = scores(student)
    assert marks["clip_grad_norm", "correctness"] == 0.0
    assert marks["clip_grad_norm", "robustness"] == 0.0


def test_nothing_of_a_notebook_ran_beside_the_answer(graded, course):
    assert list(course.rglob("was_here")) == []


def test_points_in_the_gradebook_are_those_of_the_reports(graded, course, scores):
    reports = {}
    for path in (course / "reports" / ASSIGNMENT).glob("*.jsonl"):
        for line in path.read_text().splitlines():
            report = Report.model_validate_json(line)
            reports[report.submission.name.split("/")[0], path.stem] = report
    assert len(reports) > 15
    marks = {student: scores(student) for student, _ in reports}
    for (student, notebook), report in reports.items():
        for kind in {check.kind for check in report.checks}:
            points = sum(check.points for check in report.checks if check.kind is kind)
            assert marks[student][notebook, kind.value] == points, (student, notebook, kind)


def test_a_notebook_that_is_missing_has_no_points_and_waits_for_nobody(graded, scores):
    assert {score for (name, _), score in scores("wrong").items() if name == "train_step"} == {0.0}


def test_written_answers_wait_for_the_instructor_and_missing_ones_do_not(graded, scores):
    assert scores("right")["clip_grad_norm", "question-1-answer"] is None
    assert scores("right")["clip_grad_norm", "question-2-answer"] == 0.0


def test_each_student_has_a_line_for_each_notebook(graded):
    lines = graded.stdout.splitlines()
    assert "right  clip_grad_norm: passed, 100 of 100 points" in lines
    assert "wrong  train_step: not handed in" in lines
    assert "misnamed  clip_grad_norm: not handed in" in lines


def test_what_has_not_changed_is_left_as_it_is(graded, course):
    again = autograde(course)
    assert again.stdout == ""
    assert "0 submissions written to the gradebook, 15 unchanged" in again.output


def test_feedback_and_export_agree_with_the_gradebook_and_show_nothing_hidden(graded, course, nbgrader, scores):
    for student in ("right", "wrong", "broken", "links"):
        nbgrader(GenerateFeedbackApp, course, ASSIGNMENT, "--student", student)
    for student, reason in (("wrong", "✘ not passed"), ("broken", "it is no JSON"), ("links", "is a link, not a file")):
        page = (course / "feedback" / student / ASSIGNMENT / "clip_grad_norm.html").read_text()
        assert f"Score: {total(scores, student, 'clip_grad_norm')}" in page
        assert reason in page
        assert [word for word in ("points(", "HIDDEN TESTS", "Rubric") if word in page] == []
    assert not (course / "feedback" / "links" / ASSIGNMENT / "marks.db").exists()
    nbgrader(ExportApp, course)
    with (course / "grades.csv").open() as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file) if row["assignment"] == ASSIGNMENT}
    for student in ("right", "wrong", "forged", "broken"):
        assert float(rows[student]["raw_score"]) == sum(score or 0.0 for score in scores(student).values())
        assert float(rows[student]["max_score"]) == 275.0


def test_html_in_a_students_text_is_shown_as_text(graded, course, nbgrader, hand_in):
    text = "See: <script>steal()</script> [x](javascript:steal()) a < b **bold**"
    hand_in(
        "html", "clip_grad_norm", written_answer(text), lambda notebook: notebook["cells"][0].update(cell_type="raw")
    )
    autograde(course)
    nbgrader(GenerateFeedbackApp, course, ASSIGNMENT, "--student", "html")
    page = (course / "feedback" / "html" / ASSIGNMENT / "clip_grad_norm.html").read_text()
    assert "&lt;script&gt;steal()&lt;/script&gt;" in page
    assert "<strong>bold</strong>" in page
    assert "javascript:steal" not in page
    assert "<script>steal" not in page


def test_nbgraders_own_command_gives_the_same_scores(graded, course, nbgrader, scores):
    before = {student: scores(student) for student in ("right", "wrong", "forged")}
    for student in before:
        nbgrader(AutogradeApp, course, ASSIGNMENT, "--student", student, "--force")
    assert {student: scores(student) for student in before} == before


def test_no_old_score_stays_when_a_new_submission_crashes(graded, course, nbgrader, hand_in, answer, scores):
    assert total(scores, "crashes", "clip_grad_norm") == FULL
    nbgrader(GenerateFeedbackApp, course, ASSIGNMENT, "--student", "crashes")
    hand_in("crashes", "clip_grad_norm", answer(CRASHES))
    autograde(course)
    assert not (course / "feedback" / "crashes" / ASSIGNMENT).exists()
    assert scores("crashes")["clip_grad_norm", "correctness"] == 0.0
    hand_in("crashes", "clip_grad_norm", data=b"not even json")
    autograde(course)
    assert total(scores, "crashes", "clip_grad_norm") == 0.0


def test_what_nbgrader_cannot_convert_loses_its_old_score_and_waits_for_the_instructor(graded, course, hand_in, scores):
    path = hand_in("stamped", "clip_grad_norm")
    autograde(course)
    path.with_name("timestamp.txt").write_text("half past never")
    path.write_bytes(b"{}")
    result = autograde(course)
    assert result.exit_code == 3
    assert "gradkata: stamped: " in result.output
    assert total(scores, "stamped", "clip_grad_norm") == 0.0
    path.with_name("timestamp.txt").unlink()
    assert autograde(course).exit_code == 0


def test_a_locked_gradebook_is_waited_for_where_nbgrader_gives_the_batch_up(
    graded, course, nbgrader, hand_in, answer, right, scores, monkeypatch
):
    for student in ("locked-1", "locked-2"):
        hand_in(student, "clip_grad_norm", answer(right("clip_grad_norm")))
    monkeypatch.setattr(config, "BUSY_SECONDS", 0)
    lock = sqlite3.connect(course / "gradebook.db", isolation_level=None)
    lock.execute("begin immediate")
    with pytest.raises(SystemExit):
        nbgrader(AutogradeApp, course, ASSIGNMENT, "--student", "locked-*")
    lock.execute("rollback")
    with pytest.raises(Exception, match="No such submission"):
        scores("locked-1")
    released = []

    def release(_seconds):
        released.append(lock.execute("rollback"))

    monkeypatch.setattr(writing.time, "sleep", release)
    lock.execute("begin immediate")
    assert autograde(course).exit_code == 0
    lock.close()
    assert len(released) == 1
    assert total(scores, "locked-1", "clip_grad_norm") == total(scores, "locked-2", "clip_grad_norm") == FULL


def test_an_interrupted_run_goes_on_where_it_was(graded, course, hand_in, answer, right, monkeypatch):
    for number in range(3):
        hand_in(f"late-{number}", "clip_grad_norm", answer(f"{right('clip_grad_norm')}\n# {number}"))
    whole = writing.Writer.write

    def stop_at_the_second(self, student, submitted, *, empty):
        if student == "late-1":
            raise KeyboardInterrupt
        return whole(self, student, submitted, empty=empty)

    with monkeypatch.context() as patch:
        patch.setattr(writing.Writer, "write", stop_at_the_second)
        stopped = CliRunner().invoke(app, ["course", "autograde", ASSIGNMENT, "--course", str(course), "--jobs", "1"])
    assert "the same command goes on from there" in stopped.output
    again = autograde(course)
    assert [line.split()[0] for line in again.stdout.splitlines()[::2]] == ["late-1", "late-2"]
    journal = Path(course, "reports", ASSIGNMENT, "clip_grad_norm.jsonl").read_text().splitlines()
    names = [json.loads(line)["submission"]["name"] for line in journal]
    assert names.count("late-1/clip_grad_norm.ipynb") == 1


@pytest.fixture
def elsewhere(request):
    """Options that have a class graded in other processes."""
    if request.param == "processes":
        yield ["--jobs", "2"]
        return
    distributed = pytest.importorskip("distributed", reason="distributed (extra `cluster`) is not installed")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1", silence_logs=50
    ) as cluster:
        yield ["--dask", cluster.scheduler_address]


@pytest.mark.parametrize("elsewhere", ["processes", "cluster"], indirect=True)
def test_wherever_a_class_is_graded_everybody_gets_what_the_answer_is_worth(
    graded, course, hand_in, answer, right, scores, elsewhere
):
    name, where = "clip_grad_norm", elsewhere[0].strip("-")
    hand_in(f"{where}-right", name, answer(f"{right(name)}\n# {where}"))
    hand_in(f"{where}-wrong", name, answer(f"def clip_grad_norm(parameters, max_norm):\n    return 0.0  # {where}"))
    result = autograde(course, *elsewhere)
    assert result.exit_code == 0, result.output
    assert "2 submissions written to the gradebook" in result.output
    assert total(scores, f"{where}-right", name) == FULL
    assert total(scores, f"{where}-wrong", name) < FULL


def test_what_is_no_course_is_told_in_one_line(tmp_path, course):
    result = CliRunner().invoke(app, ["course", "autograde", "x", "--course", str(tmp_path)])
    assert "is no course: there is no nbgrader_config.py" in str(result.exception)
    result = CliRunner().invoke(app, ["course", "autograde", "nothing", "--course", str(course)])
    assert "make it with `nbgrader generate_assignment nothing`" in str(result.exception)
