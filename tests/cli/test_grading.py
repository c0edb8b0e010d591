"""check, grade, demo and dev check, on an engine that answers at once."""

from __future__ import annotations

import json
import os
import sys
from types import ModuleType

import pytest

pytestmark = pytest.mark.usefixtures("verdicts")


@pytest.fixture
def kit(make_kit):
    return make_kit("scale", "add")


@pytest.fixture
def submissions(tmp_path):
    """Files that get each of the verdicts."""
    for verdict in ("passed", "failed", "not_judged"):
        (tmp_path / f"{verdict}.py").write_text(f"# verdict: {verdict}\n")
    return tmp_path


@pytest.mark.parametrize(("verdict", "code"), [("passed", 0), ("failed", 1), ("not_judged", 3)])
def test_the_exit_code_of_check_is_the_verdict(run, kit, submissions, verdict, code):
    assert run("--kit", kit, "check", "scale", "--file", submissions / f"{verdict}.py").code == code


def test_check_draws_the_report_and_says_what_to_do_next(run, kit, submissions, monkeypatch):
    monkeypatch.chdir(submissions)
    outcome = run("--kit", kit, "check", "scale", "-f", "failed.py")
    assert outcome.out.startswith("✘ not passed: scale, 0 of 5 points (failed.py)\n")
    assert outcome.out.endswith("\nNext: edit failed.py and check again.\nStuck? gradkata hint scale gives a hint.\n")
    assert outcome.err == ""
    outcome = run("--kit", kit, "check", "scale", "-f", submissions / "passed.py")
    expected = "\nNext: gradkata solution scale shows the answers to compare with.\n"
    assert outcome.out.endswith(expected)


def test_check_as_json_is_one_line_with_the_seed_that_was_given(run, kit, submissions):
    outcome = run("--kit", kit, "check", "scale", "-f", submissions / "failed.py", "--json", "--seed", 12)
    assert outcome.out.count("\n") == 1
    report = json.loads(outcome.out)
    assert (report["schema"], report["exercise"], report["verdict"], report["seed"]) == (1, "scale", "failed", 12)


def test_a_seed_is_a_number_from_zero(run, kit):
    outcome = run("--kit", kit, "check", "scale", "--seed", "-1")
    assert outcome.code == 2
    assert outcome.err.startswith("gradkata: Invalid value for '--seed'")
    assert outcome.err.count("\n") == 1


def test_without_a_name_check_takes_what_was_edited_last(run, kit):
    stubs = {name: kit / "exercises" / name / f"{name}.py" for name in ("scale", "add")}
    for stub in stubs.values():
        stub.write_text("# verdict: passed\n")
    for last, other in (("scale", "add"), ("add", "scale")):
        os.utime(stubs[last], (2000, 2000))
        os.utime(stubs[other], (1000, 1000))
        assert json.loads(run("--kit", kit, "check", "--json").out)["exercise"] == last


def test_an_untouched_stub_does_not_count_as_edited_however_new(run, kit):
    (kit / "exercises" / "scale" / "scale.py").write_text("# verdict: passed\n")
    os.utime(kit / "exercises" / "scale" / "scale.py", (1000, 1000))
    os.utime(kit / "exercises" / "add" / "add.py", (2000, 2000))
    assert json.loads(run("--kit", kit, "check", "--json").out)["exercise"] == "scale"


def test_without_any_edited_file_check_says_what_to_do(run, kit):
    outcome = run("--kit", kit, "check")
    stub = kit / "exercises" / "scale" / "scale.py"
    assert (outcome.code, outcome.out) == (2, "")
    expected = f"no exercise has been edited yet; edit {stub} or name one: gradkata check ID"
    assert outcome.err == f"gradkata: {expected}\n"


def test_a_missing_file_and_a_folder_are_one_line_each(run, kit, tmp_path):
    outcome = run("--kit", kit, "check", "scale", "--file", tmp_path / "nothing.py")
    assert (outcome.code, outcome.err) == (2, f"gradkata: {tmp_path / 'nothing.py'}: no such file\n")
    outcome = run("--kit", kit, "check", "scale", "--file", tmp_path)
    assert (outcome.code, outcome.err) == (2, f"gradkata: {tmp_path} is a directory; name a Python file in it\n")


def test_grade_prints_a_report_a_line_in_the_order_of_the_files(run, kit, submissions):
    names = ["failed.py", "passed.py", "failed.py"]
    files = [submissions / name for name in names]
    outcome = run("--kit", kit, "grade", "scale", *files, "--jsonl", "--seed", 3)
    reports = [json.loads(line) for line in outcome.out.splitlines()]
    assert [report["verdict"] for report in reports] == ["failed", "passed", "failed"]
    assert [report["submission"]["name"] for report in reports] == [str(file) for file in files]
    assert {report["seed"] for report in reports} == {3}
    assert outcome.err.splitlines() == [
        f"[1/3] {files[0]}: failed, 0 of 5 points, 0.25 s",
        f"[2/3] {files[1]}: passed, 5 of 5 points, 0.25 s",
        f"[3/3] {files[2]}: failed, 0 of 5 points, 0.25 s",
    ]


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["passed"], 0),
        (["passed", "failed"], 1),
        (["failed", "not_judged", "passed"], 3),
        (["not_judged", "missing", "passed"], 2),
    ],
)
def test_the_exit_code_of_grade_is_that_of_its_worst_file(run, kit, submissions, names, code):
    files = [submissions / f"{name}.py" for name in names]
    assert run("--kit", kit, "grade", "scale", *files).code == code


def test_a_file_that_cannot_be_read_has_its_line_and_the_others_are_graded(run, kit, submissions):
    missing = submissions / "missing.py"
    outcome = run("--kit", kit, "grade", "scale", missing, submissions / "passed.py")
    first, second = map(json.loads, outcome.out.splitlines())
    assert first == {"submission": {"name": str(missing)}, "error": f"{missing}: no such file"}
    assert second["verdict"] == "passed"
    assert outcome.err.splitlines()[0] == f"gradkata: [1/2] {missing}: no such file"
    assert outcome.code == 2


def test_grade_needs_files(run, kit):
    outcome = run("--kit", kit, "grade", "scale")
    assert outcome.code == 2
    assert outcome.err == "gradkata: Missing argument 'FILE...'. (gradkata --help)\n"


@pytest.fixture
def demo_kit(make_kit):
    """A kit whose mistake and stub are refused by the engine of these tests."""
    kit = make_kit("scale")
    for path in (kit / "exercises/scale/README.md", kit / "graders/scale/mistakes/rebound.py"):
        text = path.read_text()
        path.write_text(text.replace("# verdict: failed\n", "").replace("def scale(", "# verdict: failed\ndef scale("))
    return kit


def test_the_demo_shows_three_reports_and_says_what_to_do_next(run, demo_kit, monkeypatch):
    monkeypatch.chdir(demo_kit)
    outcome = run("--kit", demo_kit, "demo")
    heads = [line.rstrip(" ─") for line in outcome.out.splitlines() if " of 3: " in line]
    assert heads == [
        "1 of 3: solutions/scale/reference.py",
        "2 of 3: graders/scale/mistakes/rebound.py",
        "3 of 3: exercises/scale/scale.py",
    ]
    assert outcome.out.count("✔ passed") == 1
    assert outcome.out.count("✘ not passed") == 2
    assert outcome.out.endswith(
        "Your turn\n"
        "  1. read the question    gradkata show scale\n"
        "  2. write the answer in  exercises/scale/scale.py\n"
        "  3. see the verdict      gradkata check scale\n"
        "  When stuck: gradkata hint scale. All exercises: gradkata list\n"
    )
    assert outcome.code == 0


def test_a_demo_with_a_wrong_verdict_fails(run, make_kit):
    outcome = run("--kit", make_kit("scale"), "demo")  # this kit's mistake passes the engine of these tests
    assert outcome.code == 1


def test_the_demo_offers_near_names(run, demo_kit):
    outcome = run("--kit", demo_kit, "demo", "scale", "--mistake", "rebond")
    assert (outcome.code, outcome.err) == (2, "gradkata: scale has no mistake `rebond`; did you mean rebound?\n")
    outcome = run("--kit", demo_kit, "demo", "scale", "--solution", "card")
    assert (outcome.code, outcome.err) == (2, "gradkata: scale has no solution `card`; there is reference\n")


@pytest.fixture
def devcheck(monkeypatch):
    """Replaces the proof of a kit by a list of problems; records what it was asked."""
    asked: list[list[str] | None] = []
    problems: list[str] = []

    def check_kit(kit, exercises):
        asked.append(exercises)
        return problems

    module = ModuleType("gradkata.grading.devcheck")
    module.check_kit = check_kit
    monkeypatch.setitem(sys.modules, "gradkata.grading.devcheck", module)
    return asked, problems


def test_dev_check_of_a_kit_in_order_says_so(run, kit, devcheck):
    outcome = run("--kit", kit, "dev", "check")
    assert (outcome.code, outcome.out) == (0, "2 exercises are in order.\n")
    outcome = run("--kit", kit, "dev", "check", "add")
    assert (outcome.code, outcome.out) == (0, "1 exercise is in order.\n")
    assert devcheck[0] == [None, ["add"]]


def test_dev_check_prints_each_problem_on_a_line(run, kit, devcheck):
    devcheck[1].extend(["a: wrong; mend it", "b: wrong; mend it"])
    outcome = run("--kit", kit, "dev", "check")
    assert (outcome.code, outcome.out) == (1, "a: wrong; mend it\nb: wrong; mend it\n")


def test_dev_check_looks_at_what_bench_compares_with(run, kit, devcheck):
    bench = kit / "graders" / "scale" / "bench.py"
    bench.write_text("x = 1\n")
    outcome = run("--kit", kit, "dev", "check")
    assert (outcome.code, outcome.out) == (1, f"{bench}: BENCH is not defined; define BENCH = Bench(...)\n")
    assert run("--kit", kit, "dev", "check", "add").code == 0
