"""Reading content files: text, docstrings and their trailers, with every fault as a `ContentError` line."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from gradkata.errors import ContentError

_TRAILER = re.compile(r"(?P<key>[A-Z][a-z]+(?: [a-z]+)?): (?P<value>.+)")


def read_text(path: Path) -> str:
    """The file's text; a missing, unreadable or undecodable file is a `ContentError`."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ContentError(path, "the file is missing", "add it") from None
    except IsADirectoryError:
        raise ContentError(path, "is a folder where a file is expected", "move it away") from None
    except UnicodeDecodeError as error:
        raise ContentError(path, f"byte {error.start} is not UTF-8", "save it as UTF-8") from None
    except OSError as error:
        raise ContentError(path, f"cannot be read ({error.strerror})", "mend its permissions") from None


def python_files(folder: Path) -> list[Path]:
    """The folder's own `*.py` files by name; none if there is no such folder."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.glob("*.py") if path.is_file())


@dataclass(frozen=True, slots=True)
class Described:
    """A Python file whose docstring is addressed to a reader."""

    path: Path
    source: str
    title: str
    text: str
    trailers: dict[str, str]


def read_described(path: Path, trailer_keys: frozenset[str]) -> Described:
    """Reads a module whose docstring is a title line, a text, and at its end optional `Key: value` lines.

    Only lines with a key from `trailer_keys` count as trailers; the rest of the docstring is the text.
    """
    source = read_text(path)
    try:
        module = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        where = f" on line {error.lineno}" if isinstance(error, SyntaxError) else ""
        raise ContentError(path, f"is not valid Python{where}", "mend the syntax") from error
    docstring = ast.get_docstring(module)
    if not docstring or not docstring.strip():
        raise ContentError(path, "has no module docstring", "write a title line and an explanation there")
    lines = docstring.strip().splitlines()
    trailers: dict[str, str] = {}
    while len(lines) > 1:
        last = lines[-1].strip()
        match = _TRAILER.fullmatch(last)
        if match and match["key"] in trailer_keys:
            if match["key"] in trailers:
                raise ContentError(path, f"`{match['key']}:` stands twice in the docstring", "keep one")
            trailers[match["key"]] = match["value"].strip()
        elif last:
            break
        lines.pop()
    return Described(path, source, lines[0].strip(), "\n".join(lines[1:]).strip(), trailers)


def comma_list(value: str) -> tuple[str, ...]:
    """`a, b` as `("a", "b")`."""
    return tuple(item.strip() for item in value.split(",") if item.strip())
