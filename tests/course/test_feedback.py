"""Points as outputs: nbgrader reads from ours exactly what was earned, where its own reading goes wrong."""

from __future__ import annotations

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbgrader.utils import determine_grade

from gradkata.course.feedback import earned, foreign_outputs, grade_outputs, verdict_output
from gradkata.report.model import CheckResult, Environment, Kind, Report, Status, SubmissionInfo

pytestmark = pytest.mark.filterwarnings("ignore")  # Jupyter's own


def check(name, status, points):
    return CheckResult(
        id=f"correctness.{name}",
        kind=Kind.CORRECTNESS,
        title=f"The sentence of {name}.",
        required=True,
        status=status,
        points=points if status is Status.PASSED else 0.0,
        max_points=points,
        message="" if status is Status.PASSED else "Expected: 1\nSeen: \x1b[31m2",
        evidence={"secret": "of the grader"},
    )


def report(*checks, verdict=Status.FAILED, **more):
    return Report(
        exercise="double",
        submission=SubmissionInfo(name="ann/double.ipynb", sha256="0" * 64),
        verdict=verdict,
        points=sum(one.points for one in checks),
        max_points=sum(one.max_points for one in checks),
        checks=list(checks),
        diagnosis=[],
        unexplained=False,
        seed=7,
        seconds=0.1,
        environment=Environment(gradkata="0", suite="s", torch="2", python="3", platform="p", sandbox="full"),
        **more,
    )


def graded(outputs, points=10.0):
    """What nbgrader makes of a grade cell with these outputs."""
    cell = nbformat.v4.new_code_cell(outputs=[nbformat.from_dict(output) for output in outputs])
    cell.metadata["nbgrader"] = {"grade": True, "solution": False, "points": points, "grade_id": "correctness"}
    return determine_grade(nbformat.from_dict(cell))[0]


def result(text):
    return {"output_type": "execute_result", "data": {"text/plain": text}, "metadata": {}, "execution_count": 1}


def stderr(text):
    return {"output_type": "stream", "name": "stderr", "text": text}


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(Status), st.integers(0, 20)), min_size=1), st.floats(0.5, 200))
def test_nbgrader_reads_from_our_outputs_what_was_earned(judged, worth):
    made = report(*(check(str(number), status, float(points)) for number, (status, points) in enumerate(judged)))
    points = earned(made, Kind.CORRECTNESS, worth)
    full = sum(points for _, points in judged)
    share = made.points / full if full else 0.0
    assert points == pytest.approx(share * worth, abs=1e-4)
    assert graded(grade_outputs(made, Kind.CORRECTNESS, points), worth) == points


@pytest.mark.parametrize(
    ("what", "outputs", "nbgraders"),
    [
        ("a warning on stderr costs all points", [stderr("UserWarning: slow"), result("10.0")], 0),
        ("no output earns all points", [], 10),
        ("a result that is no number earns all points", [result("'nothing'")], 10),
        ("a result below zero earns all points", [result("-3")], 10),
        ("nan earns all points", [result("nan")], 10),
    ],
)
def test_what_nbgrader_misreads_is_never_among_our_outputs(what, outputs, nbgraders):
    assert graded(outputs) == nbgraders, what
    made = report(check("a", Status.FAILED, 10.0), output="UserWarning: slow")
    ours = grade_outputs(made, Kind.CORRECTNESS, earned(made, Kind.CORRECTNESS, 10.0))
    assert [output["output_type"] for output in ours] == ["stream", "execute_result"]
    assert all(output.get("name") != "stderr" for output in [*ours, verdict_output(made)])
    assert graded(ours) == 0.0


def test_more_than_the_maximum_stops_nbgrader_and_is_cut_here():
    with pytest.raises(ValueError, match="greater than maximum points"):
        graded([result("11")])
    generous = check("a", Status.PASSED, 10.0).model_copy(update={"points": 1000.0})
    assert earned(report(generous), Kind.CORRECTNESS, 10.0) == 10.0


def test_a_kind_that_the_suite_does_not_have_earns_nothing():
    assert earned(report(check("a", Status.PASSED, 10.0)), Kind.PARITY, 10.0) == 0.0


def test_a_cell_that_is_none_of_ours_earns_nothing_and_says_so():
    outputs = foreign_outputs()
    assert graded(outputs) == 0.0
    assert outputs[0]["text"] == "This cell was not run and earns nothing: gradkata runs no test in a notebook.\n"


def test_what_was_not_judged_earns_nothing_yet_and_says_whose_fault_it_is():
    made = report(check("a", Status.PASSED, 10.0), verdict=Status.NOT_JUDGED)
    assert earned(made, Kind.CORRECTNESS, 10.0) == 0.0
    assert "the grader or its machine is at fault" in verdict_output(made)["text"]


def test_the_author_reads_the_reason_and_not_the_graders_facts():
    text = grade_outputs(
        report(check("a", Status.FAILED, 10.0), check("b", Status.PASSED, 2.0)), Kind.CORRECTNESS, 2.0
    )[0]
    assert text["text"] == (
        "✘ The sentence of a. (0 of 10)\n    Expected: 1\n    Seen: \\x1b[31m2\n✔ The sentence of b. (2 of 2)\n"
    )
