"""A kit: a folder with `exercises/`, and, unless it is a student's, `solutions/` and `graders/`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from gradkata.content.exercise import Exercise
from gradkata.content.metadata import FILE_NAME
from gradkata.errors import ContentError, UserError, nearest

ENVIRONMENT_VARIABLE = "GRADKATA_KIT"
_PACKAGE = Path(__file__).resolve().parents[1]


class UnknownExercise(UserError):
    """No exercise has that id; the message offers the nearest ones."""

    def __init__(self, exercise_id: str, known: list[str]) -> None:
        super().__init__(f"there is no exercise `{exercise_id}`{nearest(exercise_id, known)}")
        self.exercise_id = exercise_id


@dataclass(frozen=True, slots=True)
class Kit:
    """The content under `root`; a learner's own answers may lie below another folder, laid out alike."""

    root: Path
    learner: Path | None = None

    def ids(self) -> list[str]:
        """The ids of all exercises, by name, without reading them."""
        folders = (path for path in (self.root / "exercises").iterdir() if path.is_dir())
        return sorted(path.name for path in folders if not path.name.startswith((".", "_")))

    def exercises(self) -> list[Exercise]:
        """All exercises by track and order; a fault in any of them is a `ContentError`."""
        ids = self.ids()
        found = []
        for exercise_id in ids:
            exercise = self.exercise(exercise_id)
            for needed in exercise.prerequisites:
                if needed not in ids:
                    problem = f"`prerequisites` names `{needed}`, which is no exercise"
                    raise ContentError(exercise.toml_path, problem, f"name one that is{nearest(needed, ids)}")
            found.append(exercise)
        return sorted(found, key=lambda exercise: (exercise.track, exercise.order, exercise.id))

    def exercise(self, exercise_id: str) -> Exercise:
        """The exercise with this id, or `UnknownExercise`."""
        ids = self.ids()
        if exercise_id not in ids:  # compared, not opened: an id such as `../x` never becomes a path
            raise UnknownExercise(exercise_id, ids)
        if not exercise_id.isidentifier():
            folder = self.root / "exercises" / exercise_id
            raise ContentError(folder, "the folder's name is no Python name", "use letters, digits and underscores")
        return Exercise.load(self.root, exercise_id, self.learner)


def find_kit(explicit: Path | None = None) -> Kit:
    """The kit to use: the explicit folder, else `GRADKATA_KIT`, else what came with the program.

    What came with the program is `gradkata/_kit` in an installed wheel, and the checkout's own folders otherwise.
    """
    if explicit is not None:
        return _kit_at(explicit, "--kit")
    from_environment = os.environ.get(ENVIRONMENT_VARIABLE)
    if from_environment:
        return _kit_at(Path(from_environment), ENVIRONMENT_VARIABLE)
    root = own_root()
    if root is not None:
        return Kit(root)
    raise UserError("no exercises came with this installation; name a folder that has them with --kit DIR")


def own_root() -> Path | None:
    """The folder of the exercises that came with the program."""
    roots = (_PACKAGE / "_kit", _PACKAGE.parents[1])
    return next((root for root in roots if (root / "exercises").is_dir()), None)


def _kit_at(root: Path, origin: str) -> Kit:
    if not root.is_dir():
        raise UserError(f"{origin}: there is no folder {root}")
    if not (root / "exercises").is_dir():
        raise UserError(f"{origin}: {root} has no folder exercises/, so it is no kit")
    return Kit(root.resolve())


__all__ = ["ENVIRONMENT_VARIABLE", "FILE_NAME", "Kit", "UnknownExercise", "find_kit", "own_root"]
