"""One submission in, one report out."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from types import TracebackType
from typing import TYPE_CHECKING, Self

from gradkata.content import Exercise, Kit
from gradkata.errors import UserError
from gradkata.grading.example import NO_GRADERS
from gradkata.grading.submission import Submission
from gradkata.grading.workers import Zygote

if TYPE_CHECKING:
    from gradkata.report.model import Report


class Grader:
    """Grades submissions of a kit's exercises. Use as a context manager.

    The worker starts importing PyTorch as soon as the grader is made, beside the caller's own imports.
    """

    def __init__(
        self,
        kit: Kit,
        tell: Callable[[str], None] | None = None,
        worker: Zygote | None = None,
        *,
        sparing: bool = False,
    ) -> None:
        """Start the worker, or take over `worker`. `tell` hears, in one line, of what takes longer than a blink.

        `sparing` makes the most of each core, where all have work: a submission runs in one process and not in two
        side by side, which would have its report sooner.

        Raises:
            UserError: this is a student's installation, without a judge.
        """
        if find_spec("gradkata.judge") is None:
            raise UserError(f"{NO_GRADERS}; `gradkata check` runs the card's example")
        self.kit = kit
        self._zygote = worker or Zygote()
        # PyTorch is imported here and not at the top: by now the worker is doing the same on another core.
        from gradkata.grading.session import Session

        self.session = Session(self._zygote, tell, sparing=sparing)

    def grade(self, exercise: Exercise, submission: Submission, seed: int | None = None) -> Report:
        """The report on a submission. Without `seed`, fresh cases are generated and their seed reported.

        Raises:
            UserError: the worker does not start, or the exercise has no suite.
        """
        return self.session.grade(exercise, submission, seed)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the worker and all that it forked."""
        self.session.close()
        self._zygote.close()
