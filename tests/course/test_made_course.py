"""What `gradkata course init` makes, and what students get of it."""

from __future__ import annotations

import json
import re

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator
from typer.testing import CliRunner

from gradkata.cli import app
from gradkata.content import Kit
from gradkata.content.follow_ups import read_model_answers
from gradkata.grading.suites import load_suite

EXERCISES = ("clip_grad_norm", "train_step")
pytestmark = pytest.mark.filterwarnings("ignore")  # nbgrader's and Jupyter's own


def cells(course, step, name):
    path = course / step / "gradient_clipping" / f"{name}.ipynb"
    return nbformat.read(path, as_version=4).cells


@pytest.mark.parametrize("name", EXERCISES)
def test_the_notebooks_are_valid_for_jupyter_and_for_nbgrader(course, name):
    notebook = nbformat.read(course / "source" / "gradient_clipping" / f"{name}.ipynb", as_version=4)
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)


@pytest.mark.parametrize("name", EXERCISES)
def test_each_kind_of_check_has_a_grade_cell_with_the_suites_points(course, quick_kit, name):
    expected = {}
    for check in load_suite(Kit(quick_kit).exercise(name)).checks:
        expected[check.kind.value] = expected.get(check.kind.value, 0) + check.points
    marks = [cell.metadata.nbgrader for cell in cells(course, "source", name) if cell.cell_type == "code"]
    assert {mark.grade_id: mark.points for mark in marks if mark.grade} == expected


@pytest.mark.parametrize("name", EXERCISES)
def test_each_follow_up_question_has_a_cell_for_the_answer_with_its_rubric(course, quick_kit, name):
    answers = read_model_answers(Kit(quick_kit).exercise(name).answer)
    texts = [cell.source for cell in cells(course, "source", name) if cell.cell_type == "markdown"]
    for answer in answers:
        assert any(answer.question in text for text in texts)
        assert any(all(point in text for point in answer.points) and "### BEGIN SOLUTION" in text for text in texts)


@pytest.mark.parametrize("name", EXERCISES)
def test_the_students_version_holds_no_answer_no_rubric_and_no_hidden_test(course, quick_kit, name):
    exercise = Kit(quick_kit).exercise(name)
    text = "\n".join(cell.source for cell in cells(course, "release", name))
    card = exercise.card
    secrets = [line.strip() for solution in exercise.solutions() for line in solution.source.splitlines()]
    secrets += [point for answer in read_model_answers(exercise.answer) for point in answer.points]
    secrets += [answer.text.splitlines()[0] for answer in read_model_answers(exercise.answer)]
    leaked = [line for line in secrets if len(line) > 20 and line not in card and line in text]
    assert leaked == []
    assert re.findall("BEGIN|points\\(|Rubric|Model answer", text) == []
    assert "raise NotImplementedError" in text
    assert f'check("{name}")' in text


def test_a_course_is_not_overwritten(course):
    before = {path: path.read_bytes() for path in course.rglob("*") if path.is_file()}
    result = CliRunner().invoke(app, ["course", "init", str(course)])
    assert result.exit_code == 2 or "there is a course already" in str(result.exception)
    assert {path: path.read_bytes() for path in course.rglob("*") if path.is_file()} == before


def test_the_configuration_says_which_kit_and_grades_outside_the_kernel(course, quick_kit):
    text = (course / "nbgrader_config.py").read_text()
    assert f"kit={str(quick_kit)!r}" in text
    assert "configure(" in text


def test_the_rubrics_stand_on_one_page_for_those_who_grade(course, quick_kit):
    text = (course / "RUBRIC.md").read_text()
    for name in EXERCISES:
        for answer in read_model_answers(Kit(quick_kit).exercise(name).answer):
            assert answer.question in text
            assert all(point in text for point in answer.points)


def test_the_readme_names_the_notebooks_with_their_points_and_the_commands(course):
    text = (course / "README.md").read_text()
    assert "| `clip_grad_norm` | 100 points | 30 points |" in text
    for command in ("generate_assignment", "collect", "generate_feedback", "export"):
        assert f"nbgrader {command}" in text
    assert "*Formgrader*" in text


def test_what_a_notebook_is_graded_by_stands_in_its_hidden_tests(course):
    notebook = json.loads((course / "source" / "gradient_clipping" / "train_step.ipynb").read_text())
    hidden = [cell["source"] for cell in notebook["cells"] if "BEGIN HIDDEN TESTS" in cell["source"]]
    assert [re.search(r'points\("train_step", "(\w+)"\)', source)[1] for source in hidden] == [
        "integrity",
        "ordering",
        "correctness",
        "robustness",
    ]
