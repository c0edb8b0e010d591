"""The card's example, run on an answer: the self-check of an installation without graders, such as a student's.

It runs in a process of its own with the learner's rights: on the learner's machine, by the learner, without a verdict.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

from gradkata.content import Exercise

NO_GRADERS = "this installation has no graders: your instructor's has, and grades what you hand in"
_START = 30.0  # seconds for Python and PyTorch to start
_PROGRAM = """
import json, linecache, sys, traceback
given = json.load(sys.stdin)
space = {"__name__": "answer"}
for name, source in given:
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    try:
        exec(compile(source, name, "exec"), space)
    except BaseException as error:
        here = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in dict(given)]
        print("".join(traceback.format_list(here)), *traceback.format_exception_only(error), sep="", file=sys.stderr)
        sys.stderr.flush()
        raise SystemExit(1)
"""


@dataclass(frozen=True, slots=True)
class ExampleRun:
    """What came of it. `text` is for the learner."""

    passed: bool
    text: str


def is_graded_here(exercise: Exercise) -> bool:
    """Whether this kit holds the exercise's grader."""
    return exercise.suite_path.is_file()


def run_example(exercise: Exercise, source: str, name: str) -> ExampleRun:
    """Run the card's example where the answer is in scope."""
    given = [(name, source), ("the card's example", exercise.parsed_card().code("Example"))]
    limit = exercise.time_limit + _START
    try:
        ended = subprocess.run(
            [sys.executable, "-c", _PROGRAM],
            input=json.dumps(given),
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="backslashreplace",
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ExampleRun(passed=False, text=f"The card's example did not end within {limit:g} seconds.\n{_about()}")
    if ended.returncode == 0:
        return ExampleRun(passed=True, text=f"{ended.stdout}The card's example works with your answer.\n{_about()}")
    reason = ended.stderr.strip() or f"it ended with exit code {ended.returncode}"
    return ExampleRun(
        passed=False, text=f"{ended.stdout}The card's example does not work yet:\n\n{reason}\n\n{_about()}"
    )


def _about() -> str:
    return f"This is a self-check with one example and earns nothing: {NO_GRADERS}."
