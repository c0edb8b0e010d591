"""What a notebook shows: rich where the page can draw it, and always the same as plain text."""

from __future__ import annotations

import functools
import html
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ParamSpec

from gradkata.errors import UserError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.display import DisplayHandle

_P = ParamSpec("_P")


class Interrupted(KeyboardInterrupt):
    """The learner pressed stop: Jupyter shows one line of it, and runs no further cell."""

    def _render_traceback_(self) -> list[str]:
        return ["gradkata: interrupted; nothing was checked"]


def running_shell() -> InteractiveShell | None:
    """The notebook's or terminal's IPython, or `None` in plain Python."""
    import sys

    if "IPython" not in sys.modules:
        return None
    from IPython.core.getipython import get_ipython

    return get_ipython()


class Place:
    """A place in a cell's output: what is shown in it later takes the place of what was shown before."""

    def __init__(self) -> None:
        self._handle: DisplayHandle | None = None

    def show(self, text: str, **rich: str) -> None:
        """Shows a text; `html` or `markdown` is the same for pages that can draw it."""
        if running_shell() is None:
            print(text)  # noqa: T201  (plain Python has no other place)
            return
        from IPython.display import DisplayHandle

        bundle = {"text/plain": text, **{f"text/{kind}": value for kind, value in rich.items()}}
        if self._handle is None:
            self._handle = DisplayHandle()  # type: ignore[no-untyped-call]
            self._handle.display(bundle, raw=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(bundle, raw=True)  # type: ignore[no-untyped-call]

    def show_table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Shows a table: Markdown in a page, columns in plain text."""
        widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
        lines = [
            "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)) for row in (head, *rows)
        ]
        marked = [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]
        self.show("\n".join(line.rstrip() for line in lines), markdown="\n".join(marked))

    def tell(self, line: str) -> None:
        """Shows one line, such as why something could not be done."""
        page = f'<p style="font-family: system-ui, sans-serif">gradkata: {_with_code(line)}</p>'
        self.show(f"gradkata: {line}", html=page)


def _with_code(line: str) -> str:
    """The line as HTML, with what stands between backquotes as code."""
    parts = html.escape(line).split("`")
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))


def told(command: Callable[_P, None]) -> Callable[_P, None]:
    """Makes a command tell in one line what went wrong, instead of raising through the learner's cell."""

    @functools.wraps(command)
    def wrapped(*args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except UserError as error:
            Place().tell(error.message)
        except KeyboardInterrupt:
            raise Interrupted from None
        except Exception as error:  # noqa: BLE001  (the last resort: one line instead of a traceback)
            Place().tell(f"a fault of gradkata itself: {type(error).__name__}: {error}")

    return wrapped
