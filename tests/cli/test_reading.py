"""list, show, hint, solution, reset, doctor: the commands that judge nothing."""

from __future__ import annotations

import io
import json
import shutil
import sys

import pytest


@pytest.fixture
def kit(make_kit):
    return make_kit("scale", "add")


@pytest.fixture
def answer(monkeypatch):
    """Makes stdin say something."""

    def say(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))

    return say


def test_list_shows_the_exercises_in_order(run, kit):
    path = kit / "exercises" / "add" / "exercise.toml"
    path.write_text(path.read_text() + 'prerequisites = ["scale"]\n')
    outcome = run("--kit", kit, "list")
    assert outcome.code == 0
    assert outcome.out == (
        "  #  exercise  level  title, tags, what to do before\n"
        " 10  scale     1/5    Scale a list\n"
        "                      coding, lists\n"
        " 20  add       1/5    Scale a list\n"
        "                      coding, lists\n"
        "                      after scale\n"
    )


def test_list_fits_into_eighty_columns_with_long_titles(run, kit):
    path = kit / "exercises" / "add" / "exercise.toml"
    path.write_text(path.read_text().replace("Scale a list", "A title that goes on and on " * 5))
    outcome = run("--kit", kit, "list")
    assert all(len(line) <= 80 for line in outcome.out.splitlines())


def test_list_as_json_is_for_programs(run, kit):
    records = json.loads(run("--kit", kit, "list", "--json").out)
    assert [record["id"] for record in records] == ["scale", "add"]
    assert records[0] == {
        "id": "scale",
        "title": "Scale a list",
        "track": "lists",
        "order": 10,
        "category": "coding",
        "difficulty": 1,
        "tags": ["coding", "lists"],
        "prerequisites": [],
        "entry_points": ["scale"],
        "state": "new",
        "file": str(kit / "exercises" / "scale" / "scale.py"),
    }


def test_show_draws_the_card_and_says_what_to_do_next(run, kit):
    outcome = run("--kit", kit, "show", "scale")
    lines = [line.rstrip() for line in outcome.out.splitlines()]
    assert outcome.code == 0
    assert {"Category: coding", "Difficulty: 1", "Tags: coding, lists"} <= set(lines)
    assert " • The list is changed in place." in lines
    assert lines[-1] == f"Next: edit {kit / 'exercises/scale/scale.py'} and run gradkata check scale"


def test_show_works_for_a_students_kit(run, kit):
    shutil.rmtree(kit / "solutions")
    shutil.rmtree(kit / "graders")
    assert run("--kit", kit, "show", "scale").code == 0
    assert run("--kit", kit, "list").code == 0
    assert run("--kit", kit, "hint", "scale").code == 0


def hint(run, kit, *more):
    return [line.rstrip() for line in run("--kit", kit, "hint", "scale", *more).out.splitlines()]


def test_each_call_of_hint_gives_the_next_one_until_the_last(run, kit):
    assert hint(run, kit) == ["Hint 1 of 3", "Which operator?"]
    assert hint(run, kit) == ["Hint 2 of 3", "Assign to each index."]
    assert hint(run, kit) == ["Hint 3 of 3", "A loop over range(len(numbers))."]
    said = "You have had all 3 hints for scale. gradkata hint scale --restart begins again; gradkata solution scale "
    assert " ".join(hint(run, kit)) == said + "shows the answers."
    assert hint(run, kit, "--restart") == ["Hint 1 of 3", "Which operator?"]
    assert hint(run, kit) == ["Hint 2 of 3", "Assign to each index."]


def test_each_exercise_has_its_own_hints(run, kit):
    hint(run, kit)
    assert run("--kit", kit, "hint", "add").out.startswith("Hint 1 of 3")


def test_a_spoiled_memory_of_hints_begins_again(run, kit, tmp_path):
    hint(run, kit)
    (tmp_path / "state" / "progress.sqlite3").write_text("{" * 200)
    outcome = run("--kit", kit, "hint", "scale")
    assert outcome.out.startswith("Hint 1 of 3")
    assert outcome.err.endswith("is damaged: it is kept as progress.sqlite3.damaged-1, and the progress begins anew\n")
    assert outcome.err.count("\n") == 1


def test_a_hint_is_given_even_where_nothing_can_be_remembered(run, kit, tmp_path):
    (tmp_path / "state").write_text("a file where a folder should be")
    outcome = run("--kit", kit, "hint", "scale")
    assert outcome.code == 0
    assert outcome.out.startswith("Hint 1 of 3")
    path = tmp_path / "state" / "progress.sqlite3"
    assert outcome.err.startswith(f"gradkata: {path}: cannot be written (")
    assert outcome.err.endswith("), so the next call gives this hint again\n")


def test_an_exercise_without_hints_says_so(run, kit):
    (kit / "exercises" / "scale" / "hints.md").unlink()
    outcome = run("--kit", kit, "hint", "scale")
    assert (outcome.code, outcome.err) == (2, "gradkata: there are no hints for scale\n")


def test_solution_asks_for_a_first_attempt(run, kit):
    outcome = run("--kit", kit, "solution", "scale")
    stub = kit / "exercises" / "scale" / "scale.py"
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == (
        f"gradkata: try first: edit {stub}, or take a hint with `gradkata hint scale` "
        "(--reveal shows the answers at once)\n"
    )


@pytest.mark.parametrize("attempt", ["def scale(numbers, factor):\n    return numbers\n", "def scale(:", b"\xff\xfe"])
def test_after_an_attempt_solution_shows_the_answers(run, kit, attempt):
    stub = kit / "exercises" / "scale" / "scale.py"
    stub.write_bytes(attempt if isinstance(attempt, bytes) else attempt.encode())
    outcome = run("--kit", kit, "solution", "scale")
    assert outcome.code == 0
    assert "\n        numbers[index] *= factor\n" in outcome.out
    assert "Known to lose points at: launches, waits" in outcome.out
    assert "Because others hold the list." in outcome.out


def test_a_missing_file_is_no_attempt_and_reveal_needs_none(run, kit):
    (kit / "exercises" / "scale" / "scale.py").unlink()
    assert run("--kit", kit, "solution", "scale").code == 2
    outcome = run("--kit", kit, "solution", "scale", "--reveal")
    assert outcome.code == 0
    assert "reference.py" in outcome.out


def test_a_kit_without_answers_says_so(run, kit):
    shutil.rmtree(kit / "solutions")
    outcome = run("--kit", kit, "solution", "scale", "--reveal")
    assert (outcome.code, outcome.err) == (2, "gradkata: this kit has no answers for scale\n")


def test_reset_puts_the_stub_back_and_keeps_the_file(run, kit):
    folder = kit / "exercises" / "scale"
    pristine = (folder / "scale.py").read_text()
    (folder / "scale.py").write_text("mine")
    outcome = run("--kit", kit, "reset", "scale", "--yes")
    assert outcome.code == 0
    assert outcome.out == (
        f"Your file is kept as {folder / 'scale.py.bak'}.\n{folder / 'scale.py'} is the untouched stub again.\n"
    )
    assert (folder / "scale.py").read_text() == pristine
    assert (folder / "scale.py.bak").read_text() == "mine"


def test_reset_never_loses_an_earlier_backup(run, kit):
    folder = kit / "exercises" / "scale"
    for text in ("first", "second"):
        (folder / "scale.py").write_text(text)
        run("--kit", kit, "reset", "scale", "--yes")
    assert (folder / "scale.py.bak").read_text() == "first"
    assert (folder / "scale.py.bak2").read_text() == "second"
    assert sorted(path.name for path in folder.glob(".*")) == []


def test_reset_of_an_untouched_stub_changes_nothing(run, kit):
    folder = kit / "exercises" / "scale"
    outcome = run("--kit", kit, "reset", "scale")
    assert (outcome.code, outcome.out) == (0, f"{folder / 'scale.py'} is the untouched stub already.\n")
    assert not (folder / "scale.py.bak").exists()


def test_reset_of_a_missing_file_writes_the_stub(run, kit):
    stub = kit / "exercises" / "scale" / "scale.py"
    pristine = stub.read_text()
    stub.unlink()
    outcome = run("--kit", kit, "reset", "scale")
    assert outcome.code == 0
    assert stub.read_text() == pristine


@pytest.mark.parametrize(("said", "code"), [("n\n", 1), ("", 2)])
def test_reset_changes_nothing_without_a_yes(run, kit, answer, said, code):
    stub = kit / "exercises" / "scale" / "scale.py"
    stub.write_text("mine")
    answer(said)
    outcome = run("--kit", kit, "reset", "scale")
    assert outcome.code == code
    assert stub.read_text() == "mine"
    assert outcome.out.startswith(f"Replace {stub} by the stub? A backup is kept. [y/N]:")
    last = (outcome.out + outcome.err).splitlines()[-1]
    assert last.endswith("nothing was changed" if said == "" else "Nothing was changed.")


def test_reset_asks_and_a_yes_is_enough(run, kit, answer):
    stub = kit / "exercises" / "scale" / "scale.py"
    stub.write_text("mine")
    answer("y\n")
    assert run("--kit", kit, "reset", "scale").code == 0
    assert stub.read_text() != "mine"


def test_doctor_says_what_is_here(run, kit):
    outcome = run("--kit", kit, "doctor")
    lines = {line.split()[1]: line for line in outcome.out.splitlines()[:-1]}
    assert outcome.code == 0
    assert lines["torch"].startswith("ok ")
    assert lines["kit"] == f"ok       kit          {kit}: 2 exercises"
    assert {"gradkata", "python", "sandbox", "gpu"} <= set(lines)
    assert outcome.out.endswith("Everything needed is here.\n")


def test_doctor_says_what_is_missing(run, kit):
    (kit / "exercises" / "scale" / "exercise.toml").unlink()
    outcome = run("--kit", kit, "doctor")
    path = kit / "exercises" / "scale" / "exercise.toml"
    assert outcome.code == 3
    assert f"MISSING  kit          {path}: the file is missing; add it\n" in outcome.out
    assert outcome.out.endswith("Grading will not work until what is MISSING is there.\n")
