"""The answer in a notebook: the cells' statements that define the entry points, and what these lean on.

A notebook is read as the JSON that it is. What it also holds (experiments, plots, training runs, shell lines) is left
out: it would cost time, or need what an exercise does not allow.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from gradkata.grading.pieces import Piece, joined, needed, pieces_of, without_magics


class NoNotebook(Exception):
    """The text is no notebook; the message says why not."""


@dataclass(frozen=True, slots=True)
class NotebookCell:
    """A cell: its type (`code`, `markdown`, `raw`, ...), its text, and what else it carries."""

    type: str
    source: str
    metadata: dict[str, Any] = field(default_factory=dict)
    attachments: dict[str, Any] = field(default_factory=dict)


def answer_in(text: str, entry_points: Sequence[str]) -> str:
    """The source text that a notebook gives as its answer; see `answer_of`.

    Raises:
        NoNotebook: the text is not the JSON of a notebook (nbformat 3 or newer).
    """
    return answer_of((cell.source for cell in cells_in(text) if cell.type == "code"), entry_points)


def answer_of(cells: Iterable[str], entry_points: Sequence[str]) -> str:
    """The source text that code cells, run one after another, give as their answer.

    Without an entry point in them, that is all their imports and definitions: the report then names what is missing.
    """
    pieces = _pieces(cells, entry_points)
    if not any(piece.binds & set(entry_points) for piece in pieces):
        return joined(piece for piece in pieces if piece.definition or piece.always)
    return joined(pieces[number] for number in needed(pieces, entry_points))


def defines(cells: Iterable[str], entry_points: Sequence[str]) -> bool:
    """Whether an entry point is defined in the cells, if only in a broken one."""
    names = set(entry_points)
    return any(piece.binds & names or piece.broken for piece in _pieces(cells, entry_points))


def cells_in(text: str) -> Iterator[NotebookCell]:
    """The notebook's cells; what is no cell in them is left out.

    Raises:
        NoNotebook: the text is not the JSON of a notebook (nbformat 3 or newer).
    """
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NoNotebook("it is no JSON") from error
    if not isinstance(notebook, dict):
        raise NoNotebook("it holds no cells")
    sheets = notebook.get("worksheets")  # nbformat 3
    holders = sheets if isinstance(sheets, list) else [notebook]
    lists = [holder.get("cells") for holder in holders if isinstance(holder, dict)]
    if not any(isinstance(cells, list) for cells in lists):
        raise NoNotebook("it holds no cells")
    for cells in lists:
        for cell in cells if isinstance(cells, list) else ():
            if isinstance(cell, dict) and isinstance(cell.get("cell_type"), str):
                yield _cell(cell)


def _cell(cell: dict[str, Any]) -> NotebookCell:
    source = cell.get("source", cell.get("input", ""))
    lines = source if isinstance(source, list) else [source]
    metadata, attachments = cell.get("metadata"), cell.get("attachments")
    return NotebookCell(
        type=cell["cell_type"],
        source="".join(line for line in lines if isinstance(line, str)),
        metadata=metadata if isinstance(metadata, dict) else {},
        attachments=attachments if isinstance(attachments, dict) else {},
    )


def _pieces(cells: Iterable[str], entry_points: Sequence[str]) -> list[Piece]:
    """The cells' statements. A broken cell counts where the answer is in it: the learner must be told."""
    found: list[Piece] = []
    for cell in cells:
        pieces = pieces_of(cell)
        if pieces is not None:
            found += pieces
            continue
        source = without_magics(cell)
        if any(re.search(rf"^\s*def\s+{re.escape(name)}\b", source, re.MULTILINE) for name in entry_points):
            found.append(Piece(source.strip("\n"), first=0, last=0, always=True, broken=True))
    return found
