"""The instructor's version of an exercise as an nbgrader notebook.

Everything that students must not see stands between nbgrader's own marks, so that `nbgrader generate_assignment` takes
it out: the reference answer and the rubrics as solutions, the call that grades as a hidden test.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from gradkata.content import Exercise
from gradkata.content.cells import Cell, Notebook, code_cell, markdown_cell, notebook
from gradkata.content.follow_ups import ModelAnswer, read_model_answers
from gradkata.errors import ContentError
from gradkata.grading.notebooks import answer_of
from gradkata.report.model import Kind

ABOUT = {
    Kind.CORRECTNESS: "the mathematics",
    Kind.PARITY: "the same numbers as PyTorch's own function on generated inputs",
    Kind.ROBUSTNESS: "odd inputs, one check for each line of the contract",
    Kind.ORDERING: "what happens when around `backward()`, `step()` and `zero_grad()`",
    Kind.INTERMEDIATES: "memory that grows with the gradients",
    Kind.SYNCHRONISATION: "how often the host waits for the device",
    Kind.DEVICES: "gradients that live on several devices",
    Kind.INTEGRITY: "the answer was written, not borrowed",
}
"""What each kind of check is about, for those who see its points."""
_SHOWN = ("Question", "Contract", "Example", "Clarifying questions")


def source_notebook(exercise: Exercise, points: Mapping[Kind, float], question_points: float) -> Notebook:
    """The notebook with the answer, a grade cell for each kind of check, and the follow-up questions, if worth points.

    Raises:
        ContentError: the kit has no reference answer to the exercise.
    """
    cells = [
        _locked("card", markdown_cell("card", _card(exercise))),
        _locked("task", markdown_cell("task", _task(exercise))),
        _marked(code_cell("answer", _answer(exercise)), "answer", solution=True),
        _locked("self-check", code_cell("self-check", SELF_CHECK.format(id=exercise.id))),
        *(_grade_cell(exercise, kind, worth) for kind, worth in points.items()),
    ]
    if question_points:
        for number, answer in enumerate(model_answers(exercise), 1):
            cells += _question(number, answer, question_points)
    return notebook(cells, {"gradkata": {"exercise": exercise.id}})


SELF_CHECK = """\
# Run this as often as you like: it tells you how your answer does, and is not graded.
from gradkata.notebook import check

check("{id}")
"""


def model_answers(exercise: Exercise) -> list[ModelAnswer]:
    """The answers to the card's follow-up questions, in the card's order; none in a kit without answers."""
    answers = {answer.question: answer for answer in read_model_answers(exercise.answer or "")}
    asked = exercise.parsed_card().bullets("Follow-up questions")
    return [answers[question] for question in asked if question in answers]


def _card(exercise: Exercise) -> str:
    card = exercise.parsed_card()
    parts = [f"# {card.title}"]
    parts += [f"## {section.name}\n\n{section.text}" for section in card.sections if section.name in _SHOWN]
    return "\n\n".join(parts)


def _task(exercise: Exercise) -> str:
    names = " and ".join(f"`{name}`" for name in exercise.entry_points)
    return (
        f"## Your answer\n\nWrite {names} in the next cell. Helpers and imports may stand in cells of your own. "
        "What is graded is read from the saved notebook: save it before you hand it in. Code is graded apart from this "
        "notebook, so plots, prints and experiments in other cells cost nothing and earn nothing."
    )


def _answer(exercise: Exercise) -> str:
    """The card's stub, and in each function's body, between the marks, what the reference answer does."""
    reference = next((one.source for one in exercise.solutions() if one.name == "reference"), None)
    if reference is None:
        path = exercise.solutions_folder / "reference.py"
        raise ContentError(path, "the file is missing", "a course needs the answers: use the full kit")
    stub = exercise.parsed_card().code("Signature")
    lines = stub.splitlines()
    functions = [node for node in ast.parse(stub).body if isinstance(node, ast.FunctionDef)]
    for function in reversed(functions):
        if function.name in exercise.entry_points:
            body = function.body[-1]
            lines[body.lineno - 1 : body.end_lineno] = _solution(function, reference)
    return "\n".join(lines)


def _solution(function: ast.FunctionDef, reference: str) -> list[str]:
    """The reference as a function within the function, so that its decorators, imports and helpers come along."""
    inner = answer_of([reference], [function.name]).strip("\n")
    call = f"return {function.name}({_passed_on(function.args)})"
    text = f"### BEGIN SOLUTION\n{inner}\n\n{call}\n### END SOLUTION"
    return textwrap.indent(text, "    ").splitlines()


def _passed_on(arguments: ast.arguments) -> str:
    """A signature's arguments as those of a call."""
    passed = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    passed += [f"*{arguments.vararg.arg}"] if arguments.vararg else []
    passed += [f"{argument.arg}={argument.arg}" for argument in arguments.kwonlyargs]
    passed += [f"**{arguments.kwarg.arg}"] if arguments.kwarg else []
    return ", ".join(passed)


def _grade_cell(exercise: Exercise, kind: Kind, points: float) -> Cell:
    source = (
        f"# {kind.value.capitalize()} ({points:g} points, in parts): {ABOUT[kind]}.\n"
        "# Graded after you hand in; there is nothing to write here.\n"
        "### BEGIN HIDDEN TESTS\n"
        "from gradkata.course import points\n\n"
        f'points("{exercise.id}", "{kind.value}")\n'
        "### END HIDDEN TESTS"
    )
    return _marked(code_cell(kind.value, source), kind.value, grade=True, locked=True, points=points)


def _question(number: int, answer: ModelAnswer, points: float) -> Iterator[Cell]:
    asked = f"### Question {number} ({points:g} points)\n\n{answer.question}"
    yield _locked(f"question-{number}", markdown_cell(f"question-{number}", asked))
    text = f"### BEGIN SOLUTION\n{rubric(answer, points)}\n### END SOLUTION"
    cell = markdown_cell(f"question-{number}-answer", text)
    yield _marked(cell, f"question-{number}-answer", grade=True, solution=True, points=points)


def rubric(answer: ModelAnswer, points: float) -> str:
    """What whoever grades an answer by hand goes by."""
    key_points = "\n".join(f"- {point}" for point in answer.points)
    return f"**Rubric, {points:g} points.** Key points:\n\n{key_points}\n\n**Model answer.** {answer.text}"


def _locked(grade_id: str, cell: Cell) -> Cell:
    return _marked(cell, grade_id, locked=True)


def _marked(cell: Cell, grade_id: str, **marks: bool | float) -> Cell:
    """The cell with nbgrader's metadata (schema 3)."""
    nbgrader: dict[str, Any] = {"grade": False, "solution": False, "locked": False, "task": False}
    cell["metadata"]["nbgrader"] = {**nbgrader, **marks, "grade_id": grade_id, "schema_version": 3}
    return cell
