"""Makes a course: the instructor's notebooks, nbgrader's configuration, a README and the rubrics."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gradkata.content import Exercise, Kit
from gradkata.content.cells import to_text
from gradkata.course.reports import full_points
from gradkata.course.source import model_answers, rubric, source_notebook
from gradkata.errors import UserError

_TEMPLATES = Path(__file__).parent / "templates"
CONFIG = "nbgrader_config.py"


@dataclass(frozen=True, slots=True)
class Made:
    """A notebook of the course, with its points."""

    name: str
    text: str
    automatic: float
    manual: float


@dataclass(frozen=True, slots=True)
class Assignment:
    """A track's notebooks."""

    name: str
    notebooks: tuple[Made, ...]

    @property
    def points(self) -> str:
        """The full points."""
        return f"{sum(made.automatic + made.manual for made in self.notebooks):g}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for. `kit` is written into the configuration: empty where the kit came with the program."""

    exercises: tuple[Exercise, ...]
    kit: str
    question_points: float
    require_sandbox: bool


def chosen(kit: Kit, ids: Sequence[str]) -> tuple[Exercise, ...]:
    """The exercises with these ids, or all, in the kit's order."""
    wanted = {kit.exercise(exercise_id).id for exercise_id in ids}
    return tuple(exercise for exercise in kit.exercises() if not wanted or exercise.id in wanted)


def make(folder: Path, wanted: Wanted) -> list[Assignment]:
    """Write a course into `folder`, which need not exist.

    Raises:
        UserError: there is a course already, or nothing can be written.
    """
    for name in (CONFIG, "gradebook.db", "source"):
        if (folder / name).exists():
            raise UserError(f"{folder / name} exists: there is a course already; name another folder")
    assignments = _assignments(wanted)
    course_id = re.sub(r"[^A-Za-z0-9_-]+", "-", folder.resolve().name).strip("-") or "course"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in _files(assignments, wanted, course_id):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            with (folder / path).open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
    except FileExistsError as error:
        raise UserError(f"{error.filename} exists, and nothing is overwritten; name another folder") from error
    except OSError as error:
        raise UserError(f"{folder} cannot be written: {error.strerror}") from error
    return assignments


def _assignments(wanted: Wanted) -> list[Assignment]:
    if not wanted.exercises:
        raise UserError("the kit has no exercises")
    tracks: dict[str, list[Made]] = {}
    for exercise in wanted.exercises:
        name = re.sub(r"[^A-Za-z0-9_]+", "_", exercise.track).strip("_") or "exercises"
        tracks.setdefault(name, []).append(_made(exercise, wanted.question_points))
    return [Assignment(name, tuple(notebooks)) for name, notebooks in tracks.items()]


def _made(exercise: Exercise, question_points: float) -> Made:
    points = full_points(exercise)
    built = source_notebook(exercise, points, question_points)
    manual = question_points * len(model_answers(exercise))
    return Made(exercise.id, to_text(built), sum(points.values()), manual)


def _files(assignments: Sequence[Assignment], wanted: Wanted, course_id: str) -> Iterator[tuple[Path, str]]:
    """Relative paths with their texts."""
    templates = Environment(  # noqa: S701  (Markdown and Python: nothing of this is HTML)
        loader=FileSystemLoader(_TEMPLATES), undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True
    )
    facts = {
        "course_id": repr(course_id),
        "kit": repr(wanted.kit),
        "seed": secrets.randbelow(1 << 31),
        "require_sandbox": wanted.require_sandbox,
    }
    yield Path(CONFIG), templates.get_template(f"{CONFIG}.txt").render(facts)
    readme = templates.get_template("README.md.txt").render(course_id=course_id, assignments=assignments)
    yield Path("README.md"), readme
    if wanted.question_points:
        yield Path("RUBRIC.md"), "\n".join(_rubrics(wanted))
    for assignment in assignments:
        for made in assignment.notebooks:
            yield Path("source", assignment.name, f"{made.name}.ipynb"), made.text


def _rubrics(wanted: Wanted) -> Iterator[str]:
    yield "# Rubrics\n\nFor those who grade. Not for students.\n"
    for exercise in wanted.exercises:
        yield f"## {exercise.title} (`{exercise.id}`)\n"
        for number, answer in enumerate(model_answers(exercise), 1):
            yield f"### {number}. {answer.question}\n\n{rubric(answer, wanted.question_points)}\n"
