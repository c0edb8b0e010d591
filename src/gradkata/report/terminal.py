"""The report for people: what went wrong first, the evidence next, what is fine in one line.

Nothing in a report is trusted to be printable, and colour only ever repeats what a symbol and a word say.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from gradkata.report.groups import by_message, is_stub, many, not_judged
from gradkata.report.model import CheckResult, Report, Status
from gradkata.report.printable import one_line, paragraphs, printable

WIDTH = 80
MESSAGE_LINES = 4
FAILED_CHECKS = 6
OUTPUT_LINES = 12

_STYLES = {Status.PASSED: "green", Status.FAILED: "red", Status.NOT_JUDGED: "yellow"}
_WORDS = {Status.PASSED: "passed", Status.FAILED: "not passed", Status.NOT_JUDGED: "not judged"}
_SYMBOLS = {Status.PASSED: "✔", Status.FAILED: "✘", Status.NOT_JUDGED: "?"}
_ASCII_SYMBOLS = {Status.PASSED: "+", Status.FAILED: "x", Status.NOT_JUDGED: "?"}


def render(report: Report, console: Console, *, verbose: bool = False) -> None:
    """Prints the report at most 80 columns wide. `verbose` cuts nothing short and shows each check's evidence."""
    _Page(report, console, verbose).print()


@dataclass(frozen=True, slots=True)
class _Page:
    report: Report
    console: Console
    verbose: bool

    def print(self) -> None:
        self._verdict()
        self._fault()
        self._diagnosis()
        if is_stub(self.report) and not self.verbose:
            self._foot()
            return
        failed = self._with(Status.FAILED)
        self._checks("Failed", [check for check in failed if check.required])
        self._checks("Points lost, not required to pass", [check for check in failed if not check.required])
        self._not_judged()
        self._passed()
        self._output()
        self._foot()

    def _with(self, status: Status) -> list[CheckResult]:
        return [check for check in self.report.checks if check.status is status]

    def _line(self, text: str = "", *, indent: int = 0, hang: int = 0, style: str = "") -> None:
        """One paragraph, wrapped; `hang` indents its second and later lines further."""
        width = min(self.console.width, WIDTH) - indent - hang
        lines = Text(text).wrap(self.console, max(width, 20)) if text else [Text()]
        for number, line in enumerate(lines):
            pad = " " * (indent + (hang if number else 0)) if line.plain.strip() else ""
            self.console.print(Text(pad + line.plain.rstrip(), style=style), soft_wrap=True, highlight=False)

    def _head(self, text: str) -> None:
        self._line()
        self._line(text, style="bold")

    def _symbol(self, status: Status) -> str:
        return (_ASCII_SYMBOLS if self.console.options.ascii_only else _SYMBOLS)[status]

    def _verdict(self) -> None:
        report = self.report
        line = (
            f"{self._symbol(report.verdict)} {_WORDS[report.verdict]}: {one_line(report.exercise)}, "
            f"{_of(report.points, report.max_points)} points ({one_line(report.submission.name)})"
        )
        self._line(line, hang=2, style=f"bold {_STYLES[report.verdict]}")

    def _fault(self) -> None:
        """What is wrong with the submission as a whole, in lines of its own: a caret stays below its place."""
        lines = printable(self.report.fault).rstrip().splitlines()
        if not lines:
            return
        self._line()
        for line in lines:
            text = line.lstrip()
            self._line(text, indent=2 + len(line) - len(text), hang=2)

    def _diagnosis(self) -> None:
        found = self.report.diagnosis
        if found:
            many = "This behaves like known mistakes, the gravest first:"
            if is_stub(self.report):
                self._line()
            else:
                self._head("This behaves like a known mistake:" if len(found) == 1 else many)
            for diagnosis in found:
                self._line(one_line(diagnosis.title), indent=2, style="bold")
                for paragraph in paragraphs(diagnosis.explanation):
                    self._line(paragraph, indent=2)
        if self.report.unexplained:
            some = "No known mistake explains the rest of it; the checks below show the evidence."
            none = "No known mistake behaves like this; the checks below show the evidence."
            self._line()
            self._line(some if found else none)

    def _checks(self, head: str, checks: list[CheckResult]) -> None:
        if not checks:
            return
        self._head(head)
        groups = by_message(checks)
        shown = groups if self.verbose else groups[:FAILED_CHECKS]
        for group in shown:
            self._failed(group)
        left = [check.id for group in groups[len(shown) :] for check in group]
        if left:
            self._line(
                f"and {many(len(left), 'more check')}: {', '.join(left)} (--verbose shows them)", indent=2, hang=2
            )

    def _failed(self, group: list[CheckResult]) -> None:
        first = group[0]
        points = _of(sum(check.points for check in group), sum(check.max_points for check in group))
        names = ", ".join(one_line(check.id) for check in group)
        self._line(f"{self._symbol(Status.FAILED)} {names} ({points} points)", indent=2, hang=2, style="red")
        if len(group) == 1 and first.title:
            self._line(one_line(first.title), indent=4)
        lines = printable(first.message).rstrip().splitlines()
        for line in lines if self.verbose else lines[:MESSAGE_LINES]:
            self._line(line, indent=4, hang=2)
        if self.verbose:
            for name, value in first.evidence.items():
                self._line(f"{one_line(name)} = {one_line(str(value))}", indent=4, hang=2, style="dim")

    def _not_judged(self) -> None:
        checks = self._with(Status.NOT_JUDGED)
        if not checks:
            return
        self._head("Not judged")
        for group in by_message(checks):
            line = f"{self._symbol(Status.NOT_JUDGED)} {not_judged(self.report, group)}"
            self._line(line, indent=2, hang=2, style="yellow")
            if self.verbose:
                self._line(", ".join(one_line(check.id) for check in group), indent=4)

    def _passed(self) -> None:
        checks = self._with(Status.PASSED)
        if not checks:
            return
        kinds = Counter(check.kind.value for check in checks)
        self._line()
        listed = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
        line = f"{self._symbol(Status.PASSED)} {many(len(checks), 'check')} passed: {listed}"
        self._line(line, hang=2, style="green")
        for check in checks:
            figures = [f"{name} {value}" for name, value in check.evidence.items() if name != "cases"]
            if figures:
                self._line(one_line(f"measured, {check.id}: {', '.join(figures)}"), indent=2, hang=2, style="dim")
        if self.verbose:
            for check in checks:
                points = _of(check.points, check.max_points)
                self._line(f"{one_line(check.id)} ({points} points): {one_line(check.title)}", indent=2, hang=2)

    def _output(self) -> None:
        lines = printable(self.report.output).rstrip().splitlines()
        if not lines:
            return
        self._head("Printed by the submission")
        shown = lines if self.verbose else lines[:OUTPUT_LINES]
        bar = "| " if self.console.options.ascii_only else "│ "
        for line in shown:
            self._line(bar + line, indent=2, hang=2)
        if len(shown) < len(lines):
            self._line(f"and {many(len(lines) - len(shown), 'more line')} (--verbose shows them)", indent=2)

    def _foot(self) -> None:
        self._line()
        report = self.report
        self._line(f"Seed {report.seed} (--seed {report.seed} repeats it), {report.seconds:.2f} s", style="dim")
        sandbox = one_line(report.environment.sandbox.removeprefix("sandbox: "))
        self._line(f"Sandbox: {sandbox}", hang=2, style="dim")
        if report.environment.devices:
            on = one_line(report.environment.devices)
            self._line(f"Devices: simulated, and {on} without a sandbox", hang=2, style="dim")


def _of(points: float, max_points: float) -> str:
    return f"{round(points, 2):g} of {round(max_points, 2):g}"
