"""Which source text a running kernel gives as its answer."""

from __future__ import annotations

import pytest

from gradkata.errors import UserError
from gradkata.notebook.cells import Stops, answer_in

CLIP = ["clip"]


@pytest.fixture(autouse=True)
def _listening(shell):
    Stops.watch(shell)


def answer(shell, names=CLIP):
    return answer_in(shell, names, running=False)


def refusal(shell, names=CLIP):
    with pytest.raises(UserError) as caught:
        answer(shell, names)
    return caught.value.message


def test_the_newest_definitions_are_taken_from_whatever_cells(shell, run):
    run("import math, time\nRATE = 3")
    run("def helper(x):\n    return x * RATE")
    run("def clip(x):\n    return 1")
    run("def clip(x):\n    return helper(x)")
    run("def helper(x):\n    return x + RATE  # edited and run again")
    found = answer(shell)
    assert found.name == "In [4]"
    assert found.source == (
        "RATE = 3\n\ndef clip(x):\n    return helper(x)\n\n"
        "def helper(x):\n    return x + RATE  # edited and run again\n"
    )
    assert found.notes == ()


def test_experiments_magics_and_shell_lines_are_left_out(shell, run):
    run("import math\n!true\n%time y = 1\ndef clip(x):\n    grads = [x]\n    return math.fsum(grads)\nclip(7)")
    run("grads = [clip(1)]")
    assert answer(shell).source == "import math\n\n\ndef clip(x):\n    grads = [x]\n    return math.fsum(grads)\n"


def test_an_answer_from_one_cell_keeps_its_lines(shell, run):
    run("\n\nprint('hello')\ndef clip(x):\n    return 1 / 0")
    assert answer(shell).source == "\n\n\ndef clip(x):\n    return 1 / 0\n"


def test_nothing_is_defined_yet(shell, run):
    run("x = 1")
    assert refusal(shell) == "nothing defines `clip` yet: run the cell with your answer first"
    assert refusal(shell, ["a", "b"]) == "nothing defines `a` or `b` yet: run the cell with your answer first"


def test_a_name_that_was_deleted_is_not_defined(shell, run):
    run("def clip(): ...")
    run("del clip")
    assert refusal(shell).startswith("nothing defines `clip` yet")


def test_a_cell_that_raised_counts_up_to_the_line_that_did(shell, run):
    run("def clip(x):\n    return 1\n\nclip(1) / 0\n\ndef clip(x):\n    return 2")
    found = answer(shell)
    assert found.source == "def clip(x):\n    return 1\n"
    assert found.notes == ()


def test_a_newer_answer_that_never_came_to_be_is_told_of(shell, run):
    run("def clip(x): return 1")
    run("\n1 / 0\ndef clip(x): return 2")
    found = answer(shell)
    assert found.source == "def clip(x): return 1\n"
    assert found.notes == ("In [2] defines clip but stopped with an error in line 2; this is the report on In [1]",)
    run("def clip(x) return 3")
    assert answer(shell).notes == (
        "In [3] defines clip but has a syntax error in line 1: expected ':'; this is the report on In [1]",
    )


def test_an_only_answer_that_never_came_to_be_is_told_of(shell, run):
    run("def clip(x)\n    return 3")
    assert refusal(shell) == "In [1] defines clip but has a syntax error in line 1: expected ':'"


def test_a_timed_cell_that_raised_is_cut_at_the_same_line(shell, run):
    run("def clip(x): return 1")
    run("%%time\ny = 1\n1 / 0\ndef clip(x): return 2")
    assert answer(shell).source == "def clip(x): return 1\n"
    assert "stopped with an error in line 3" in answer(shell).notes[0]


def test_of_the_running_cell_only_what_stands_above_counts(shell, run):
    shell.user_ns["seen"] = []
    shell.user_ns["look"] = lambda: shell.user_ns["seen"].append(answer_in(shell, CLIP).source)
    run("def clip(): return 1\nlook()\ndef clip(): return 2\nlook()")
    assert shell.user_ns["seen"] == ["def clip(): return 1\n", "\n\ndef clip(): return 2\n"]


def test_a_function_from_a_file_is_pointed_to_the_command_line(shell, run, tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("def clip(x): return x\n")
    run(f"%run {path}")
    assert refusal(shell) == (f"`clip` is from {path}: run `gradkata check --file {path}`, or define it in a cell")


def test_a_function_without_a_source_is_refused(shell, run):
    run("exec('def clip(x): return x')")
    assert refusal(shell) == "`clip` has no source text that could be checked: define it in a cell"


def test_a_decorated_answer_is_taken_with_its_decorator(shell, run):
    run("import functools")
    run("def loud(f):\n    @functools.wraps(f)\n    def inner(*a):\n        return f(*a)\n    return inner")
    run("@loud\ndef clip(x): return x")
    assert answer(shell).source.count("def ") == 3
    assert answer(shell).source.startswith("import functools\n\ndef loud(f):")


def test_cells_that_other_programs_run_silently_are_not_the_learners(shell, run):
    run("def clip(x): return 1")
    shell.run_cell("1 / 0", store_history=False, silent=True)
    assert answer(shell).source == "def clip(x): return 1\n"
    assert Stops.watch(shell).lines == {}
