"""An engine that answers at once."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest


@pytest.fixture
def verdicts(monkeypatch):
    """Replaces the engine: what a submission says after `# verdict:` is its verdict (passed, if it says nothing)."""
    from gradkata import __version__
    from gradkata.grading import task
    from gradkata.grading.versions import program_digest, torch_version
    from gradkata.report.model import CheckResult, Environment, Kind, Report, Status, SubmissionInfo
    from gradkata.worker.confine import probe

    task.close()  # a grader that another test left

    class Grader:
        def __init__(self, kit, tell=None, worker=None, *, sparing=False):
            self.kit = kit

        def __enter__(self):
            return self

        def __exit__(self, *exception):
            return None

        def grade(self, exercise, submission, seed=None):
            said = submission.source.partition("# verdict: ")[2].splitlines()
            if said == ["crash"]:
                raise ValueError("out of cheese")
            if said == ["interrupt"]:
                raise KeyboardInterrupt
            verdict = Status(said[0]) if said else Status.PASSED
            points = 5.0 if verdict is Status.PASSED else 0.0
            check = CheckResult(
                id="correctness.norm",
                kind=Kind.CORRECTNESS,
                title="A sentence.",
                required=True,
                status=verdict,
                points=points,
                max_points=5.0,
                message="" if verdict is Status.PASSED else "the message",
            )
            return Report(
                exercise=exercise.id,
                submission=SubmissionInfo(name=submission.name, sha256=submission.sha256),
                verdict=verdict,
                points=points,
                max_points=5.0,
                checks=[check],
                diagnosis=[],
                unexplained=False,
                seed=7 if seed is None else seed,
                seconds=0.25,
                environment=Environment(
                    gradkata=__version__,
                    suite=exercise.digest(),
                    torch=torch_version(),
                    python="0",
                    platform="here",
                    sandbox=probe().line,
                    program=program_digest(),
                ),
            )

    module = ModuleType("gradkata.grading.grader")
    module.Grader = Grader
    monkeypatch.setitem(sys.modules, "gradkata.grading.grader", module)
