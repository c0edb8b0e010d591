"""How far a run has come: a bar on a terminal, a line for each submission elsewhere."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

from gradkata.cli.output import say
from gradkata.report.printable import one_line

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

_WORTH_A_BAR = 5


class Progress:
    """Progress on stderr. Use as a context manager.

    The bar is drawn where stderr is a terminal and reports do not go to that terminal too.
    """

    def __init__(self, total: int) -> None:
        self._bar: Bar | None = None
        self._task: TaskID | None = None
        if total >= _WORTH_A_BAR and sys.stderr.isatty() and not sys.stdout.isatty():
            self._bar = _bar()
            self._task = self._bar.add_task("grading", total=total, rate="")

    def line(self, text: str) -> None:
        """One submission's line, where there is no bar."""
        if self._bar is None:
            say(one_line(text))

    def advance(self) -> None:
        """One more is graded."""
        if self._bar is not None and self._task is not None:
            task = self._bar.tasks[0]
            rate = f"{task.finished_speed or task.speed or 0:.1f}/s"
            self._bar.update(self._task, advance=1, rate=rate)

    def stop(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _bar() -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    return Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        redirect_stdout=False,
        redirect_stderr=False,
    )
