"""How commands speak: results on stdout, everything said about them on stderr."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.markdown import Markdown

CODE_THEME = "ansi_dark"  # the terminal's own colours, whatever its background
WIDTH = 88


def console(*, width: int | None = None) -> Console:
    """A console on stdout, at most `width` columns wide; it honours NO_COLOR, COLUMNS and pipes."""
    from rich.console import Console

    made = Console(highlight=False, markup=False, emoji=False)
    if width is not None and made.width > width:
        made.width = width
    return made


def markdown(text: str) -> Markdown:
    """Markdown as rich draws it."""
    from rich.markdown import Markdown

    return Markdown(text, code_theme=CODE_THEME)


def say(line: str) -> None:
    """One line on stderr."""
    print(line, file=sys.stderr, flush=True)


def complain(message: str) -> None:
    """One line on stderr that names the program, as errors do."""
    say(f"gradkata: {' '.join(message.splitlines())}")


def short(path: Path) -> str:
    """The path as a person would type it here."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def program() -> str:
    """How to call this program from here: its plain name if that finds it, else the path it was started by."""
    name = "gradkata"
    if shutil.which(name):
        return name
    started = Path(sys.argv[0])
    if started.stem == name and started.is_file():
        return short(Path(os.path.abspath(started)))  # noqa: PTH100  (a link in .venv/bin must not be resolved)
    return name
