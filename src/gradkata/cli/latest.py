"""Which exercise a learner is at: the one whose file was edited last."""

from __future__ import annotations

from pathlib import Path

from gradkata.cli.output import short
from gradkata.content import Exercise, Kit
from gradkata.errors import UserError


def last_edited(kit: Kit) -> Exercise:
    """The exercise whose file changed last, among those that differ from their stub."""
    edited = [exercise for exercise in kit.exercises() if was_edited(exercise, exercise.stub_path)]
    if not edited:
        example = min(kit.exercises(), key=lambda exercise: exercise.order, default=None)
        where = f"; edit {short(example.stub_path)} or" if example else ";"
        raise UserError(f"no exercise has been edited yet{where} name one: gradkata check ID")
    return max(edited, key=lambda exercise: exercise.stub_path.stat().st_mtime_ns)


def was_edited(exercise: Exercise, path: Path) -> bool:
    """Whether the file has more in it than the exercise's stub; a file that is no text counts as edited."""
    if not path.is_file():
        return False
    try:
        return not exercise.is_untouched(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, OSError):
        return True
