"""Reports kept on disk by what they depend on: the same source, judged by the same program, is judged once."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from gradkata import __version__
from gradkata.grading.submission import Submission
from gradkata.grading.versions import program_digest, torch_version
from gradkata.report.model import Report, Status, SubmissionInfo

ENVIRONMENT_VARIABLE = "GRADKATA_CACHE"


@dataclass(frozen=True, slots=True)
class Basis:
    """All that a report depends on besides the source.

    `sandbox` is how submissions are confined, in the report's words, where that is known: what was judged with less
    confinement does not count where more is there.
    """

    exercise: str
    suite: str
    seed: int | None
    sandbox: str = ""

    def key(self, submission: Submission) -> str:
        """The report's name in the cache. Where there is no source text, messages hold the submission's name."""
        facts = [
            submission.sha256,
            submission.name if submission.fault else "",
            self.exercise,
            self.suite,
            program_digest(),
            __version__,
            torch_version(),
            self.seed,
            self.sandbox,
        ]
        return hashlib.sha256(json.dumps(facts).encode("utf-8", "backslashreplace")).hexdigest()

    def made(self, report: Report) -> bool:
        """Whether a report that was read from a file was made on this basis, as far as it tells."""
        environment = report.environment
        return (
            (report.exercise, environment.suite, environment.program) == (self.exercise, self.suite, program_digest())
            and (environment.gradkata, environment.torch) == (__version__, torch_version())
            and self.seed in (None, report.seed)
            and self.sandbox in ("", environment.sandbox)
        )


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder with one file for each report."""

    folder: Path

    @classmethod
    def of_user(cls) -> Cache:
        """The user's cache, or the folder that GRADKATA_CACHE names."""
        named = os.environ.get(ENVIRONMENT_VARIABLE)
        if named:
            return cls(Path(named))
        from platformdirs import user_cache_path

        return cls(user_cache_path("gradkata", appauthor=False) / "reports")

    def get(self, key: str, submission: Submission) -> Report | None:
        """The report under `key` as one on `submission`; `None` if there is none that can be read."""
        try:
            report = Report.model_validate_json(self._path(key).read_bytes())
        except (OSError, ValueError):
            return None
        return under_name(report, submission) if report.submission.sha256 == submission.sha256 else None

    def put(self, key: str, report: Report) -> None:
        """Keep a report. Faults of ours are not kept; a cache that cannot be written costs time and nothing else."""
        if report.verdict is Status.NOT_JUDGED:
            return
        path = self._path(key)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
            try:
                with open(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:  # noqa: PTH123
                    file.write(report.to_json())
                Path(name).replace(path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise

    def forget(self, key: str) -> None:
        """Let go of a report, if there is one."""
        with contextlib.suppress(OSError):
            self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.json"


def under_name(report: Report, submission: Submission) -> Report:
    """The report as one on a submission with the same source and perhaps another name."""
    if report.submission.name == submission.name:
        return report
    return report.model_copy(update={"submission": SubmissionInfo(name=submission.name, sha256=submission.sha256)})
