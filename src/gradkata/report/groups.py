"""What several checks say alike is said once: how every face puts a report's checks together."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gradkata.report.model import STUB, CheckResult, Report
from gradkata.report.printable import one_line

_WAITS = re.compile(r"[Ww]aits for (?P<what>.+?)\.?")


def is_stub(report: Report) -> bool:
    """Whether nothing is written yet: every check fails for the same reason, and none has more to say."""
    return [diagnosis.mistake for diagnosis in report.diagnosis] == [STUB]


def by_message(checks: Sequence[CheckResult]) -> list[list[CheckResult]]:
    """The checks in groups with one message, in the order in which the messages first come."""
    groups: dict[str, list[CheckResult]] = {}
    for check in checks:
        groups.setdefault(check.message or check.id, []).append(check)
    return list(groups.values())


def not_judged(report: Report, group: Sequence[CheckResult]) -> str:
    """Why these checks, which have one message, were not judged, in one line."""
    if group[0].message == report.fault:
        return f"{many(len(group), 'check')}, for the reason above"
    message = one_line(group[0].message.strip()) or "no cause was given"
    waits = _WAITS.fullmatch(message)
    if waits:
        count = len(group)
        return f"{many(count, 'more check')} {'waits' if count == 1 else 'wait'} for {waits['what']}"
    name = one_line(group[0].id) if len(group) == 1 else many(len(group), "check")
    return f"{name}: {message}"


def many(count: int, noun: str) -> str:
    """`1 check`, `2 checks`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
