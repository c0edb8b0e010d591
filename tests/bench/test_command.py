"""`gradkata bench` from beginning to end, on an exercise that scales two small gradients."""

import json
import textwrap

import pytest

from gradkata.cli import main

BENCH = """
from gradkata.bench import Baseline, Bench, on_shapes

def twice(parameters, factor):
    for p in parameters:
        p.grad.mul_(factor)

BENCH = Bench(
    baselines=(Baseline("plain", twice), Baseline("again", twice)),
    cases=on_shapes({"": lambda gradients: (2.0,)}, {"tiny": ((2, 2), (3,))}),
    entry_points={"scale": ""},
)
"""
RIGHT = '''"""Each in turn."""


def scale(parameters, factor):
    print("noise")
    for p in parameters:
        p.grad *= factor
'''


@pytest.fixture
def kit(make_kit):
    root = make_kit("scale", "add")
    (root / "graders" / "scale" / "bench.py").write_text(BENCH)
    (root / "solutions" / "scale" / "reference.py").write_text(RIGHT)
    return root


@pytest.fixture
def bench(kit, capsys, monkeypatch):
    """Calls `gradkata bench`; returns exit code, stdout and stderr."""
    monkeypatch.setenv("COLUMNS", "80")

    def call(*arguments):
        with pytest.raises(SystemExit) as caught:
            main(["--kit", str(kit), "bench", "--rounds", "1", *(str(argument) for argument in arguments)])
        out, err = capsys.readouterr()
        return int(caught.value.code or 0), out, err

    return call


@pytest.fixture
def answer(tmp_path):
    """Writes a learner's file."""

    def write(source):
        path = tmp_path / "mine.py"
        path.write_text(textwrap.dedent(source))
        return path

    return write


def test_baselines_references_and_the_learners_file_stand_in_one_table(bench, answer):
    code, out, _ = bench("scale", "--file", answer(RIGHT), "--json")
    assert code == 0
    comparison = json.loads(out)
    assert comparison["yardstick"] == "plain"
    rows = [one["contender"] for one in comparison["measurements"]]
    assert rows[:4] == ["plain", "again", "reference", "yours"]
    assert all(one["agrees"] for one in comparison["measurements"])


def test_the_untouched_stub_has_no_row_and_is_mentioned(bench):
    code, out, err = bench("scale")
    assert code == 0
    assert "scale on the CPU" in out
    assert "yours" not in out
    assert "is not written yet: without a row of its own\n" in err


def test_an_unknown_exercise_is_answered_with_the_nearest(bench):
    assert bench("scal") == (2, "", "gradkata: there is no exercise `scal`; did you mean scale?\n")


def test_an_exercise_without_a_bench_says_so(bench, kit):
    path = kit / "graders" / "add" / "bench.py"
    assert bench("add") == (2, "", f"gradkata: add has nothing to compare: there is no {path}\n")


def test_a_missing_file_is_named(bench, tmp_path):
    assert bench("scale", "-f", tmp_path / "no.py") == (2, "", f"gradkata: {tmp_path / 'no.py'}: no such file\n")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def scale(:\n", "{file}: line 1: SyntaxError: invalid syntax"),
        ("def scael(): ...\n", "{file}: there is no function `scale`; did you mean scael?"),
        (
            "def scale(parameters, factor):\n    raise NotImplementedError('write me')\n",
            "{file}: line 2: NotImplementedError: write me",
        ),
        ("def scale(parameters, factor):\n    import sys; sys.exit(0)\n", "{file}: line 2: SystemExit: 0"),
        ("import os\nos._exit(3)\n", "{file} ended the measuring process (exit status 3) before it was done"),
        ("import os\nos.write(1, b'x')\nraise ValueError('\\x1b[31m')\n", "{file}: line 3: ValueError: \\x1b[31m"),
        ("", "{file} is empty."),
    ],
)
def test_a_broken_file_is_one_line(bench, answer, source, said):
    file = answer(source)
    code, out, err = bench("scale", "-f", file)
    assert (code, out, err) == (1, "", f"gradkata: {said.format(file=file)}\n")


def test_a_file_that_never_ends_is_stopped(bench, answer, monkeypatch):
    monkeypatch.setattr("gradkata.bench.running.compare.__defaults__", (1.0,))
    file = answer("while True: pass\n")
    assert bench("scale", "-f", file) == (1, "", f"gradkata: {file} was not done after 1 seconds\n")


def test_a_plot_that_cannot_be_written_is_refused_at_once(bench, tmp_path):
    pytest.importorskip("matplotlib")
    code, out, err = bench("scale", "--plot", tmp_path / "no" / "out.png")
    assert (code, out) == (2, "")
    assert err.endswith(f"--plot: {tmp_path / 'no' / 'out.png'} cannot be written: No such file or directory\n")


def test_a_kits_own_fault_names_the_file(bench, kit):
    path = kit / "graders" / "scale" / "bench.py"
    path.write_text("BENCH = 1\n")
    code, _, err = bench("scale")
    assert code == 2
    assert err.endswith(f"{path}: BENCH is not defined; define BENCH = Bench(...)\n")
