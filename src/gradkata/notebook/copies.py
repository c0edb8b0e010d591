"""A learner's own folder of notebooks: copies of what a kit has, none of which is ever overwritten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gradkata.content import Kit
from gradkata.content.cells import code_cell, markdown_cell
from gradkata.content.files import read_text
from gradkata.errors import UserError
from gradkata.notebook.practice import practice_notebook, saved

DEMOS = "demos"


@dataclass(frozen=True, slots=True)
class Copies:
    """What was put into the folder, and what was there before and is the learner's."""

    written: tuple[Path, ...]
    kept: tuple[Path, ...]


def copy_notebooks(kit: Kit, folder: Path) -> Copies:
    """Puts the practice notebooks into the folder and the demonstrations into `demos/` below it, where there are none.

    Raises:
        UserError: the folder cannot be made or written.
    """
    written: list[Path] = []
    kept: list[Path] = []
    try:
        for path, text in _wanted(kit, folder):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with path.open("x", encoding="utf-8", newline="\n") as file:
                    file.write(text)
                written.append(path)
            except FileExistsError:
                kept.append(path)
    except OSError as error:
        raise UserError(f"{error.filename or folder} cannot be written: {error.strerror}; name another --dir") from None
    return Copies(tuple(written), tuple(kept))


def demonstrations(kit: Kit) -> list[Path]:
    """The kit's demonstrations by name: Python files in jupytext's percent format."""
    return sorted((kit.root / "notebooks" / DEMOS).glob("*.py"))


def demonstration_notebook(path: Path) -> str:
    """A demonstration as the text of a notebook without outputs."""
    import jupytext  # an extra

    cells = jupytext.reads(read_text(path), fmt="py:percent").cells
    return saved(
        [
            (code_cell if cell.cell_type == "code" else markdown_cell)(f"cell-{number}", cell.source)
            for number, cell in enumerate(cells, 1)
        ]
    )


def _wanted(kit: Kit, folder: Path) -> Iterator[tuple[Path, str]]:
    for exercise in kit.exercises():
        yield folder / f"{exercise.id}.ipynb", practice_notebook(exercise)
    for path in demonstrations(kit):
        yield folder / DEMOS / f"{path.stem}.ipynb", demonstration_notebook(path)
