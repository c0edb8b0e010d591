"""Runs a comparison: one measuring process for the kit's own functions, another one for a learner's file.

Both time the yardstick among their own contenders, so the ratios compare although the processes differ, and a file that
changes PyTorch, hangs or crashes spoils no row but its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gradkata.bench.results import Comparison, Measurement, Setting
from gradkata.content import Exercise
from gradkata.errors import UserError
from gradkata.report.printable import one_line

BENCH_FILE = "bench.py"
TIME_LIMIT = 600.0
_ENVIRONMENT = frozenset(
    {"PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "CUDA_VISIBLE_DEVICES"}
    | {"OMP_NUM_THREADS", "MKL_NUM_THREADS"}
)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to time: its name in the table, the file that messages name, and its source."""

    name: str
    file: str
    source: str


def bench_path(exercise: Exercise) -> Path:
    """graders/<id>/bench.py.

    Raises:
        UserError: the exercise has none.
    """
    path = exercise.grader_folder / BENCH_FILE
    if not path.is_file():
        raise UserError(f"{exercise.id} has nothing to compare: there is no {path}")
    return path


def compare(
    exercise: Exercise,
    learners: Answer | None,
    rounds: int,
    progress: Callable[[str], None],
    time_limit: float = TIME_LIMIT,
) -> Comparison:
    """Times PyTorch, the reference solutions and, if there is one, the learner's answer.

    The learner's comes first: where it is broken, nobody waits for the rest.

    Raises:
        UserError: there is no comparison, or an answer cannot be timed.
    """
    path = bench_path(exercise)
    own = [Answer(one.name, str(one.path), one.source) for one in exercise.solutions()]
    theirs: tuple[Measurement, ...] = ()
    if learners is not None:
        theirs = _measured(exercise.id, path, [learners], rounds, progress, time_limit, baselines=False).measurements
    comparison = _measured(exercise.id, path, own, rounds, progress, time_limit, baselines=True)
    of_learner = tuple(one for one in theirs if one.contender != comparison.yardstick)
    return replace(comparison, measurements=comparison.measurements + of_learner)


def _measured(
    exercise: str,
    path: Path,
    answers: Sequence[Answer],
    rounds: int,
    progress: Callable[[str], None],
    time_limit: float,
    *,
    baselines: bool,
) -> Comparison:
    request = {
        "bench": str(path),
        "baselines": baselines,
        "rounds": rounds,
        "answers": [{"name": one.name, "file": one.file, "source": one.source} for one in answers],
    }
    what = answers[0].file if answers and not baselines else str(path)
    setting: Mapping[str, Any] = {}
    measurements: list[Measurement] = []
    for message in _messages(request, what, time_limit):
        if "broken" in message or "error" in message:
            text = one_line(str(message.get("broken", message.get("error"))))
            raise UserError(text, exit_code=1 if "broken" in message else 2)
        try:
            if "yardstick" in message:
                setting = message
            found = [Measurement.read(fields) for fields in message.get("measured", [])]
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise UserError(f"{what} disturbed the measuring: {error!r}", exit_code=1) from error
        measurements += found
        for one in found[:1]:
            progress(", ".join(filter(None, (what, one.device, one.shape, one.situation))))
    return Comparison(
        exercise,
        str(setting.get("yardstick", "")),
        Setting(str(setting.get("torch", "")), int(setting.get("threads", 0)), rounds),
        tuple(measurements),
    )


def _messages(request: Mapping[str, Any], what: str, time_limit: float) -> Iterator[dict[str, Any]]:
    """What the measuring process says, as it says it, up to its `done`."""
    environment = {name: value for name, value in os.environ.items() if name in _ENVIRONMENT}
    process = subprocess.Popen(
        [sys.executable, "-I", "-m", "gradkata.bench"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    assert process.stdin is not None
    assert process.stdout is not None
    late = threading.Event()

    def end() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(time_limit, end)
    timer.start()
    try:
        with contextlib.suppress(BrokenPipeError):  # it is gone already, and its exit status tells
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.close()
        for line in process.stdout:
            message = _decoded(line, what)
            yield message
            if "done" in message or "broken" in message or "error" in message:
                return
        status = process.wait()
        if late.is_set():
            raise UserError(f"{what} was not done after {time_limit:g} seconds", exit_code=1)
        raise UserError(f"{what} ended the measuring process (exit status {status}) before it was done", exit_code=1)
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        with contextlib.suppress(OSError):
            process.stdin.close()
        process.stdout.close()


def _decoded(line: str, what: str) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except ValueError:
        message = None
    if not isinstance(message, dict):
        raise UserError(f"{what} disturbed the measuring: its process said something else", exit_code=1)
    return message
