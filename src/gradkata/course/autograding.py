"""What takes the place of nbgrader's own parts in `nbgrader autograde`: no student's code runs in a kernel.

`SubmissionExporter` reads submissions, `Grade` stands where `Execute` stood, `SaveScores` where `SaveAutoGrades` did.
`gradkata.course.config` puts them there; everything else of nbgrader stays as it is.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.converters import NbGraderException
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from traitlets import Bool, Integer, Unicode
from traitlets.config import LoggingConfigurable

from gradkata.content import Exercise
from gradkata.course.feedback import earned, foreign_outputs, grade_outputs, verdict_output
from gradkata.course.plan import Plan, PlannedCell
from gradkata.course.reports import Terms, report_on
from gradkata.course.submitted import Submitted, drop_links
from gradkata.errors import UserError
from gradkata.grading.submission import Submission
from gradkata.report.model import Report, Status

KEY = "gradkata"
"""Where our facts stand in the metadata of an autograded notebook."""


class Gradkata(LoggingConfigurable):
    """The course's settings: `c.Gradkata.seed = 7` in nbgrader_config.py."""

    kit = Unicode("", help="The folder with the exercises; empty: those that came with gradkata.").tag(config=True)
    seed = Integer(
        None,
        allow_none=True,
        help="Of the generated cases. With one seed, the same answer always gets the same report.",
    ).tag(config=True)
    require_sandbox = Bool(False, help="Whether to refuse to grade where submissions are not fully confined.").tag(
        config=True
    )

    def terms(self) -> Terms:
        """The settings as a record."""
        return Terms(self.kit, self.seed, self.require_sandbox)


def exercise_of(plan: Plan, terms: Terms) -> Exercise:
    """The exercise that a notebook is about.

    Raises:
        UserError: it is about none, or there is no such exercise: the instructor's to mend, not the student's.
    """
    if plan.exercise is None:
        line = f"notebook {plan.name} has no cell that gradkata grades (a hidden test with `points(...)`)"
        raise UserError(f"{line}; keep other notebooks in a course of their own")
    return terms.find_kit().exercise(plan.exercise)


@contextlib.contextmanager
def _as_nbgrader_says_it() -> Iterator[None]:
    """Our errors as nbgrader's."""
    try:
        yield
    except UserError as error:
        raise NbGraderException(error.message) from error


class SubmissionExporter(NotebookExporter):
    """Reads a submitted notebook as a stranger's, and an autograded one as our own."""

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[Any, dict[str, Any]]:
        """The notebook as text, after the preprocessors."""
        if not getattr(self.parent, "_sanitizing", True):  # nbgrader's second pass, over what the first one wrote
            return super().from_filename(filename, resources, **options)
        assert resources is not None
        about = resources["nbgrader"]
        plan = Plan.load(about["db_url"], about["assignment"], about["notebook"])
        with _as_nbgrader_says_it():
            exercise = exercise_of(plan, Gradkata(parent=self).terms())
        path = Path(filename)
        submitted = Submitted.read(path, about["student"], plan, exercise.entry_points)
        notebook = nbformat.from_dict(
            {
                "cells": submitted.cells,
                "metadata": {
                    "kernelspec": plan.kernelspec,
                    KEY: {**asdict(submitted.submission), "file": submitted.digest},
                },
                "nbformat": 4,
                "nbformat_minor": 4,  # without ids of cells: a student's may be anything
            }
        )
        resources["metadata"] = {"name": path.stem, "path": str(path.parent)}
        output: tuple[Any, dict[str, Any]] = self.from_notebook_node(notebook, resources, **options)
        return output


class Grade(NbGraderPreprocessor):
    """Grades the answer in a notebook outside the kernel, and writes points and reasons as the outputs of its cells."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Called by nbconvert."""
        if not isinstance(self.parent, SubmissionExporter):
            line = "c.Autograde.exporter_class is not gradkata's; call gradkata.course.config.configure(c)"
            raise NbGraderException(f"nbgrader_config.py: {line}")
        about = resources["nbgrader"]
        plan = Plan.load(about["db_url"], about["assignment"], about["notebook"])
        terms = Gradkata(parent=self).terms()
        facts = nb.metadata[KEY]
        submission = Submission(facts["name"], facts["source"], facts["sha256"], facts["fault"])
        with _as_nbgrader_says_it():
            exercise = exercise_of(plan, terms)
            report = report_on(terms, exercise, submission)
        if report.verdict is Status.NOT_JUDGED:
            self.log.error("%s of %s was not judged: %s", plan.name, about["student"], report.fault)
        write_report(nb, plan, report)
        nb.metadata[KEY] |= {"terms": terms.digest(exercise), "judged": report.verdict is not Status.NOT_JUDGED}
        self._drop_links(about)
        return nb, resources

    def _drop_links(self, about: dict[str, str]) -> None:
        converter = self.parent.parent
        folders = [
            Path(converter.coursedir.format_path(step, about["student"], about["assignment"]))
            for step in (converter.coursedir.submitted_directory, converter.coursedir.autograded_directory)
        ]
        for name in drop_links(*folders):
            self.log.warning("Left out a link in the submission of %s: %s", about["student"], name)


def write_report(nb: NotebookNode, plan: Plan, report: Report) -> None:
    """Put a report into the notebook that it is about. Hidden tests go: what follows is shown to students."""
    planned = {cell.grade_id: cell for cell in plan.cells}
    said = False
    for cell in nb.cells:
        mine = planned.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        if mine is None or cell.cell_type != "code":
            continue
        if mine.solution:
            cell.outputs = nbformat.from_dict([] if said else [verdict_output(report)])
            said = True
        elif mine.points is not None:
            cell.source = mine.shown
            cell.outputs = nbformat.from_dict(_outputs(mine, report))
            cell.execution_count = 1
            if not said:  # the answer's cell was deleted
                cell.outputs.insert(0, nbformat.from_dict(verdict_output(report)))
                said = True


def _outputs(cell: PlannedCell, report: Report) -> list[dict[str, Any]]:
    if cell.judged is None or cell.judged.exercise != report.exercise or cell.points is None:
        return foreign_outputs()
    kind = cell.judged.kind
    return grade_outputs(report, kind, earned(report, kind, cell.points))


class SaveScores(SaveAutoGrades):
    """As nbgrader's, and what was not judged waits for the instructor instead of passing for a zero."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Called by nbconvert."""
        self._judged = bool(nb.metadata.get(KEY, {}).get("judged", False))
        result: tuple[NotebookNode, dict[str, Any]] = super().preprocess(nb, resources)
        return result

    def _add_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        super()._add_score(cell, resources)
        if not self._judged and cell.cell_type == "code":
            grade = self.gradebook.find_grade(
                cell.metadata["nbgrader"]["grade_id"], self.notebook_id, self.assignment_id, self.student_id
            )
            grade.needs_manual_grade = True
            self.gradebook.db.commit()
