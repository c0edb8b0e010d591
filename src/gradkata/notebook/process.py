"""A kernel's end of its grading process: started once, asked for each check, replaced when it is lost."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradkata.errors import UserError

_SERVICE = ("-m", "gradkata.notebook.service")


@dataclass(frozen=True, slots=True)
class Graded:
    """A report as the JSON that it is, as HTML, and as plain text."""

    report: dict[str, Any]
    html: str
    text: str


class GradingProcess:
    """One grading process for the kit at `root`. It ends when this process does, however that happens."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._owner = os.getpid()
        self._turn = threading.Lock()  # cells may use threads
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115  (it lives as long as the process)
        self._process = subprocess.Popen(
            [sys.executable, "-I", *_SERVICE, str(root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            encoding="utf-8",
            start_new_session=True,  # an interrupt of the kernel is not meant for it
        )

    @property
    def usable(self) -> bool:
        """Whether it is alive and ours: a fork of the kernel must not speak with its parent's grader."""
        return self._owner == os.getpid() and self._process.poll() is None

    def grade(self, exercise: str, name: str, source: str, seed: int | None, tell: Callable[[str], None]) -> Graded:
        """The report on a source text. `tell` hears of what takes longer.

        Raises:
            UserError: nothing could be graded, or the process died over it.
        """
        request = {"exercise": exercise, "name": name, "source": source, "seed": seed}
        with self._turn:
            return self._ask(request, tell)

    def _ask(self, request: dict[str, Any], tell: Callable[[str], None]) -> Graded:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            for line in self._process.stdout:
                answer = json.loads(line)
                if "tell" in answer:
                    tell(answer["tell"])
                elif "error" in answer:
                    raise UserError(answer["error"], exit_code=3)
                else:
                    return Graded(answer["report"], answer["html"], answer["text"])
        except OSError:
            pass  # it is gone; what it wrote last says why
        except KeyboardInterrupt:
            self.close(at_once=True)  # else its answer would be taken for that to the next question
            raise
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=3)
        said = self._last_words()
        self.close(at_once=True)
        raise UserError(f"the grader's process ended: {said}", exit_code=3)

    def close(self, *, at_once: bool = False) -> None:
        """End the process; what it forked ends with it."""
        if self._owner != os.getpid():
            return
        self.hang_up()
        if at_once:
            self._process.kill()
        try:
            self._process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._stderr.close()

    def hang_up(self) -> None:
        """Let the process end when it has finished what it is doing."""
        if self._owner == os.getpid() and self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()

    def _last_words(self) -> str:
        self._stderr.seek(0)
        lines = self._stderr.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"exit status {self._process.returncode}"


_kept: list[GradingProcess] = []


def grading_process(root: Path) -> GradingProcess:
    """This kernel's grading process for the kit at `root`; starting one takes milliseconds, getting ready seconds."""
    if not (_kept and _kept[0].usable and _kept[0].root == root):
        close()
        _kept.append(GradingProcess(root))
    return _kept[0]


def close() -> None:
    """End this kernel's grading process, if there is one."""
    while _kept:
        _kept.pop().close()


@atexit.register
def _hang_up() -> None:
    """At the kernel's end nobody waits: the process may be learning, which is of use the next time."""
    for one in _kept:
        one.hang_up()
