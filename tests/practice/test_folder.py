"""A learner's own folder: made by `init`, found by every command, never written again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from gradkata.content import Kit, find_kit
from gradkata.practice.folder import find_learner, kit_here, make


@pytest.fixture
def kit(make_kit):
    return make_kit("scale", "add")


@pytest.fixture
def mine(run, kit, tmp_path, monkeypatch):
    """A learner's folder, in which the commands then run."""
    assert run("--kit", kit, "init", tmp_path / "mine").code == 0
    monkeypatch.chdir(tmp_path / "mine")
    return tmp_path / "mine"


def test_init_copies_stubs_and_cards_and_nothing_that_gives_the_answer_away(run, kit, tmp_path):
    outcome = run("--kit", kit, "init", tmp_path / "new" / "mine")
    assert outcome.code == 0
    assert outcome.out.splitlines()[0] == (
        f"{tmp_path}/new/mine is yours now: 2 exercises, each with its card and a stub."
    )
    files = sorted(path.relative_to(tmp_path / "new/mine").as_posix() for path in tmp_path.glob("new/mine/**/*.*"))
    assert files == [
        "exercises/add/README.md",
        "exercises/add/add.py",
        "exercises/scale/README.md",
        "exercises/scale/scale.py",
        "gradkata.toml",
        "pytest.ini",
    ]


def test_init_of_the_programs_own_exercises_names_no_path(tmp_path):
    make(find_kit(), tmp_path / "mine")
    text = (tmp_path / "mine" / "gradkata.toml").read_text()
    assert str(find_kit().root) not in text
    assert kit_here_in(tmp_path / "mine") == Kit(find_kit().root, tmp_path / "mine")


def kit_here_in(folder: Path) -> Kit:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("GRADKATA_KIT", raising=False)
        return kit_here()


def test_init_again_adds_only_what_is_missing_and_says_so(run, kit, mine):
    (mine / "exercises/scale/scale.py").write_text("mine")
    shutil.rmtree(mine / "exercises/add")
    outcome = run("--kit", kit, "init", mine)
    assert outcome.out.startswith(
        "Added to this folder, where nothing else was changed:\n  exercises/add/README.md\n  exercises/add/add.py\n"
    )
    assert (mine / "exercises/scale/scale.py").read_text() == "mine"
    outcome = run("--kit", kit, "init", ".")
    assert outcome.out.startswith("Nothing was missing in this folder; nothing was changed.\n")


def test_a_newer_kit_never_touches_what_is_the_learners(run, kit, mine):
    card = kit / "exercises/scale/README.md"
    card.write_text(card.read_text().replace("Multiply every", "Scale every"))
    before = (mine / "exercises/scale/README.md").read_text()
    outcome = run("init", ".")
    assert "exercises/scale/README.md is not the kit's card any more: gradkata show scale shows that.\n" in outcome.out
    assert (mine / "exercises/scale/README.md").read_text() == before
    assert "Scale every" in run("show", "scale").out


@pytest.mark.parametrize("folder", [".", "exercises", "exercises/scale"])
def test_commands_work_from_anywhere_in_the_folder(run, mine, monkeypatch, folder):
    monkeypatch.chdir(mine / folder)
    records = json.loads(run("list", "--json").out)
    assert [record["file"] for record in records] == [
        str(mine / f"exercises/{name}/{name}.py") for name in ("scale", "add")
    ]
    assert "scale.py and run gradkata check scale" in run("show", "scale").out
    assert run("hint", "scale").out.startswith("Hint 1 of 3")


def test_reset_and_solution_look_at_the_learners_file(run, kit, mine):
    stub = (kit / "exercises/scale/scale.py").read_text()
    assert run("solution", "scale").code == 2  # not tried yet
    (mine / "exercises/scale/scale.py").write_text("def scale(numbers, factor):\n    pass\n")
    assert run("solution", "scale").code == 0
    assert run("reset", "scale", "--yes").code == 0
    assert (mine / "exercises/scale/scale.py").read_text() == stub
    assert (mine / "exercises/scale/scale.py.bak").is_file()
    assert not (kit / "exercises/scale/scale.py.bak").exists()


def test_a_file_that_is_missing_is_named_with_the_mend(run, mine):
    (mine / "exercises/scale/scale.py").unlink()
    outcome = run("check", "scale")
    said = "gradkata: exercises/scale/scale.py: no such file; gradkata reset scale writes the stub\n"
    assert (outcome.code, outcome.err) == (2, said)
    assert run("reset", "scale").code == 0
    assert (mine / "exercises/scale/scale.py").is_file()


def test_another_kit_by_name_is_worked_on_in_its_own_folder(mine, make_kit, kit):
    other = make_kit("other", name="other")
    assert kit_here(other) == Kit(other)
    assert kit_here(kit) == Kit(kit, mine)


def test_without_a_marker_there_is_no_learners_folder(tmp_path):
    assert find_learner(tmp_path) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("format = ", "gradkata.toml: is not valid TOML ("),
        ("kit = 3\n", "gradkata.toml: `kit` is 3; write a path in quotes, or remove the line"),
        ('kit = "gone"\n', "gone; mend the line `kit`, or use --kit DIR"),
    ],
)
def test_a_spoiled_marker_is_one_clear_line(run, mine, text, said):
    (mine / "gradkata.toml").write_text(text)
    outcome = run("list")
    assert (outcome.code, outcome.out) == (2, "")
    assert said in outcome.err
    assert outcome.err.count("\n") == 1


def test_init_refuses_a_file_a_kit_and_a_place_that_cannot_be_written(run, kit, tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    outcome = run("--kit", kit, "init", file)
    assert (outcome.code, outcome.err) == (2, f"gradkata: {file} is a file; name a folder\n")
    outcome = run("--kit", kit, "init", kit)
    assert outcome.err == f"gradkata: {kit} is a kit itself: work in it, or name another folder\n"
    outcome = run("--kit", kit, "init", "/proc/nowhere")
    assert (outcome.code, outcome.err.count("\n")) == (2, 1)
    assert outcome.err.startswith("gradkata: /proc/nowhere")
    assert "cannot be written (" in outcome.err


def test_watch_says_at_once_where_there_are_no_graders(run, kit):
    shutil.rmtree(kit / "graders")
    outcome = run("--kit", kit, "watch")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("gradkata: this installation has no graders")


@pytest.mark.parametrize("command", ["watch", "show", "check", "reset"])
def test_an_unknown_exercise_is_one_line_there_too(run, mine, command):
    outcome = run(command, "scal")
    assert (outcome.code, outcome.err) == (2, "gradkata: there is no exercise `scal`; did you mean scale?\n")
