"""Writes one student at a time to the gradebook and to autograded/, with nbgrader's own converter.

What fails for one student fails for that one alone: an old score does not stay, and the instructor is told.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, Grade, Gradebook, GradeCell, SubmittedAssignment, SubmittedNotebook
from nbgrader.apps import AutogradeApp
from nbgrader.converters import Autograde
from sqlalchemy.exc import OperationalError

from gradkata.course.autograding import KEY
from gradkata.course.plan import Plan
from gradkata.course.submitted import digest_of

_ATTEMPTS = 3
_PAUSE = 1.0  # seconds, after the busy timeout has passed in vain


class _OneStudent(Autograde):
    """nbgrader's converter for exactly one folder. It remembers what went wrong, which nbgrader only logs."""

    folder: Path
    failure: BaseException | None = None

    def init_notebooks(self) -> None:
        self.assignments = {str(self.folder): sorted(map(str, self.folder.glob("*.ipynb")))}
        self.notebooks: list[str] = []
        self.failure = None

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        with _remembered(self):
            super().init_assignment(assignment_id, student_id)

    def convert_single_notebook(self, notebook_filename: str) -> None:
        with _remembered(self):
            super().convert_single_notebook(notebook_filename)


@contextlib.contextmanager
def _remembered(converter: _OneStudent) -> Iterator[None]:
    """Keeps the exception that goes through."""
    try:
        yield
    except BaseException as error:
        converter.failure = error
        raise


class Writer:
    """Writes an assignment's submissions."""

    def __init__(self, app: AutogradeApp, plans: Mapping[str, Plan]) -> None:
        self._app = app
        self._directory = app.coursedir
        self._plans = plans
        self._scored = self._with_scores()

    def write(self, student: str, submitted: Path, *, empty: bool) -> str:
        """Write one student's scores. Returns what went wrong, if anything did: then there are no points, and a note.

        Args:
            student: the id.
            submitted: the folder that was handed in; its feedback, if there is some, is of the past and goes.
            empty: none of the assignment's notebooks is in it.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                trouble = self._write(student, submitted, empty=empty)
            except Exception as error:  # noqa: BLE001  (whatever it was: the others are written)
                if not _is_locked(error):
                    return f"{type(error).__name__}: {error}"
            else:
                return trouble
            if attempt < _ATTEMPTS:
                time.sleep(_PAUSE)
        return "the gradebook was locked by another program the whole time"

    def is_written(self, student: str, submitted: Path, digests: Mapping[str, str]) -> bool:
        """Whether what was handed in, under these terms, is in autograded/ and in the gradebook already."""
        autograded = self._folder(self._directory.autograded_directory, student)
        for name in self._plans:
            here = submitted / f"{name}.ipynb"
            facts = _facts(autograded / f"{name}.ipynb")
            if not os.path.lexists(here):
                if facts:
                    return False
            elif (facts.get("file"), facts.get("terms")) != (digest_of(here), digests[name]) or not facts.get("judged"):
                return False
        return student in self._scored

    def _with_scores(self) -> set[str]:
        """The students of whom the gradebook has a submission with every automatic score."""
        with Gradebook(self._directory.db_url, self._directory.course_id) as gradebook:
            submissions = (
                gradebook.db.query(SubmittedAssignment.student_id)
                .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
                .filter(Assignment.name == self._directory.assignment_id)
            )
            waiting = (
                submissions.join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
                .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
                .join(GradeCell, GradeCell.id == Grade.cell_id)
                .filter(Grade.auto_score.is_(None), GradeCell.cell_type == "code")
            )
            return {student for (student,) in submissions} - {student for (student,) in waiting}

    def _write(self, student: str, submitted: Path, *, empty: bool) -> str:
        trouble = "" if empty else self._convert(submitted)
        if empty or trouble:
            self._nothing(student, needs_a_look=bool(trouble))
        shutil.rmtree(self._folder(self._directory.feedback_directory, student), ignore_errors=True)
        return trouble

    def _convert(self, submitted: Path) -> str:
        """Convert as nbgrader does; returns what went wrong with this submission."""
        converter = _OneStudent(coursedir=self._directory, parent=self._app)
        converter.force = True
        converter.folder = submitted
        try:
            converter.start()
        except (Exception, SystemExit) as error:
            failure = converter.failure or error
            if _is_locked(failure):
                raise OperationalError("the gradebook", None, failure) from error
            return f"{type(failure).__name__}: {failure}"
        return ""

    def _nothing(self, student: str, *, needs_a_look: bool) -> None:
        """No automatic points for this student, and nothing of an earlier submission in autograded/."""
        with Gradebook(self._directory.db_url, self._directory.course_id) as gradebook:
            gradebook.update_or_create_student(student)
            submission = gradebook.update_or_create_submission(self._directory.assignment_id, student)
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    grade.auto_score = 0.0
                    grade.needs_manual_grade = needs_a_look
            gradebook.db.commit()
        shutil.rmtree(self._folder(self._directory.autograded_directory, student), ignore_errors=True)

    def _folder(self, step: str, student: str) -> Path:
        return Path(self._directory.format_path(step, student, self._directory.assignment_id))


def _is_locked(error: BaseException | None) -> bool:
    """Whether a locked database is what an error comes from; nbgrader wraps it in errors of its own."""
    while error is not None:
        if "database is locked" in str(error) or isinstance(error, OperationalError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _facts(path: Path) -> dict[str, Any]:
    """What we noted in an autograded notebook; nothing if there is none."""
    try:
        facts = json.loads(path.read_bytes())["metadata"][KEY]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return facts if isinstance(facts, dict) else {}
