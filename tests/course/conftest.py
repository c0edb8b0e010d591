"""A course that is made, generated and graded once, as an instructor would, through nbgrader's own applications."""

from __future__ import annotations

import contextlib
import copy
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gradkata.content import Kit
from gradkata.course.making import Wanted, chosen, make

ASSIGNMENT = "gradient_clipping"
EXERCISES = ("clip_grad_norm", "train_step")
SEED = 7

Change = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory) -> Iterator[None]:
    """Reports of these tests are not the user's, and nbgrader finds its `alembic` beside Python."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADKATA_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        patch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path_factory.mktemp("jupyter")))
        yield


def run_nbgrader(app: Any, root: Path, *arguments: str) -> None:
    """Run one of nbgrader's applications in a course, as its command does."""
    with contextlib.chdir(root):
        made = app(log_level=logging.CRITICAL)
        made.initialize(list(arguments))
        made.start()


@pytest.fixture(scope="session")
def nbgrader() -> Callable[..., None]:
    """Runs one of nbgrader's applications."""
    return run_nbgrader


@pytest.fixture(scope="session")
def course(quick_kit, tmp_path_factory) -> Path:
    """A course with two notebooks, generated."""
    root = tmp_path_factory.mktemp("courses") / "course"
    make(root, Wanted(chosen(Kit(quick_kit), EXERCISES), str(quick_kit), question_points=5, require_sandbox=True))
    config = root / "nbgrader_config.py"
    lines = config.read_text().splitlines()
    config.write_text("\n".join(f"    seed={SEED}," if line.startswith("    seed=") else line for line in lines))
    from nbgrader.apps import GenerateAssignmentApp

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nbgrader.api.get_alembic_version", lambda: "0" * 12)  # a process of its own, and seconds
        run_nbgrader(GenerateAssignmentApp, root, ASSIGNMENT)
    return root


@pytest.fixture(scope="session")
def released(course) -> Callable[[str], dict[str, Any]]:
    """A copy of a released notebook, to be worked on."""
    notebooks = {path.stem: json.loads(path.read_text()) for path in (course / "release" / ASSIGNMENT).glob("*.ipynb")}
    return lambda name: copy.deepcopy(notebooks[name])


@pytest.fixture(scope="session")
def hand_in(course, released) -> Callable[..., Path]:
    """Hands in a notebook for a student: the released one after changes, or the bytes given."""

    def hand_in(student: str, name: str, *changes: Change, data: bytes | None = None) -> Path:
        path = course / "submitted" / student / ASSIGNMENT / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        notebook = released(name)
        for change in changes:
            change(notebook)
        path.write_bytes(json.dumps(notebook).encode() if data is None else data)
        return path

    return hand_in


def cell_of(notebook: dict[str, Any], grade_id: str) -> dict[str, Any]:
    """The cell with this id."""
    return next(cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id)


@pytest.fixture(scope="session")
def answer() -> Callable[[str], Change]:
    """Writes an answer into the answer's cell."""

    def answer(source: str) -> Change:
        return lambda notebook: cell_of(notebook, "answer").update(source=source)

    return answer


@pytest.fixture(scope="session")
def right(quick_kit) -> Callable[[str], str]:
    """The reference answer to an exercise."""
    kit = Kit(quick_kit)
    return lambda name: kit.exercise(name).solutions()[0].source


@pytest.fixture(scope="session")
def scores(course) -> Callable[[str], dict[tuple[str, str], float | None]]:
    """A student's automatic scores in the gradebook, by notebook and cell."""
    from nbgrader.api import Gradebook

    def scores(student: str) -> dict[tuple[str, str], float | None]:
        with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "course") as gradebook:
            submission = gradebook.find_submission(ASSIGNMENT, student)
            return {
                (notebook.name, grade.name): grade.auto_score
                for notebook in submission.notebooks
                for grade in notebook.grades
            }

    return scores
