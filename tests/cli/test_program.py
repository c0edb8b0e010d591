"""The program as a whole: options, errors, exit codes, and what it costs to start."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from gradkata import __version__


def test_without_a_command_it_shows_its_help(run):
    outcome = run()
    assert outcome.code == 0
    assert "Usage: gradkata" in outcome.out
    assert "Exit codes: 0 passed, 1 not passed, 2 wrong usage, 3 not judged." in outcome.out


def test_the_version(run):
    outcome = run("--version")
    assert (outcome.code, outcome.out) == (0, f"gradkata {__version__}\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show"], "Missing argument 'ID'. (gradkata --help)"),
        (["show", "x", "--colour"], "No such option: --colour (gradkata --help)"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(run, arguments, said):
    outcome = run(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == f"gradkata: {said}\n"


def test_an_unknown_command_is_one_line_and_exit_code_2(run):
    outcome = run("lst")
    assert outcome.code == 2
    assert outcome.err.startswith("gradkata: No such command 'lst'.")
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize("command", ["show", "check", "hint", "solution", "reset", "demo"])
def test_an_unknown_exercise_is_answered_with_the_nearest_names(run, make_kit, command):
    outcome = run("--kit", make_kit("scale", "add"), command, "scal")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == "gradkata: there is no exercise `scal`; did you mean scale?\n"


def test_a_folder_that_is_no_kit_is_one_line(run, tmp_path):
    outcome = run("--kit", tmp_path, "list")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == f"gradkata: --kit: {tmp_path} has no folder exercises/, so it is no kit\n"


@pytest.mark.usefixtures("verdicts")
def test_a_fault_of_ours_is_one_line_exit_code_3_and_a_traceback_on_demand(run, make_kit):
    kit = make_kit("scale")
    stub = kit / "exercises" / "scale" / "scale.py"
    stub.write_text("# verdict: crash")
    outcome = run("--kit", kit, "check", "scale")
    assert outcome.code == 3
    expected = "a fault of gradkata itself: ValueError: out of cheese; `gradkata --debug ...` shows the traceback"
    assert outcome.err == f"gradkata: {expected}\n"
    outcome = run("--debug", "--kit", kit, "check", "scale")
    assert outcome.code == 3
    assert outcome.err.startswith("Traceback (most recent call last):\n")
    assert outcome.err.endswith("gradkata: a fault of gradkata itself: ValueError: out of cheese\n")


@pytest.mark.usefixtures("verdicts")
def test_an_interrupt_is_quiet_and_exit_code_130(run, make_kit):
    kit = make_kit("scale")
    (kit / "exercises" / "scale" / "scale.py").write_text("# verdict: interrupt")
    outcome = run("--kit", kit, "check", "scale")
    assert (outcome.code, outcome.out) == (130, "")
    assert "Traceback" not in outcome.err


PROGRAM = "import sys; from gradkata.cli import main; main()"


def start(*arguments, **options):
    return subprocess.run([sys.executable, "-c", *arguments], capture_output=True, text=True, check=False, **options)


@pytest.mark.parametrize("arguments", [["list"], ["list", "--json"], ["--help"], ["show", "--help"], ["--version"]])
def test_what_needs_no_grading_imports_neither_pytorch_nor_pydantic(arguments, make_kit):
    tell = """
import sys
from gradkata.cli import main
try:
    main()
finally:
    heavy = {"torch", "numpy", "pydantic", "safetensors", "gradkata.grading", "gradkata.judge"} & set(sys.modules)
    print(sorted(heavy), file=sys.stderr)
"""
    done = start(tell, "--kit", str(make_kit("scale")), *arguments)
    assert (done.returncode, done.stderr) == (0, "[]\n")


def test_a_reader_who_leaves_early_hears_nothing(make_kit):
    kit = str(make_kit("scale"))
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, "--kit", kit, "list"], stdout=closed, stderr=subprocess.PIPE, check=False
        )
    assert done.stderr == b""


def test_an_output_that_knows_only_ascii_is_no_crash(make_kit):
    kit = make_kit("scale")
    card = kit / "exercises" / "scale" / "README.md"
    card.write_text(card.read_text().replace("Multiply every", "Multiply × every"), encoding="utf-8")
    done = start(PROGRAM, "--kit", str(kit), "show", "scale", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "Multiply \\xd7 every" in done.stdout


def test_the_schema_is_that_of_the_report(run):
    outcome = run("schema")
    schema = json.loads(outcome.out)
    assert outcome.code == 0
    assert schema["title"] == "Report"
    assert set(schema["properties"]) >= {"schema", "exercise", "verdict", "points", "checks", "diagnosis", "seed"}
