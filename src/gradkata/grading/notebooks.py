"""The answer in a notebook: the cells' statements that define the entry points, and what these lean on.

A notebook is read as the JSON that it is. What it also holds (experiments, plots, training runs, shell lines) is left
out: it would cost time, or need what an exercise does not allow.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_HARMLESS_CELLS = ("%%time", "%%timeit", "%%capture", "%%prun")
_MAGIC = re.compile(r"\s*(?:[%!?]|\w+(?:\s*,\s*\w+)*\s*=\s*[%!])|.*\w\?{1,2}\s*$")
_Definition = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class NoNotebook(Exception):
    """The text is no notebook; the message says why not."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A top-level statement: its text, the names that it binds and those that it uses."""

    text: str
    binds: frozenset[str]
    uses: frozenset[str]
    definition: bool
    always: bool = False


def answer_in(text: str, entry_points: Sequence[str]) -> str:
    """The source text that a notebook gives as its answer.

    Without an entry point in it, that is all its imports and definitions: the report then names what is missing.

    Raises:
        NoNotebook: the text is not the JSON of a notebook (nbformat 3 or newer).
    """
    pieces: list[_Piece] = []
    for cell in _code_cells(text):
        pieces += _pieces(cell, entry_points)
    needed = set(entry_points)
    if not any(piece.binds & needed for piece in pieces):
        return _joined(piece for piece in pieces if piece.definition or piece.always)
    kept: set[int] = set()
    grown = True
    while grown:
        grown = False
        for number, piece in enumerate(pieces):
            if number not in kept and (piece.always or piece.binds & needed):
                kept.add(number)
                needed |= piece.uses
                grown = True
    return _joined(piece for number, piece in enumerate(pieces) if number in kept)


def _joined(pieces: Iterator[_Piece]) -> str:
    """The texts one after another; `from __future__` first, where Python wants it."""
    texts = [piece.text for piece in pieces]
    texts.sort(key=lambda piece: not piece.startswith("from __future__"))
    return "\n\n".join(texts) + "\n" if texts else ""


def _code_cells(text: str) -> Iterator[str]:
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
            if isinstance(cell, dict) and cell.get("cell_type") == "code":
                source = cell.get("source", cell.get("input", ""))
                lines = source if isinstance(source, list) else [source]
                yield "".join(line for line in lines if isinstance(line, str))


def _pieces(cell: str, entry_points: Sequence[str]) -> list[_Piece]:
    source = cell
    tree = _parsed(source)
    if tree is None:
        source = without_magics(cell)
        tree = _parsed(source)
    if tree is None:  # a broken cell counts where the answer is in it: the learner must be told
        broken = any(re.search(rf"^\s*def\s+{re.escape(name)}\b", source, re.MULTILINE) for name in entry_points)
        return [_Piece(source.strip("\n"), frozenset(), frozenset(), definition=True, always=True)] if broken else []
    return [_piece(statement, source, tree) for statement in tree.body]


def _parsed(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def without_magics(cell: str) -> str:
    """The cell without IPython's magics, shell lines and questions."""
    lines = cell.splitlines()
    first = next((line.strip() for line in lines if line.strip()), "")
    if first.startswith("%%") and not first.startswith(_HARMLESS_CELLS):
        return ""  # another language, or a file to write
    kept = []
    for line in lines:
        if _MAGIC.match(line):
            indentation = line[: len(line) - len(line.lstrip())]
            kept.append(f"{indentation}pass" if indentation else "")  # a block may need a statement
        else:
            kept.append(line)
    return "\n".join(kept)


def _piece(statement: ast.stmt, source: str, tree: ast.Module) -> _Piece:
    future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
    star = isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*"
    imports = isinstance(statement, (ast.Import, ast.ImportFrom))
    uses = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    return _Piece(
        text=_text(statement, source, tree),
        binds=frozenset(_bound(statement)),
        uses=frozenset(uses),
        definition=imports or isinstance(statement, _Definition),
        always=future or star,
    )


def _bound(statement: ast.stmt) -> Iterator[str]:
    """The names that a top-level statement gives a meaning, or whose object it changes."""
    if isinstance(statement, _Definition):
        yield statement.name
    elif isinstance(statement, (ast.Import, ast.ImportFrom)):
        for alias in statement.names:
            yield alias.asname or alias.name.partition(".")[0]
    elif isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for target in targets:
            yield from _targets(target)
    else:  # `try: import ...`, `if ...: def ...`, `with`, `for`
        for child in ast.iter_child_nodes(statement):
            inner = child.body if isinstance(child, ast.ExceptHandler) else [child]
            for one in inner:
                if isinstance(one, ast.stmt) and not isinstance(one, ast.Expr):
                    yield from _bound(one)


def _targets(target: ast.expr) -> Iterator[str]:
    """The names in what is assigned to; of `name.attribute` and `name[index]`, the name."""
    for node in ast.walk(target):
        if isinstance(node, ast.Name):
            yield node.id


def _text(statement: ast.stmt, source: str, tree: ast.Module) -> str:
    """The statement as it was written, comments inside it included."""
    decorators = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
    last = statement.end_lineno or statement.lineno
    shared = any(
        other is not statement and other.lineno <= last and (other.end_lineno or other.lineno) >= first
        for other in tree.body
    )
    if shared:  # several on a line, with `;`
        return ast.unparse(statement)
    return "\n".join(source.splitlines()[first - 1 : last])
