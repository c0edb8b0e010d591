"""The notebooks that are made from cards, and a learner's copies of them."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import nbformat
import pytest

from gradkata.cli import main
from gradkata.content import Kit
from gradkata.notebook.copies import copy_notebooks, demonstration_notebook, demonstrations
from gradkata.notebook.practice import practice_notebook, practice_path, problems

KIT = Kit(Path(__file__).resolve().parents[2])


@pytest.fixture
def gradkata(capsys, monkeypatch, tmp_path):
    """Calls the program; returns its exit code, stdout and stderr."""
    monkeypatch.setenv("GRADKATA_STATE", str(tmp_path / "state"))
    monkeypatch.delenv("GRADKATA_KIT", raising=False)

    def call(*arguments):
        with pytest.raises(SystemExit) as caught:
            main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return int(caught.value.code or 0), captured.out, captured.err

    return call


def test_every_exercise_has_a_practice_notebook_in_step_with_its_card():
    assert problems(KIT) == []
    assert {path.stem for path in (KIT.root / "notebooks" / "practice").glob("*.ipynb")} == set(KIT.ids())


@pytest.mark.parametrize("exercise", KIT.exercises(), ids=lambda exercise: exercise.id)
def test_a_practice_notebook_is_valid_and_as_jupyter_would_save_it(exercise):
    text = practice_notebook(exercise)
    made = nbformat.reads(text, as_version=4)
    nbformat.validate(made)
    assert json.loads(nbformat.writes(made)) == json.loads(text)
    assert len({cell.id for cell in made.cells}) == len(made.cells)
    cells = {cell.id: cell for cell in made.cells}
    assert cells["check"].source == f'check("{exercise.id}")'
    assert exercise.is_untouched(cells["answer"].source)
    assert all(
        question in cells["follow-ups"].source for question in exercise.parsed_card().bullets("Follow-up questions")
    )
    assert all(cell.get("outputs", []) == [] for cell in made.cells)


def test_running_all_cells_gives_neither_hints_nor_answers_away():
    for exercise in KIT.exercises():
        made = nbformat.reads(practice_notebook(exercise), as_version=4)
        for cell in made.cells:
            if cell.id in ("hint", "solution", "progress"):
                assert cell.source.startswith("# ")


def test_the_notebooks_are_written_for_any_kit_and_the_same_each_time(gradkata, make_kit):
    root = make_kit("scale", "add")
    assert problems(Kit(root)) == []  # a kit may be without notebooks
    code, out, _ = gradkata("--kit", root, "dev", "notebooks")
    assert code == 0
    assert out.splitlines()[-1] == "2 of 2 practice notebooks were written; the others were in step."
    before = practice_path(Kit(root).exercise("add")).read_bytes()
    assert gradkata("--kit", root, "dev", "notebooks")[1].startswith("0 of 2 practice notebooks")
    assert practice_path(Kit(root).exercise("add")).read_bytes() == before


def test_notebooks_out_of_step_are_named_with_the_mend(gradkata, make_kit):
    kit = Kit(make_kit("scale", "add"))
    gradkata("--kit", kit.root, "dev", "notebooks")
    folder = kit.root / "notebooks" / "practice"
    card = kit.exercise("scale").card_path
    card.write_text(card.read_text().replace("Multiply every", "Multiply each"))
    (folder / "add.ipynb").rename(folder / "old.ipynb")
    assert problems(kit) == [
        f"{folder}/add.ipynb: the file is missing; run `gradkata dev notebooks`",
        f"{folder}/scale.ipynb: differs from the card; run `gradkata dev notebooks`",
        f"{folder}/old.ipynb: belongs to no exercise; move it away",
    ]
    assert problems(kit, ["add"]) == [f"{folder}/add.ipynb: the file is missing; run `gradkata dev notebooks`"]
    code, out, _ = gradkata("--kit", kit.root, "dev", "notebooks")
    assert code == 0
    assert f"{folder}/old.ipynb: belongs to no exercise; move it away\n" in out
    assert len(problems(kit)) == 1


def test_a_proof_of_the_kit_fails_where_notebooks_are_out_of_step(gradkata, make_kit, monkeypatch):
    proof = ModuleType("gradkata.grading.devcheck")  # the rest of the proof, which takes long, finds nothing
    proof.check_kit = lambda kit, chosen: []
    monkeypatch.setitem(sys.modules, proof.__name__, proof)
    root = make_kit("scale")
    (root / "notebooks" / "practice").mkdir(parents=True)
    code, out, _ = gradkata("--kit", root, "dev", "check")
    assert (code, out.count("run `gradkata dev notebooks`")) == (1, 1)
    gradkata("--kit", root, "dev", "notebooks")
    assert gradkata("--kit", root, "dev", "check")[0] == 0


def test_a_learners_notebook_is_never_overwritten(make_kit, tmp_path):
    kit = Kit(make_kit("scale", "add"))
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "scale.ipynb").write_text("my work")
    copies = copy_notebooks(kit, folder)
    assert (copies.written, copies.kept) == ((folder / "add.ipynb",), (folder / "scale.ipynb",))
    assert (folder / "scale.ipynb").read_text() == "my work"
    assert copy_notebooks(kit, folder).written == ()


def test_the_demonstrations_are_copied_as_notebooks_without_outputs(tmp_path):
    names = [path.stem for path in demonstrations(KIT)]
    assert names == ["choosing_max_norm", "exploding_gradients", "norm_or_value", "total_norm_cost"]
    copies = copy_notebooks(KIT, tmp_path / "mine")
    assert tmp_path / "mine" / "demos" / "norm_or_value.ipynb" in copies.written
    for path in demonstrations(KIT):
        nbformat.validate(nbformat.reads(demonstration_notebook(path), as_version=4))


def test_each_demonstration_names_a_follow_up_question_of_a_card():
    asked = {question for one in KIT.exercises() for question in one.parsed_card().bullets("Follow-up questions")}
    for path in demonstrations(KIT):
        named = path.read_text().partition("*Follow-up question of ")[2].split("**")[1]
        assert named in asked


def test_a_folder_that_cannot_be_made_is_one_line(gradkata, make_kit, tmp_path):
    (tmp_path / "file").write_text("")
    code, out, err = gradkata("--kit", make_kit("scale"), "lab", "--dir", tmp_path / "file" / "mine")
    assert (code, out) == (2, "")
    assert err == f"gradkata: {tmp_path}/file/mine cannot be written: Not a directory; name another --dir\n"


def test_lab_without_jupyter_names_the_extra(gradkata, make_kit, monkeypatch, tmp_path):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "jupyterlab" else find(name))
    code, _, err = gradkata("--kit", make_kit("scale"), "lab", "--dir", tmp_path / "mine")
    assert (code, err) == (2, "gradkata: JupyterLab is not installed: pip install 'gradkata[notebook]'\n")
    assert not (tmp_path / "mine").exists()


def test_lab_of_an_unknown_exercise_copies_nothing(gradkata, make_kit, tmp_path):
    code, _, err = gradkata("--kit", make_kit("scale"), "lab", "scal", "--dir", tmp_path / "mine")
    assert (code, err) == (2, "gradkata: there is no exercise `scal`; did you mean scale?\n")
    assert not (tmp_path / "mine").exists()
