"""Checks on devices once more, on the GPUs of this machine.

A GPU's driver needs what the sandbox forbids, so that the submission runs here with its user's rights: only on request.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

from gradkata.content import Exercise
from gradkata.errors import UserError
from gradkata.grading.observe import Observer
from gradkata.grading.submission import Submission
from gradkata.grading.suites import load_suite
from gradkata.grading.workers import Zygote
from gradkata.judge.judging import Raw, judge, verdict
from gradkata.report.model import CheckResult, Report, Status

_START_ALLOWANCE = 60.0  # seconds: the first use of a GPU loads its driver and every kernel
_NAMES = """
import torch
for number in range(torch.cuda.device_count()):
    print(torch.cuda.get_device_name(number))
"""


def gpus() -> list[str]:
    """The names of this machine's GPUs, asked for in a process of its own: who has asked the driver cannot fork.

    Raises:
        UserError: PyTorch sees none.
    """
    answer = subprocess.run([sys.executable, "-I", "-c", _NAMES], capture_output=True, text=True, check=False)
    names = answer.stdout.split("\n")[:-1]
    if not names:
        raise UserError("--real-devices: PyTorch sees no GPU on this machine")
    return names


def homes(count: int) -> dict[str, str]:
    """A real device for each simulated one. With one GPU alone the CPU is the second device."""
    return {"cuda:0": "cuda:0", "cuda:1": "cuda:1" if count > 1 else "cpu"}


def judge_there(zygote: Zygote, exercise: Exercise, submission: Submission, places: Mapping[str, str]) -> list[Raw]:
    """The exercise's checks on devices, run on real ones.

    Args:
        zygote: one whose children are not confined.
        places: which device stands for which simulated one.

    Raises:
        UserError: the worker does not start, or the exercise has no suite.
    """
    suite = load_suite(exercise).on_real_devices(places)
    observer = Observer(zygote, exercise, suite, _START_ALLOWANCE)
    run, _ = observer.observe(submission.source, submission.name, suite.fixed_cases(), [])
    return judge(suite, run, {})


def on_real_devices(exercise: Exercise, submission: Submission, report: Report) -> Report:
    """The report, with the checks on devices judged on this machine's GPUs as well.

    Raises:
        UserError: there are none, or the worker does not start.
    """
    names = gpus()
    places = homes(len(names))
    shown = [f"{place} ({names[int(place[5:])]})" if place != "cpu" else place for place in places.values()]
    zygote = Zygote(confined=False)
    try:
        return merged(report, judge_there(zygote, exercise, submission, places), ", ".join(shown))
    finally:
        zygote.close()


def merged(report: Report, there: list[Raw], devices: str) -> Report:
    """The report, in which a check is passed only where it is on real devices as well."""
    raws = {raw.check.id: raw for raw in there if raw.status is not Status.PASSED}
    checks = [
        _overruled(check, raws[check.id]) if check.id in raws and check.status is Status.PASSED else check
        for check in report.checks
    ]
    return report.model_copy(
        update={
            "checks": checks,
            "verdict": verdict(checks, report.verdict is Status.NOT_JUDGED),
            "points": sum(check.points for check in checks),
            "unexplained": report.unexplained or any(raw.status is Status.FAILED for raw in raws.values()),
            "environment": report.environment.model_copy(update={"devices": devices}),
        }
    )


def _overruled(check: CheckResult, raw: Raw) -> CheckResult:
    return check.model_copy(
        update={"status": raw.status, "message": raw.message, "points": 0.0, "evidence": dict(raw.evidence)}
    )
