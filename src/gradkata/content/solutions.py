"""Reference solutions: one Python file each, whose docstring says what it teaches."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gradkata.content.files import comma_list, python_files, read_described

_TRAILERS = frozenset({"Loses"})


@dataclass(frozen=True, slots=True)
class Solution:
    """A right answer. `loses` names the optional checks that it is known not to pass."""

    name: str
    title: str
    text: str
    source: str
    path: Path
    loses: tuple[str, ...]


def read_solutions(folder: Path) -> list[Solution]:
    """The folder's solutions, `reference` first, then by name; none if there is no such folder."""
    paths = sorted(python_files(folder), key=lambda path: (path.stem != "reference", path.stem))
    solutions = []
    for path in paths:
        described = read_described(path, _TRAILERS)
        loses = comma_list(described.trailers.get("Loses", ""))
        solutions.append(Solution(path.stem, described.title, described.text, described.source, path, loses))
    return solutions
