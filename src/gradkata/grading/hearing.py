"""What one process said over its channel and how it ended, put together: the frames are the only witnesses.

A process that the submission shared may have written any frame. What does not fit, in its place and in its shape,
spoils all that came over that channel.
"""

from __future__ import annotations

import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from gradkata.grading.workers import Ended
from gradkata.judge.batch import PlacedBatch, SeenBatch, join_batch
from gradkata.judge.case import Placed
from gradkata.judge.judging import GENERATED, Violation
from gradkata.judge.observations import Garbled, parse_batch
from gradkata.judge.recall import Recall
from gradkata.judge.refusal import broken, explain
from gradkata.judge.seen import Mismatch, Seen

Due = Placed | PlacedBatch
BROKEN_DOWN = 70
"""The exit code of a child that could not go on."""
_MOST_VIOLATIONS = 64
_CLOCK_SLACK = 0.5  # seconds by which two clocks may differ
_DISAGREEMENT = "calls that are said to have taken {:.1f} s in a process that the kernel ended after {:.1f} s"


@dataclass(slots=True)
class Heard:
    """All that is known of one process.

    Attributes:
        recall: what the cases looked like before.
        case: the case that was entered last, where the process did not get to its end.
        stopped: why it did not, in the words of a message; empty where it did.
        ours: whether that is a fault of ours or of the machine.
        not_loaded: why no entry point could be called at all.
    """

    recall: Recall
    seen: dict[str, Seen] = field(default_factory=dict)
    batch: SeenBatch | None = None
    violations: list[Violation] = field(default_factory=list)
    case: str = ""
    stopped: str = ""
    ours: bool = False
    not_loaded: str = ""
    _confined: bool = False
    _broke: str = ""
    _spent: float = 0.0  # seconds in the submission's calls, as the process says

    @property
    def count(self) -> int:
        """How many observations came."""
        return len(self.seen) + (self.batch is not None)

    def take(self, header: dict[str, Any], blob: bytes, expected: Due | None, peak: int | None) -> None:
        """Take in one frame, where `expected` is what is due to be observed.

        Raises:
            Garbled, Mismatch: the frame does not fit.
        """
        kind = header.get("kind")
        if kind == "observation":
            if not isinstance(expected, Placed):
                raise Garbled("an observation of another case than the one that ran")
            self.seen[expected.case.id], seconds = self.recall.take(expected, header, blob, peak)
            self._spent += seconds
        elif kind == "batch":
            if not isinstance(expected, PlacedBatch):
                raise Garbled("an observation of cases that were not run")
            self.batch = join_batch(expected, parse_batch(header, blob))
            self._spent += self.batch.observation.seconds
        elif kind == "confined" and not self._confined:
            self._confined = True
        elif kind == "violation" and len(self.violations) < _MOST_VIOLATIONS:
            self.violations.append(Violation(_text(header.get("fault"), 40), _text(header.get("detail"), 200)))
        elif kind == "not_loaded":
            self.not_loaded = self.not_loaded or explain(header)
        elif kind == "broke":
            self._broke = self._broke or broken(header)
        else:
            raise Garbled(f"a frame of unknown kind {_text(kind, 20)!r}")

    @property
    def _tampered(self) -> str:
        """How the submission reached into the grader, or what it says and the kernel does not; mostly nothing."""
        faults = ("channel", "measurements")
        return next((violation.detail for violation in self.violations if violation.fault in faults), "")

    def conclude(self, end: Ended, complete: bool, garbled: str, time_limit: float) -> None:
        """Say why the process did not get to its end, if it did not."""
        spent = self._spent
        if not -_CLOCK_SLACK <= spent <= end.seconds + _CLOCK_SLACK:  # not a number is no time either
            self.violations.append(Violation("measurements", _DISAGREEMENT.format(spent, end.seconds)))
        if garbled:  # what came over a channel that was tampered with does not count
            self._forget()
            self.violations.append(Violation("channel", f"on the grader's own channel: {garbled}"))
            self.not_loaded = ""
            self.stopped = "the process wrote to the grader's own channel"
        elif self._tampered:
            self._forget()
            self.stopped = f"the submission reached into the grader: {self._tampered}"
        elif self._broke:
            self.stopped = self._broke
        elif not self.not_loaded and not (end.done and complete):
            self.stopped = how_it_ended(end, self._confined, time_limit)
            self.ours = end.lost or not self._confined

    def _forget(self) -> None:
        self.seen.clear()
        self.batch = None


def hear(
    placed: Sequence[Due], end: Ended, time_limit: float, recall: Recall, peaks: dict[str, int] | None = None
) -> Heard:
    """What a process that was to run `placed`, in this order, said.

    `peaks` are the peaks of resident memory above the cost of measuring, by case.
    """
    heard, garbled = Heard(recall), end.garbled
    for header, blob in end.frames:
        due = placed[heard.count] if heard.count < len(placed) else None
        peak = (peaks or {}).get(due.case.id) if isinstance(due, Placed) else None
        try:
            heard.take(header, blob, due, peak)
        except (Garbled, Mismatch) as error:
            garbled = garbled or str(error)
            break
    reached = heard.count
    if reached < len(placed):
        due = placed[reached]
        heard.case = due.case.id if isinstance(due, Placed) else GENERATED
    heard.conclude(end, reached == len(placed), garbled, time_limit)
    return heard


def how_it_ended(end: Ended, confined: bool, time_limit: float) -> str:
    """Why a process fell silent before it had said all."""
    if end.lost:
        return "the worker was lost"
    if not confined:
        return "the worker could not be set up"
    # Processor time that is used up shows as SIGXCPU, or as SIGKILL where that signal was caught. The kernel's two
    # counts of it, for the limit and for the report, differ by a few ticks.
    spent = end.status in (-signal.SIGXCPU, -signal.SIGKILL) and (end.cpu_seconds or 0.0) >= 0.9 * time_limit
    if end.timed_out or spent:
        return f"time-out: no answer within {time_limit:g} s (an endless loop?)"
    if end.status is None:
        return "the process fell silent"
    if end.status < 0:
        try:
            name = signal.Signals(-end.status).name
        except ValueError:
            name = f"signal {-end.status}"
        return f"the process was ended by {name}"
    if end.status == BROKEN_DOWN:
        return "the process broke down (no memory left, or the grader's descriptors closed)"
    return f"the process ended itself with exit code {end.status}"


def _text(value: object, length: int) -> str:
    """A text that a frame brought, as a report can hold it."""
    return str(value)[:length].encode("utf-8", "backslashreplace").decode()
