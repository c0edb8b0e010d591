"""Files for other programs: a table (CSV), a test report (JUnit XML), Gradescope's `results.json`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree as ET

from gradkata.report.entry import Entry, for_learner
from gradkata.report.model import CheckResult, Report, Status
from gradkata.report.printable import one_line, printable

_COLUMNS = ("name", "verdict", "points", "max_points", "mistakes", "fault", "seed", "sha256", "seconds")


def to_csv(entries: Sequence[Entry]) -> str:
    """A line for each submission, with a line of names above."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for entry in entries:
        report = entry.report
        mistakes = " ".join(name for name, _ in entry.mistakes)
        fault = entry.error or entry.fault
        known = (report.seed, report.submission.sha256) if report is not None else ("", "")
        cells = (entry.name, entry.word, f"{entry.points:g}", f"{entry.max_points:g}", mistakes, fault)
        writer.writerow([*map(_cell, cells), *known, f"{entry.seconds:g}"])
    return out.getvalue()


def _cell(text: str) -> str:
    """The text on one line; a spreadsheet must not take it for a formula, for it may be a stranger's."""
    plain = one_line(text)
    return f"'{plain}" if plain.startswith(("=", "+", "-", "@")) else plain


def to_junit(exercise: str, entries: Sequence[Entry]) -> str:
    """JUnit's XML: a test suite for each submission, a test case for each check."""
    root = ET.Element("testsuites", name=exercise)
    for entry in entries:
        report = entry.report
        suite = ET.SubElement(root, "testsuite", name=one_line(entry.name), time=f"{entry.seconds:.3f}")
        if report is None or not report.checks:
            case = ET.SubElement(suite, "testcase", classname=exercise, name="report")
            reason = entry.error or entry.fault
            ET.SubElement(case, "error", message=one_line(reason)).text = printable(reason)
            counts = (1, 0, 1, 0)
        else:
            for check in report.checks:
                _test_case(suite, exercise, check)
            states = [check.status for check in report.checks]
            counts = (len(states), states.count(Status.FAILED), 0, states.count(Status.NOT_JUDGED))
        for name, count in zip(("tests", "failures", "errors", "skipped"), counts, strict=True):
            suite.set(name, str(count))
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _test_case(suite: ET.Element, exercise: str, check: CheckResult) -> None:
    case = ET.SubElement(suite, "testcase", classname=exercise, name=one_line(check.id))
    if check.status is Status.PASSED:
        return
    kind = "failure" if check.status is Status.FAILED else "skipped"
    title = check.title if check.status is Status.FAILED else check.message
    ET.SubElement(case, kind, message=one_line(title)).text = printable(check.message)


def to_gradescope(report: Report) -> str:
    """Gradescope's `results.json` for one submission. Everything in it may be seen by its author."""
    report = for_learner(report)
    tests = [_gradescope_test(check) for check in report.checks]
    result: dict[str, Any] = {
        "score": round(report.points, 4),
        "execution_time": round(report.seconds),
        "output": about(report),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
    }
    return json.dumps(result, indent=2) + "\n"


def about(report: Report) -> str:
    """What is said of the submission as a whole."""
    lines = []
    if report.verdict is Status.NOT_JUDGED:
        lines.append("This was not judged: the grader or its machine is at fault. The score is no verdict.")
    if report.fault:
        lines.append(printable(report.fault))
    lines.extend(
        f"This behaves like a known mistake: {one_line(found.title)}\n{printable(found.explanation)}"
        for found in report.diagnosis
    )
    if report.unexplained:
        lines.append("No known mistake explains all of it; the tests below show what was seen.")
    return "\n\n".join(lines)


def _gradescope_test(check: CheckResult) -> dict[str, Any]:
    return {
        "name": one_line(f"{check.id}: {check.title}"),
        "score": round(check.points, 4),
        "max_score": round(check.max_points, 4),
        "status": "passed" if check.status is Status.PASSED else "failed",
        "output": printable(check.message),
        "output_format": "text",
        "visibility": "visible",
    }
