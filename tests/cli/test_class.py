"""A class graded by the program, on an engine that answers at once: what is asked for, written, resumed, refused."""

from __future__ import annotations

import csv
import json
import zipfile

import pytest

pytestmark = pytest.mark.usefixtures("verdicts")


@pytest.fixture
def kit(make_kit):
    return make_kit("scale")


@pytest.fixture
def class_(tmp_path):
    """Six submissions: two are the same but for comments."""
    folder = tmp_path / "class"
    folder.mkdir()
    for name, verdict in zip("abcdef", ["passed", "failed", "passed", "failed", "passed", "passed"], strict=True):
        (folder / f"{name}.py").write_text(f"def scale(x): return {ord(name)}\n# verdict: {verdict}\n")
    (folder / "b.py").write_text("# mine\n" + (folder / "d.py").read_text())
    return folder


def test_a_class_is_summed_up_at_the_end(run, kit, class_):
    outcome = run("--kit", kit, "grade", "scale", class_)
    assert outcome.code == 1
    assert [json.loads(line)["submission"]["name"] for line in outcome.out.splitlines()] == [
        str(class_ / f"{name}.py") for name in "abcdef"
    ]
    assert "6 submissions: 4 passed, 2 not passed; 3.3 points on average" in outcome.err
    assert "The same but for comments and spacing" in outcome.err


def test_an_archive_and_a_notebook_are_graded(run, kit, tmp_path):
    cell = {"cell_type": "code", "source": "def scale(x):\n    return 3  # verdict: failed"}
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        archive.writestr("alice/answer.py", "# verdict: passed\n")
        archive.writestr("bob/answer.ipynb", json.dumps({"cells": [cell]}))
        archive.writestr("bob/plot.png", "")
    outcome = run("--kit", kit, "grade", "scale", tmp_path / "class.zip")
    reports = [json.loads(line) for line in outcome.out.splitlines()]
    assert [report["verdict"] for report in reports] == ["passed", "failed"]
    assert f"left out 1 file that cannot be answers: {tmp_path}/class.zip/bob/plot.png\n" in outcome.err


def test_the_same_command_goes_on_after_an_interruption(run, kit, class_, tmp_path):
    stop = class_ / "d.py"
    whole = stop.read_text()
    stop.write_text("# verdict: interrupt")
    out = tmp_path / "results.jsonl"
    outcome = run("--kit", kit, "grade", "scale", class_, "--out", out, "--jobs", 1)
    assert outcome.code == 130
    assert outcome.err.endswith("interrupted after 3 of 6; the same command goes on from there\n")
    first = out.read_bytes()
    assert first.count(b"\n") == 3
    stop.write_text(whole)
    out.write_bytes(first + first[:50])
    outcome = run("--kit", kit, "grade", "scale", class_, "--out", out, "--jobs", 1)
    assert outcome.err.startswith(f"{out}: took out a line that was cut off (50 bytes)\n")
    assert out.read_bytes().startswith(first)
    assert sorted(out.read_text().splitlines()) == sorted(outcome.out.splitlines())
    assert outcome.out.count("\n") == 6


def test_what_is_known_is_not_graded_again_unless_it_is_forced(run, kit, class_, tmp_path, monkeypatch):
    command = ("--kit", kit, "grade", "scale", class_, "--jobs", 1)
    first = run(*command)
    monkeypatch.setattr("gradkata.grading.task.run", None)  # nothing can be graded now
    assert run(*command).out == first.out
    out = tmp_path / "results.jsonl"
    assert run(*command, "--out", out).out == first.out
    assert out.read_text() == first.out
    outcome = run(*command, "--force", "--out", out)
    assert {json.loads(line)["verdict"] for line in outcome.out.splitlines()} == {"not_judged"}
    assert outcome.code == 3
    monkeypatch.undo()


def test_a_fault_of_ours_is_one_submissions_and_is_tried_again_the_next_time(run, kit, class_, tmp_path):
    (class_ / "c.py").write_text("# verdict: crash")
    command = ("--kit", kit, "grade", "scale", class_, "--jobs", 1, "--out", tmp_path / "results.jsonl")
    for _ in range(2):
        outcome = run(*command)
        verdicts = [json.loads(line)["verdict"] for line in outcome.out.splitlines()]
        assert (verdicts.count("not_judged"), verdicts[2], outcome.code) == (1, "not_judged", 3)
        assert "c.py: A fault of ours, not of the submission: ValueError: out of cheese" in " ".join(
            outcome.err.split()
        )
    assert (tmp_path / "results.jsonl").read_text().count("\n") == 7


def test_without_a_full_sandbox_grading_can_be_refused(run, kit, class_, monkeypatch):
    from gradkata.worker.confine import Confinement

    monkeypatch.setattr("gradkata.worker.confine.probe", lambda: Confinement("sandbox: limits alone", full=False))
    outcome = run("--kit", kit, "grade", "scale", class_, "--require-sandbox")
    assert (outcome.code, outcome.out) == (3, "")
    reason = "--require-sandbox: submissions are not fully confined here (sandbox: limits alone)"
    assert outcome.err == f"gradkata: {reason}\n"


def test_every_face_is_written(run, kit, class_, tmp_path):
    files = {name: tmp_path / "out" / name for name in ("table.csv", "junit.xml", "html")}
    options = ("--csv", files["table.csv"], "--junit", files["junit.xml"], "--html", files["html"])
    run("--kit", kit, "grade", "scale", class_, *options)
    with files["table.csv"].open() as file:
        assert [row["verdict"] for row in csv.DictReader(file)] == [
            "passed", "not passed", "passed", "not passed", "passed", "passed",
        ]  # fmt: skip
    assert files["junit.xml"].read_text().count("<testsuite ") == 6
    assert sorted(path.name for path in files["html"].rglob("*.html")) == [
        "0001-a.html", "0002-b.html", "0003-c.html", "0004-d.html", "0005-e.html", "0006-f.html", "index.html",
    ]  # fmt: skip


def test_gradescopes_file_is_for_one_submission(run, kit, class_, tmp_path):
    result = tmp_path / "results.json"
    outcome = run("--kit", kit, "grade", "scale", class_, "--gradescope", result)
    assert (outcome.code, outcome.err) == (2, "gradkata: --gradescope is for one submission, and there are 6\n")
    assert run("--kit", kit, "grade", "scale", class_ / "a.py", "--gradescope", result).code == 0
    assert json.loads(result.read_text())["score"] == 5.0
