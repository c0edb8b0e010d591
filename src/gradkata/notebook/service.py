"""The process that grades for a kernel: a line of JSON in, lines of JSON out.

It is a process of its own, so that nothing that a learner does in the kernel (another default dtype, a patched
function, a file called `random.py`, an interrupt) reaches the judge, and so that PyTorch is imported while the learner
still reads the question.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from gradkata.content import Kit
from gradkata.errors import UserError
from gradkata.grading.grader import Grader
from gradkata.grading.submission import Submission

if TYPE_CHECKING:
    from gradkata.report.model import Report


def main(root: str) -> None:
    """Answer requests for the kit at `root` until the kernel hangs up.

    A request has `exercise`, `name`, `source` and `seed` (or null). It is answered by any number of lines with `tell`,
    then one with `report`, `html` and `text`, or with `error`.
    """
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(2, 1)  # what a suite prints must not stand among the answers
        with Grader(Kit(Path(root)), tell=lambda line: _say(out, tell=line)) as grader:
            import gradkata.report.html
            import gradkata.report.terminal

            gradkata.report.html.templates().get_template("report.html")
            for line in sys.stdin:
                request = json.loads(line)
                answer = _answer(grader, request)
                _say(out, **answer)
                if "report" in answer and answer["report"]["verdict"] == "failed":
                    _learn_ahead(grader, request["exercise"])


def _answer(grader: Grader, request: dict[str, Any]) -> dict[str, Any]:
    try:
        exercise = grader.kit.exercise(request["exercise"])
        submission = Submission.of(request["name"], request["source"])
        report = grader.grade(exercise, submission, request["seed"])
        return {"report": report.model_dump(mode="json", by_alias=True), **_faces(report)}
    except UserError as error:
        return {"error": error.message}
    except Exception as error:  # noqa: BLE001  (the kernel shows one line)
        return {"error": f"a fault of gradkata itself: {type(error).__name__}: {error}"}


def _learn_ahead(grader: Grader, exercise_id: str) -> None:
    """Learns how the kit's wrong answers behave while the learner edits: the next wrong one is then told at once.

    Only the first time takes long, and a learner who has run the stub has something to write before the next check.
    """
    from gradkata.grading.suites import load_suite

    with contextlib.suppress(Exception):  # what fails here is told when it is needed
        exercise = grader.kit.exercise(exercise_id)
        grader.session.suspects(exercise, load_suite(exercise)).all()


def _faces(report: Report) -> dict[str, str]:
    from rich.console import Console

    from gradkata.report.html import fragment
    from gradkata.report.terminal import WIDTH, render

    text = io.StringIO()
    render(report, Console(file=text, width=WIDTH, color_system=None))
    return {"html": fragment(report), "text": text.getvalue()}


def _say(out: TextIO, **message: object) -> None:
    out.write(json.dumps(message) + "\n")
    out.flush()


if __name__ == "__main__":
    main(sys.argv[1])
