"""Reports made by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gradkata.report.model import CheckResult, Diagnosis, Environment, Kind, Report, Status, SubmissionInfo

MakeReport = Callable[..., Report]


@pytest.fixture
def make_check():
    """One check's result; what is not given is that of a passed correctness check."""

    def make(check_id: str = "correctness.norm", **changes) -> CheckResult:
        facts = {
            "kind": Kind(check_id.partition(".")[0]),
            "title": "The norm is that of all gradients together.",
            "required": True,
            "status": Status.PASSED,
            "points": 5.0,
            "max_points": 5.0,
            "message": "",
        }
        facts.update(changes)
        if facts["status"] is not Status.PASSED and "points" not in changes:
            facts["points"] = 0.0
        return CheckResult(id=check_id, **facts)

    return make


@pytest.fixture
def make_report() -> MakeReport:
    """A report on these checks; the verdict follows from them unless it is given."""

    def make(*checks: CheckResult, diagnosis: list[Diagnosis] | None = None, **changes) -> Report:
        failed = any(check.required and check.status is Status.FAILED for check in checks)
        facts = {
            "exercise": "clip_grad_norm",
            "submission": SubmissionInfo(name="mine.py", sha256="0" * 64),
            "verdict": Status.FAILED if failed else Status.PASSED,
            "points": sum(check.points for check in checks),
            "max_points": sum(check.max_points for check in checks),
            "checks": list(checks),
            "diagnosis": diagnosis or [],
            "unexplained": False,
            "seed": 7,
            "seconds": 0.4142,
            "environment": Environment(
                gradkata="0.1.0",
                suite="0123456789abcdef",
                torch="2.13.0",
                python="3.11.7",
                platform="Linux",
                sandbox="sandbox: landlock+seccomp+limits",
            ),
        }
        facts.update(changes)
        return Report(**facts)

    return make
