"""What `check`, `hint`, `solution`, `progress` and `%%check` show, word for word; the grader is a stand-in."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from gradkata.notebook import learner
from gradkata.notebook.magic import load
from gradkata.notebook.process import Graded
from gradkata.notebook.show import Interrupted
from gradkata.practice.store import Store

STUB = '''def scale(numbers: list[float], factor: float) -> None:
    """Multiply in place.

    Args:
        numbers: the list.
        factor: any number.

    Returns:
        Nothing.
    """
    raise NotImplementedError("write me")'''
RIGHT = "def scale(numbers, factor):\n    numbers[:] = [n * factor for n in numbers]"


class Grader:
    """Says what it was asked to grade. A source with `# learn` takes longer; one with `# crash` is our fault."""

    def __init__(self):
        self.asked = []

    def grade(self, exercise, name, source, seed, tell):
        self.asked.append((exercise, name, source, seed))
        if "# learn" in source:
            tell("Learning ...")
        if "# crash" in source:
            raise ZeroDivisionError("out of cheese")
        if "# stop" in source:
            raise KeyboardInterrupt
        passed = "raise" not in source
        verdict = "passed" if passed else "failed"
        mistakes = [] if passed else [{"mistake": "stub", "title": "Nothing is written yet."}]
        check = {"kind": "correctness", "points": 5.0 * passed, "max_points": 5.0}
        report = {**check, "verdict": verdict, "checks": [check], "diagnosis": mistakes, "seconds": 0.1, "seed": 7}
        return Graded(report, "<p>the report</p>", f"the report on {name}")


@pytest.fixture
def grader(monkeypatch, make_kit, shell, tmp_path):
    """The stand-in, a kit with one exercise, and the names in the learner's cells."""
    made = Grader()
    for place in (learner, load.__globals__):
        monkeypatch.setitem(vars(place) if place is learner else place, "grading_process", lambda root: made)
    monkeypatch.setenv("GRADKATA_STATE", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRADKATA_KIT", str(make_kit("scale", "add")))
    load(shell)
    shell.run_cell("from gradkata import check, hint, solution, progress")
    return made


def test_check_shows_the_report_on_the_newest_answer(grader, run, shell):
    run(STUB)
    run(RIGHT)
    assert run('check("scale", seed=7)') == "the report on In [2]"
    assert grader.asked == [("scale", "In [2]", RIGHT + "\n", 7)]


def test_a_report_is_html_for_a_page_and_text_elsewhere(grader, run, shell):
    from IPython.utils.capture import capture_output

    run(RIGHT)
    with capture_output() as captured:
        shell.run_cell('check("scale")', store_history=True)
    assert captured.outputs[0].data == {"text/plain": "the report on In [1]", "text/html": "<p>the report</p>"}


def test_the_function_may_be_named_instead_of_the_exercise(grader, run):
    run(RIGHT)
    assert run("check(scale)") == "the report on In [1]"


def test_a_line_about_waiting_is_gone_when_the_report_comes(grader, run):
    run(RIGHT + "  # learn")
    assert run('check("scale")') == "the report on In [1]"


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ('check("scal")', "gradkata: there is no exercise `scal`; did you mean scale?"),
        ("check()", "gradkata: name an exercise in quotation marks; there is scale, add"),
        ("check(len)", "gradkata: name an exercise in quotation marks; there is scale, add"),
        ('check("scale")', "gradkata: nothing defines `scale` yet: run the cell with your answer first"),
        ("%check scale", "gradkata: nothing defines `scale` yet: run the cell with your answer first"),
        ('hint("scale", 4)', "gradkata: there are hints 1 to 3"),
        ('hint("nope")', "gradkata: there is no exercise `nope`; there is add, scale"),
        ("%%check nope\nx = 1", "gradkata: there is no exercise `nope`; there is add, scale"),
        ("%%check scale --seed x\nx = 1",
         "gradkata: argument --seed: invalid int value: 'x'; write `%%check ID` or `%%check ID --seed N`"),
        ("%%check 'scale\nx = 1", "gradkata: `%%check 'scale` is not understood: No closing quotation"),
        ("%%check scale\ndef scale(x)\n    return 1",
         "gradkata: this cell has a syntax error in line 2: expected ':'; nothing was run"),
        ("%%check scale\nx = 1", "gradkata: nothing defines `scale` yet: run the cell with your answer first"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_and_no_traceback(grader, run, cell, said):
    assert run(cell) == said
    assert grader.asked == []


@pytest.mark.parametrize("seed", ["-1", "'x'", "1.5"])
def test_a_seed_that_is_none_is_refused(grader, run, seed):
    run(RIGHT)
    said = "gradkata: `seed` is a whole number from 0, such as the one that a report names; not"
    assert run(f'check("scale", seed={seed})') == f"{said} {seed}"


def test_a_cell_with_the_magic_is_run_and_then_checked(grader, run, shell):
    assert run(f"%%check scale --seed 3\nprint('ran')\n{RIGHT}") == "the report on In [1]\nran"
    assert grader.asked == [("scale", "In [1]", f"\n\n{RIGHT}\n", 3)]
    assert callable(shell.user_ns["scale"])


def test_a_cell_with_the_magic_that_raises_is_not_checked(grader, run):
    said = run(f"%%check scale\n{RIGHT}\n1 / 0")
    assert said.startswith("gradkata: the cell stopped with an error: nothing was checked")
    assert "ZeroDivisionError: division by zero" in said  # the learner's own
    assert grader.asked == []


def test_loading_the_extension_is_enough_for_the_magic(grader, run, shell):
    shell.magics_manager.magics["cell"].pop("check")
    assert run("%load_ext gradkata") == ""
    assert run(f"%%check scale\n{RIGHT}") == "the report on In [2]"


def test_a_fault_of_ours_is_one_line(grader, run):
    run(RIGHT + "  # crash")
    assert run('check("scale")') == "gradkata: a fault of gradkata itself: ZeroDivisionError: out of cheese"


def test_an_interrupt_is_one_line_that_stops_the_cells_below(grader, run, shell):
    run(RIGHT + "  # stop")
    assert run('check("scale")').endswith("gradkata: interrupted; nothing was checked")
    assert isinstance(shell.last_execution_result.error_in_exec, Interrupted)


def test_hints_come_one_after_another(grader, run):
    assert run('hint("scale")') == "Hint 1 of 3\n\nWhich operator?"
    assert run('hint("scale")').startswith("Hint 2 of 3")
    assert run('hint("scale", 1)').startswith("Hint 1 of 3")
    assert run('hint("scale")').startswith("Hint 3 of 3")
    assert run('hint("scale")') == (
        'gradkata: you have had all 3 hints: `hint("scale", 1)` shows the first again, `solution("scale")` the answers'
    )


def test_the_solution_waits_for_a_first_attempt(grader, run):
    refused = (
        'gradkata: try first: write an answer and check it, or take a `hint("scale")` '
        '(`solution("scale", reveal=True)` shows the answers at once)'
    )
    assert run('solution("scale")') == refused
    run(STUB)
    run('check("scale")')
    assert run('solution("scale")') == refused
    assert run('solution("scale", reveal=True)').startswith('## reference.py\n\n```python\n"""Index by index.')
    run(RIGHT)
    shown = run('solution("scale")')
    assert "Known to lose points at: launches, waits\n\n## Key concepts" in shown


def test_progress_counts_attempts_and_hints_of_the_command_line_too(grader, run, make_kit):
    run(STUB)
    run('check("scale")')  # an untouched stub is no attempt
    run(RIGHT)
    run('check("scale")')
    run('hint("scale")')
    run('check("scale")')
    store = Store.of_user()
    assert [attempt.origin for attempt in store.attempts(str(make_kit()), "scale")] == ["notebook", "notebook"]
    day = datetime.now(UTC).astimezone().date().isoformat()
    assert run("progress()").split("\n") == [
        "exercise  state                 best points  attempts  hints",
        f"scale     solved on {day}  5 of 5       2         1",
        "add       new",
        "1 of 2 solved, 2 attempts, 1 day in a row",
    ]


def test_outside_a_notebook_the_command_line_is_named(capsys, make_kit, monkeypatch):
    monkeypatch.setenv("GRADKATA_KIT", str(make_kit("scale")))
    monkeypatch.setattr(learner, "running_shell", lambda: None)
    monkeypatch.setattr("gradkata.notebook.show.running_shell", lambda: None)
    learner.check("scale")
    said = "gradkata: `check` looks at a notebook's cells; elsewhere run `gradkata check scale`\n"
    assert capsys.readouterr().out == said


def test_without_a_kit_the_first_check_says_so(grader, run, monkeypatch, tmp_path):
    monkeypatch.setenv("GRADKATA_KIT", str(tmp_path))
    assert run('check("scale")') == f"gradkata: GRADKATA_KIT: {tmp_path} has no folder exercises/, so it is no kit"


def test_importing_the_package_imports_nothing_heavy():
    code = "import sys, gradkata; print(sorted({'torch', 'pydantic', 'gradkata.notebook'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_learners_names_import_neither_pytorch_nor_pydantic():
    code = "import sys; from gradkata import check, hint; print({'torch', 'pydantic', 'jinja2'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_an_unknown_name_is_an_attribute_error():
    import gradkata

    with pytest.raises(AttributeError, match="module 'gradkata' has no attribute 'chekc'"):
        _ = gradkata.chekc
