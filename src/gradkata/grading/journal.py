"""The results file: a report a line, each on the disk before the next one is begun.

Whatever interrupts a run, the lines before stand; a line that was cut off is taken out when the run goes on.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from gradkata.errors import UserError
from gradkata.report.model import Report

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


class Journal:
    """A results file that is open for one run. Use as a context manager."""

    def __init__(self, path: Path, *, anew: bool = False) -> None:
        """Open `path` or make it; `anew` drops what stands in it.

        Raises:
            UserError: it cannot be written, another run writes to it, or it is no results file.
        """
        self.path = path
        self.repaired = 0
        """How many bytes of a line that was cut off were taken out."""
        try:
            new = not path.exists()
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
        except OSError as error:
            raise UserError(f"--out {path}: {error.strerror}") from error
        try:
            self._lock()
            if new:
                _sync_folder(path)
            self._check()
            if anew:
                self._truncate(0)
        except BaseException:
            os.close(self._descriptor)
            raise

    def reports(self, wanted: Callable[[Report], bool]) -> dict[tuple[str, str], Report]:
        """The wanted ones of the reports that stand here, by the submission's name and sha256; of several, the last."""
        found: dict[tuple[str, str], Report] = {}
        with self.path.open("rb") as file:
            for line in file:
                report = _report(line)
                if report is not None and wanted(report):
                    found[report.submission.name, report.submission.sha256] = report
        return found

    def append(self, report: Report) -> None:
        """Write a report and wait until it is on the disk."""
        data = report.to_json().encode("utf-8", "backslashreplace") + b"\n"
        while data:
            data = data[os.write(self._descriptor, data) :]
        os.fsync(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)

    def _lock(self) -> None:
        if fcntl is not None:
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise UserError(f"--out {self.path}: another run writes to it") from error

    def _check(self) -> None:
        """Take out a last line that was cut off. A disk may have kept the length of a write and not its bytes."""
        good = 0
        with self.path.open("rb") as file:
            for number, line in enumerate(file, 1):
                whole = line.endswith(b"\n")
                if whole and _report(line) is not None:
                    good += len(line)
                elif whole or not line.startswith((b"{", b"\0")):
                    raise UserError(f"--out {self.path}: line {number} is no report; name another file")
                else:
                    self.repaired = len(line)
        if self.repaired:
            self._truncate(good)

    def _truncate(self, length: int) -> None:
        os.ftruncate(self._descriptor, length)
        os.fsync(self._descriptor)


def _report(line: bytes) -> Report | None:
    try:
        return Report.model_validate_json(line)
    except ValueError:
        return None


def _sync_folder(path: Path) -> None:
    """A new file's name must be on the disk too."""
    try:
        folder = os.open(path.parent, os.O_RDONLY)
    except OSError:  # Windows
        return
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
