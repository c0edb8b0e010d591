"""Submitted notebooks are strangers': whatever they hold, what comes of them is the instructor's notebook again."""

from __future__ import annotations

import json
import os

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbgrader.nbgraderformat import MetadataValidator

from gradkata.course.plan import Judged, Plan, PlannedCell
from gradkata.course.submitted import MAX_CELLS, Submitted, drop_links
from gradkata.report.model import Kind

pytestmark = pytest.mark.filterwarnings("ignore")  # Jupyter's own
HIDDEN = '# Correctness\n### BEGIN HIDDEN TESTS\npoints("double", "correctness")\n### END HIDDEN TESTS'
STUB = "def double(x):\n    raise NotImplementedError"


def planned(grade_id, kind, source, *, points=None, locked=False, solution=False, judged=None):
    return PlannedCell(grade_id, kind, source, "0" * 32, locked, solution, False, points, judged)


PLAN = Plan(
    "double",
    {"name": "python3"},
    (
        planned("card", "markdown", "# Double a number", locked=True),
        planned("answer", "code", STUB, solution=True),
        planned("correctness", "code", HIDDEN, points=4.0, locked=True, judged=Judged("double", Kind.CORRECTNESS)),
        planned("why", "markdown", "YOUR ANSWER HERE", points=5.0, solution=True),
    ),
)


def cell(source, grade_id=None, kind="code", **marks):
    marked = {"nbgrader": {"grade_id": grade_id, **marks}} if grade_id else {}
    extra = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "metadata": marked, "source": source, **extra}


def released():
    return [
        cell("# Double a number", "card", "markdown"),
        cell(STUB, "answer"),
        cell("# Correctness", "correctness", points=4),
        cell("YOUR ANSWER HERE", "why", "markdown"),
    ]


def read(cells):
    data = cells if isinstance(cells, bytes) else json.dumps({"cells": cells, "nbformat": 4}).encode()
    return Submitted.of("ann/double.ipynb", data, PLAN, ("double",))


def marks_of(submitted):
    return {
        found["metadata"]["nbgrader"]["grade_id"]: found
        for found in submitted.cells
        if found["metadata"].get("nbgrader", {}).get("grade_id")
    }


ANSWER = "def double(x):\n    return 2 * x"


def test_an_answer_in_its_cell_is_the_submission():
    cells = released()
    cells[1]["source"] = ANSWER
    assert read(cells).submission.source == f"{ANSWER}\n"


def test_helpers_and_imports_in_other_cells_come_along_and_experiments_do_not():
    cells = released()
    cells[1]["source"] = "def double(x):\n    return times(x)"
    cells.insert(1, cell("import math\nimport torch\n\ndef times(x):\n    return math.prod((2, x))"))
    cells.insert(
        3, cell("name = input('your name')\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\n!rm -rf ~\n%run x.py")
    )
    source = read(cells).submission.source
    assert "import math" in source
    assert "def times" in source
    assert [word for word in ("input", "plot", "rm -rf", "run x") if word in source] == []


def test_a_magic_or_a_shell_line_in_the_answers_own_cell_is_left_out():
    cells = released()
    cells[1]["source"] = f"%timeit 1\n!ls\n{ANSWER}\nfiles = !ls"
    assert read(cells).submission.source == f"{ANSWER}\n"


def test_of_several_answers_the_last_above_the_graded_cell_counts_as_in_a_kernel():
    cells = released()
    cells[1]["source"] = ANSWER
    cells.insert(2, cell("def double(x):\n    return x + x", "answer"))
    cells.append(cell("def double(x):\n    return 'an experiment'"))
    assert read(cells).submission.source == "def double(x):\n    return x + x\n"


def test_an_answer_that_lost_its_cell_is_found_wherever_it_stands():
    cells = [cell("# mine", kind="markdown"), *released()[2:], cell(ANSWER)]
    assert read(cells).submission.source == f"{ANSWER}\n"


def test_deleted_cells_come_back_where_they_were():
    cells = released()
    cells[1]["source"] = ANSWER
    del cells[2:]
    submitted = read(cells)
    assert [found["metadata"]["nbgrader"]["grade_id"] for found in submitted.cells] == [
        "card",
        "answer",
        "correctness",
        "why",
    ]
    assert marks_of(submitted)["why"]["source"] == "YOUR ANSWER HERE"


def test_a_deleted_answer_is_not_replaced_by_its_stub():
    submitted = read([made for made in released() if made["metadata"]["nbgrader"]["grade_id"] != "answer"])
    assert submitted.submission.fault == "ann/double.ipynb has no code cell that defines double."
    assert "answer" not in marks_of(submitted)


def test_test_cells_marks_points_and_outputs_are_the_instructors_again():
    cells = released()
    cells[2] = cell("4.0", "correctness", points=400, solution=True, locked=False, schema_version=99)
    cells[2]["outputs"] = [{"output_type": "execute_result", "data": {"text/plain": "400"}}]
    mine = marks_of(read(cells))["correctness"]
    assert mine["source"] == HIDDEN
    assert mine["outputs"] == []
    assert mine["metadata"]["nbgrader"]["points"] == 4.0
    assert mine["metadata"]["nbgrader"]["solution"] is False


def test_cells_that_changed_their_type_change_back():
    cells = released()
    cells[1] = cell(ANSWER, "answer", "markdown")
    submitted = read(cells)
    assert marks_of(submitted)["answer"]["cell_type"] == "code"
    assert submitted.submission.source == f"{ANSWER}\n"


def test_old_notebooks_are_read():
    sheet = {"cells": [{"cell_type": "code", "input": [ANSWER], "language": "python"}]}
    data = json.dumps({"worksheets": [sheet], "nbformat": 3}).encode()
    assert read(data).submission.source == f"{ANSWER}\n"


def test_pictures_in_written_answers_stay_and_scripts_in_pictures_do_not():
    cells = released()
    cells[3]["attachments"] = {"a.png": {"image/png": "AAAA"}, "b.svg": {"image/svg+xml": "<script>"}, "c": 7}
    assert marks_of(read(cells))["why"]["attachments"] == {"a.png": {"image/png": "AAAA"}}


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "is no notebook: it is no JSON"),
        (b"{broken", "is no notebook: it is no JSON"),
        (b"\xff\xfe\x00", "is no notebook: it is not UTF-8 text"),
        (b"[1, 2]", "is no notebook: it holds no cells"),
        (b'{"cells": 7}', "is no notebook: it holds no cells"),
        (b'{"cells": []}', "has no code cell that defines double"),
        (b"[" * 100_000, "is no notebook: it is no JSON"),
        (json.dumps({"cells": [cell("1")] * (MAX_CELLS + 1)}).encode(), f"has {MAX_CELLS + 1} cells"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_no_notebook_says_so_and_can_be_given_its_zero(data, fault):
    submitted = read(data)
    assert fault in submitted.submission.fault
    assert fault in submitted.cells[0]["source"]
    assert {"correctness", "why"} <= marks_of(submitted).keys()


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "theirs.ipynb").write_text(json.dumps({"cells": [cell(ANSWER)]}))
    (tmp_path / "double.ipynb").symlink_to("theirs.ipynb")
    submitted = Submitted.read(tmp_path / "double.ipynb", "ann", PLAN, ("double",))
    assert submitted.submission.fault == "ann/double.ipynb is a link, not a file."


def test_a_pipe_does_not_hold_the_grader_up(tmp_path):
    os.mkfifo(tmp_path / "double.ipynb")
    submitted = Submitted.read(tmp_path / "double.ipynb", "ann", PLAN, ("double",))
    assert submitted.submission.fault == "ann/double.ipynb is no regular file."


def test_what_came_through_links_is_taken_out_again(tmp_path):
    submitted, copied = tmp_path / "submitted", tmp_path / "autograded"
    for folder in (submitted, copied):
        folder.mkdir()
        (folder / "data.txt").write_text("mine")
    (submitted / "secret.txt").symlink_to(tmp_path / "gradebook.db")
    (copied / "secret.txt").write_text("everybody's marks")
    assert drop_links(submitted, copied) == ["secret.txt"]
    assert sorted(path.name for path in copied.iterdir()) == ["data.txt"]


def test_what_is_hidden_is_not_shown():
    assert PLAN.cells[2].shown == "# Correctness"


SOMETHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["answer", "correctness", "code"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["nbgrader", "grade_id", "a"]), inner),
    max_leaves=6,
)
CELLS = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": SOMETHING | st.sampled_from(["code", "markdown", "raw"]),
        "source": SOMETHING | st.sampled_from([ANSWER, "\ud800", "def double(:", "%%bash\nls"]),
        "metadata": SOMETHING
        | st.fixed_dictionaries(
            {"nbgrader": st.fixed_dictionaries({"grade_id": st.sampled_from(["answer", "why", "card"])})}
        ),
        "outputs": SOMETHING,
        "attachments": SOMETHING,
    },
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.fixed_dictionaries({"cells": SOMETHING | st.lists(SOMETHING | CELLS, max_size=6), "metadata": SOMETHING}))
def test_whatever_is_handed_in_becomes_a_notebook_that_can_be_graded(notebook):
    submitted = read(json.dumps(notebook).encode())
    made = nbformat.from_dict({"cells": submitted.cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    nbformat.validate(made)
    MetadataValidator().validate_nb(made)
    nbformat.writes(made).encode()
    ids = [found["metadata"].get("nbgrader", {}).get("grade_id") for found in submitted.cells]
    assert ids.count("correctness") == ids.count("why") == 1
    assert marks_of(submitted)["correctness"]["source"] == HIDDEN
