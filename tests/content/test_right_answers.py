"""Right answers in unusual styles are accepted: whoever writes one must not lose to the grader's taste."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gradkata.content import find_kit
from gradkata.content.files import comma_list, read_described
from gradkata.grading.grader import Grader
from gradkata.grading.submission import Submission
from gradkata.report.model import Status

FOLDER = Path(__file__).parents[1] / "right_answers"
ANSWERS = sorted(FOLDER.glob("*/*.py"))


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    with Grader(find_kit()) as grader:
        yield grader


@pytest.mark.parametrize("path", ANSWERS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_right_answer_is_accepted_and_loses_what_it_says(grader: Grader, path: Path) -> None:
    described = read_described(path, frozenset({"Loses"}))

    report = grader.grade(grader.kit.exercise(path.parent.name), Submission.read(path))

    failed = {check.id: check.message for check in report.checks if check.status is not Status.PASSED}
    assert report.verdict is Status.PASSED, f"seed {report.seed}: {failed} {report.fault}"
    assert set(failed) == set(comma_list(described.trailers.get("Loses", "")))


def test_every_right_answer_belongs_to_an_exercise() -> None:
    assert ANSWERS
    assert {path.parent.name for path in ANSWERS} <= {exercise.id for exercise in find_kit().exercises()}
