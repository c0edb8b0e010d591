"""What is remembered between calls: how many hints were given. A lost file costs nothing but that."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from gradkata.content import Exercise

ENVIRONMENT_VARIABLE = "GRADKATA_STATE"


@dataclass(frozen=True, slots=True)
class HintsGiven:
    """The hints given so far for each exercise of each kit, in one JSON file."""

    path: Path

    @classmethod
    def of_user(cls) -> HintsGiven:
        """The file in the user's state folder, or in the folder that GRADKATA_STATE names."""
        named = os.environ.get(ENVIRONMENT_VARIABLE)
        if named:
            return cls(Path(named) / "hints.json")
        from platformdirs import user_state_path

        return cls(user_state_path("gradkata", appauthor=False) / "hints.json")

    def count(self, exercise: Exercise) -> int:
        """How many hints were given for this exercise."""
        count = self._read().get(_key(exercise), 0)
        return count if isinstance(count, int) and count > 0 else 0

    def remember(self, exercise: Exercise, count: int) -> None:
        """Writes the new number; the file is replaced as a whole or not at all. May raise `OSError`."""
        counts = self._read()
        counts[_key(exercise)] = count
        self.path.parent.mkdir(parents=True, exist_ok=True)
        replace(self.path, json.dumps(counts, indent=2, sort_keys=True) + "\n")

    def _read(self) -> dict[str, object]:
        try:
            counts = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return counts if isinstance(counts, dict) else {}


def _key(exercise: Exercise) -> str:
    return f"{exercise.root}::{exercise.id}"


def replace(path: Path, text: str) -> None:
    """Writes `text` to `path` so that a reader sees the old text or the new, and never a part."""
    import tempfile

    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with open(descriptor, "w", encoding="utf-8", newline="\n") as file:  # noqa: PTH123  (a descriptor, no path)
            file.write(text)
        if path.exists():
            temporary.chmod(path.stat().st_mode & 0o777)
        else:
            umask = os.umask(0)
            os.umask(umask)
            temporary.chmod(0o666 & ~umask)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
