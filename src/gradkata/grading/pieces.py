"""Which statements of many cells make up an answer: the entry points, and what these lean on.

Cells hold more than an answer: experiments, plots, training runs. Of the top-level statements, those are kept that give
a meaning to a name that the answer needs, directly or through others. Where a name is defined again, the newest
definition counts, and what only an older one needed is left out.
"""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

_HARMLESS_CELLS = ("%%time", "%%timeit", "%%capture", "%%prun", "%%check")
_MAGIC = re.compile(r"\s*(?:[%!?]|\w+(?:\s*,\s*\w+)*\s*=\s*[%!])|.*\w\?{1,2}\s*$")
_Definition = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_AT_ONCE = frozenset({"listcomp", "setcomp", "dictcomp", "genexpr"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A top-level statement.

    Attributes:
        text: as it was written, comments inside it included.
        first, last: its lines in the cell, from 1; both 0 where it shares a line with another statement.
        binds: the names that it gives a meaning, or whose object it changes.
        wholly: those of them whose earlier meaning is gone afterwards.
        now, later: the names that it uses when it runs, and when a function in it is called.
        definition: whether it is an import, a function or a class.
        always: whether it is kept whatever is needed.
        broken: whether it is no statement but the text of a whole cell that is not Python.
    """

    text: str
    first: int
    last: int
    binds: frozenset[str] = frozenset()
    wholly: frozenset[str] = frozenset()
    now: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    definition: bool = True
    always: bool = False
    broken: bool = False


def needed(pieces: Sequence[Piece], names: Iterable[str]) -> list[int]:
    """The numbers of the pieces that give `names` their newest meanings, with all that these need, in order.

    The pieces are taken to run one after another. A name that is used at once means what it meant by then; one that is
    used when a function is called means what it means in the end, and at the time of a call that is seen.
    """
    kept: set[int] = set()
    open_questions = [(name, len(pieces)) for name in names]
    for number, piece in enumerate(pieces):
        if piece.always:
            kept.add(number)
            open_questions += [(name, number) for name in piece.now] + [(name, len(pieces)) for name in piece.later]
    asked: set[tuple[str, int]] = set()
    while open_questions:
        name, until = open_questions.pop()
        if (name, until) in asked:
            continue
        asked.add((name, until))
        found = _meaning(pieces, name, until)
        if not found and until < len(pieces):  # cells may stand in another order than they were run
            open_questions.append((name, len(pieces)))
        for number in found:
            kept.add(number)
            open_questions += [(used, number) for used in pieces[number].now]
            open_questions += [(used, when) for used in pieces[number].later for when in (until, len(pieces))]
    return sorted(kept)


def _meaning(pieces: Sequence[Piece], name: str, until: int) -> list[int]:
    """The pieces before number `until` that make `name` what it is by then, the last first."""
    found: list[int] = []
    for number in range(until - 1, -1, -1):
        if name in pieces[number].binds:
            found.append(number)
            if name in pieces[number].wholly:
                break
    return found


def joined(pieces: Iterable[Piece]) -> str:
    """The texts one after another, repeated imports once; `from __future__` first, where Python wants it."""
    texts: list[str] = []
    for piece in pieces:
        if not (piece.text in texts and piece.text.startswith(("import ", "from "))):
            texts.append(piece.text)
    texts.sort(key=lambda text: not text.startswith("from __future__"))
    return "\n\n".join(texts) + "\n" if texts else ""


def placed(pieces: Sequence[Piece]) -> str:
    """The texts of one cell on the lines on which they stand there, so that messages name the cell's own lines."""
    lines: list[str] = []
    for piece in pieces:
        if piece.first <= len(lines):  # several on a line
            return joined(pieces)
        lines += [""] * (piece.first - 1 - len(lines)) + piece.text.splitlines()
    return "\n".join(lines) + "\n"


@lru_cache(maxsize=1024)  # a kernel's cells are looked through again at every check
def pieces_of(cell: str) -> tuple[Piece, ...] | None:
    """The cell's statements, without IPython's magics; `None` if what is left is not Python."""
    for source in (cell, without_magics(cell)):
        tree = _parsed(source)
        if tree is not None:
            return tuple(_piece(statement, source, tree) for statement in tree.body)
    return None


def _parsed(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def without_magics(cell: str) -> str:
    """The cell without IPython's magics, shell lines and questions; each line stays on its line."""
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


def _piece(statement: ast.stmt, source: str, tree: ast.Module) -> Piece:
    future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
    star = isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*"
    imports = isinstance(statement, (ast.Import, ast.ImportFrom))
    text, first, last = _text(statement, source, tree)
    now, later = _uses(text, statement)
    return Piece(
        text=text,
        first=first,
        last=last,
        binds=frozenset(_bound(statement)),
        wholly=frozenset(_rebound(statement)),
        now=now,
        later=later,
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


def _rebound(statement: ast.stmt) -> Iterator[str]:
    """The names whose earlier meaning no longer matters after this statement, whatever happens in it."""
    if isinstance(statement, _Definition):
        yield statement.name
    elif isinstance(statement, (ast.Import, ast.ImportFrom)):
        for alias in statement.names:  # after `import a.b`, `import a` keeps what the first one brought
            if alias.asname is not None or isinstance(statement, ast.ImportFrom):
                yield alias.asname or alias.name
    elif isinstance(statement, ast.Assign) or (isinstance(statement, ast.AnnAssign) and statement.value is not None):
        for target in statement.targets if isinstance(statement, ast.Assign) else [statement.target]:
            for node in ast.walk(target):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    yield node.id


def _uses(text: str, statement: ast.stmt) -> tuple[frozenset[str], frozenset[str]]:
    """The global names that a statement uses when it runs, and those that its functions use when they are called."""
    try:
        table = symtable.symtable(text, "cell", "exec")
    except (SyntaxError, ValueError, RecursionError):  # `return` outside a function, and the like
        names = frozenset(node.id for node in ast.walk(statement) if isinstance(node, ast.Name))
        return names, names
    now = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced()}
    later: set[str] = set()
    if isinstance(statement, ast.AugAssign):
        now |= set(_targets(statement.target))
    for child in table.get_children():
        _inner_uses(child, now, later, called=False)
    return frozenset(now), frozenset(later)


def _inner_uses(table: symtable.SymbolTable, now: set[str], later: set[str], *, called: bool) -> None:
    called = called or (table.get_type() == "function" and table.get_name() not in _AT_ONCE)
    (later if called else now).update(symbol.get_name() for symbol in table.get_symbols() if symbol.is_global())
    for child in table.get_children():
        _inner_uses(child, now, later, called=called)


def _text(statement: ast.stmt, source: str, tree: ast.Module) -> tuple[str, int, int]:
    """The statement as it was written, comments inside it included, and its first and last line."""
    decorators = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
    last = statement.end_lineno or statement.lineno
    shared = any(
        other is not statement and other.lineno <= last and (other.end_lineno or other.lineno) >= first
        for other in tree.body
    )
    if shared:  # several on a line, with `;`
        return ast.unparse(statement), 0, 0
    return "\n".join(source.splitlines()[first - 1 : last]), first, last
