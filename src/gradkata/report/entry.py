"""Many reports together: what a table, a page or a gradebook needs of each, and what is said of all."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from gradkata.report.model import CheckResult, Report, Status
from gradkata.report.printable import one_line

_RANGES = 10


@dataclass(frozen=True, slots=True)
class Entry:
    """One submission's place in the list: its report as a line of JSON, or why it could not be read (`error`).

    Attributes:
        packed: the line, compressed: of ten thousand, reports or even their text would fill the memory.
        mistakes: names and titles of the known mistakes that it behaves like.
        likeness: what sources have in common that differ in comments and spacing alone; empty: nothing to compare.
    """

    name: str
    packed: bytes = b""
    error: str = ""
    verdict: Status = Status.NOT_JUDGED
    points: float = 0.0
    max_points: float = 0.0
    mistakes: tuple[tuple[str, str], ...] = ()
    fault: str = ""
    seconds: float = 0.0
    likeness: str = ""

    @classmethod
    def of(cls, report: Report, likeness: str = "") -> Entry:
        """The entry for a report. Untouched stubs are alike, and nobody copied them."""
        mistakes = tuple((diagnosis.mistake, diagnosis.title) for diagnosis in report.diagnosis)
        return cls(
            name=report.submission.name,
            packed=zlib.compress(report.to_json().encode("utf-8", "backslashreplace"), 1),
            verdict=report.verdict,
            points=report.points,
            max_points=report.max_points,
            mistakes=mistakes,
            fault=report.fault,
            seconds=report.seconds,
            likeness="" if any(name == "stub" for name, _ in mistakes) else likeness,
        )

    @property
    def line(self) -> str:
        """The report as a line of JSON; empty where there is none."""
        return zlib.decompress(self.packed).decode() if self.packed else ""

    @property
    def report(self) -> Report | None:
        """The report, read again."""
        return Report.model_validate_json(self.line) if self.packed else None

    @property
    def word(self) -> str:
        """The verdict in words."""
        if self.error:
            return "not read"
        return {Status.PASSED: "passed", Status.FAILED: "not passed", Status.NOT_JUDGED: "not judged"}[self.verdict]


@dataclass(frozen=True, slots=True)
class Summary:
    """What is said of all.

    Attributes:
        words: how many of each verdict, in words.
        ranges: how many submissions got points in each tenth of the full points, with the tenth's name.
        mistakes: titles with how many submissions behave like that, the commonest first.
        alike: groups of names whose sources differ in comments and spacing alone.
        faults: name and reason of what was not judged or not read.
    """

    count: int
    words: tuple[tuple[str, int], ...]
    ranges: tuple[tuple[str, int], ...]
    mistakes: tuple[tuple[str, int], ...]
    alike: tuple[tuple[str, ...], ...]
    faults: tuple[tuple[str, str], ...]
    mean: float

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> Summary:
        """The summary of a list."""
        judged = [entry for entry in entries if not entry.error and entry.verdict is not Status.NOT_JUDGED]
        words = Counter(entry.word for entry in entries)
        order = ("passed", "not passed", "not judged", "not read")
        titles = Counter(title for entry in judged for _, title in dict(entry.mistakes).items())
        groups: dict[str, list[str]] = {}
        for entry in judged:
            if entry.likeness:
                groups.setdefault(entry.likeness, []).append(entry.name)
        return cls(
            count=len(entries),
            words=tuple((word, words[word]) for word in order if words[word]),
            ranges=_ranges(judged),
            mistakes=tuple(sorted(titles.items(), key=lambda item: (-item[1], item[0]))),
            alike=tuple(tuple(names) for names in groups.values() if len(names) > 1),
            faults=tuple(
                (entry.name, entry.error or entry.fault)
                for entry in entries
                if entry.error or entry.verdict is Status.NOT_JUDGED
            ),
            mean=sum(entry.points for entry in judged) / len(judged) if judged else 0.0,
        )


def _ranges(entries: Iterable[Entry]) -> tuple[tuple[str, int], ...]:
    counts = [0] * (_RANGES + 1)
    for entry in entries:
        share = entry.points / entry.max_points if entry.max_points else 0.0
        counts[min(_RANGES, max(0, int(share * _RANGES + 1e-9)))] += 1
    names = [f"{10 * tenth}-{10 * tenth + 9} %" for tenth in range(_RANGES)] + ["100 %"]
    return tuple(zip(names, counts, strict=True))


def for_learner(report: Report) -> Report:
    """The report as its author may see it: without the facts behind the messages, and without the grader's paths."""
    name = one_line(base_name(report.submission.name))

    def shorter(text: str) -> str:
        return text.replace(report.submission.name, name)

    def check_for_learner(check: CheckResult) -> CheckResult:
        return check.model_copy(update={"message": shorter(check.message), "evidence": {}})

    return report.model_copy(
        update={
            "submission": report.submission.model_copy(update={"name": name}),
            "checks": [check_for_learner(check) for check in report.checks],
            "fault": shorter(report.fault),
            "seed": 0,
        }
    )


def base_name(name: str) -> str:
    """The last part of a submission's name."""
    return PurePosixPath(name.replace("\\", "/")).name or name
