"""A kit is found, listed, and asked for exercises."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gradkata.content import UnknownExercise, find_kit
from gradkata.errors import ContentError, UserError


@pytest.fixture(autouse=True)
def _no_kit_in_the_environment(monkeypatch):
    monkeypatch.delenv("GRADKATA_KIT", raising=False)


def test_exercises_come_in_the_order_of_their_track(make_kit):
    kit = find_kit(make_kit("scale", "add", "zip_up"))
    assert [exercise.id for exercise in kit.exercises()] == ["scale", "add", "zip_up"]
    assert kit.ids() == ["add", "scale", "zip_up"]


def test_an_exercise_knows_its_metadata_and_its_defaults(make_kit):
    exercise = find_kit(make_kit("scale")).exercise("scale")
    assert exercise.title == "Scale a list"
    assert exercise.category == "coding"
    assert exercise.difficulty == 1
    assert exercise.tags == ("coding", "lists")
    assert exercise.track == "lists"
    assert exercise.order == 10
    assert exercise.prerequisites == ()
    assert exercise.entry_points == ("scale",)
    assert exercise.time_limit == 10.0
    assert exercise.imports == ("torch", "numpy")


def test_an_unknown_exercise_is_answered_with_the_nearest_names(make_kit):
    kit = find_kit(make_kit("scale", "scale_all", "add"))
    with pytest.raises(UnknownExercise) as caught:
        kit.exercise("scal")
    assert caught.value.message == "there is no exercise `scal`; did you mean scale or scale_all?"
    assert caught.value.exit_code == 2


def test_a_part_of_a_name_finds_it_too(make_kit):
    kit = find_kit(make_kit("scale_everything_at_once", "add"))
    with pytest.raises(UnknownExercise, match=r"did you mean scale_everything_at_once\?$"):
        kit.exercise("every")


def test_without_a_near_name_all_are_offered_if_they_are_few(make_kit):
    kit = find_kit(make_kit("scale", "add"))
    with pytest.raises(UnknownExercise) as caught:
        kit.exercise("????")
    assert caught.value.message == "there is no exercise `????`; there is add, scale"


def test_an_id_is_never_taken_as_a_path(make_kit):
    root = make_kit("scale")
    shutil.copytree(root / "exercises" / "scale", root / "outside")
    with pytest.raises(UnknownExercise):
        find_kit(root).exercise("../outside")


def test_folders_that_tools_leave_behind_are_no_exercises(make_kit):
    root = make_kit("scale")
    (root / "exercises" / "__pycache__").mkdir()
    (root / "exercises" / ".ipynb_checkpoints").mkdir()
    (root / "exercises" / "NOTES.md").write_text("x")
    assert find_kit(root).ids() == ["scale"]


def test_a_folder_whose_name_is_no_python_name_is_refused(make_kit):
    root = make_kit("scale")
    (root / "exercises" / "my-scale").mkdir()
    with pytest.raises(ContentError) as caught:
        find_kit(root).exercises()
    folder = root / "exercises" / "my-scale"
    expected = f"{folder}: the folder's name is no Python name; use letters, digits and underscores"
    assert caught.value.message == expected


def test_a_prerequisite_must_be_an_exercise(make_kit):
    root = make_kit("scale", "add")
    path = root / "exercises" / "add" / "exercise.toml"
    path.write_text(path.read_text() + 'prerequisites = ["scal"]\n')
    with pytest.raises(ContentError) as caught:
        find_kit(root).exercises()
    expected = "`prerequisites` names `scal`, which is no exercise; name one that is; did you mean scale?"
    assert caught.value.message == f"{path}: {expected}"


def test_the_environment_names_a_kit_and_an_explicit_folder_comes_before_it(make_kit, monkeypatch):
    first, second = make_kit("scale", name="first"), make_kit("add", name="second")
    monkeypatch.setenv("GRADKATA_KIT", str(first))
    assert find_kit().ids() == ["scale"]
    assert find_kit(second).ids() == ["add"]


def test_a_folder_that_is_no_kit_is_refused_in_one_line(tmp_path, monkeypatch):
    with pytest.raises(UserError) as caught:
        find_kit(tmp_path / "nowhere")
    assert caught.value.message == f"--kit: there is no folder {tmp_path / 'nowhere'}"
    with pytest.raises(UserError) as caught:
        find_kit(tmp_path)
    assert caught.value.message == f"--kit: {tmp_path} has no folder exercises/, so it is no kit"
    monkeypatch.setenv("GRADKATA_KIT", str(tmp_path))
    with pytest.raises(UserError, match=r"^GRADKATA_KIT: "):
        find_kit()


def test_without_a_word_the_checkout_is_the_kit():
    assert (find_kit().root / "exercises").is_dir()


def test_a_students_kit_has_cards_stubs_and_hints_and_no_answers(make_kit):
    root = make_kit("scale")
    shutil.rmtree(root / "solutions")
    shutil.rmtree(root / "graders")
    exercise = find_kit(root).exercise("scale")
    assert exercise.card.startswith("# Scale a list")
    assert "def scale" in exercise.stub
    assert len(exercise.hints) == 3
    assert exercise.solutions() == []
    assert exercise.mistakes() == []
    assert exercise.answer is None
    assert len(exercise.digest()) == 16


def test_the_digest_changes_with_the_suite_the_mistakes_and_the_metadata_alone(make_kit):
    exercise = find_kit(make_kit("scale")).exercise("scale")
    digest = exercise.digest()

    def after_adding_to(path: Path) -> str:
        before = path.read_bytes()
        path.write_bytes(before + b"\n# more\n")
        try:
            return exercise.digest()
        finally:
            path.write_bytes(before)

    assert exercise.digest() == digest
    assert after_adding_to(exercise.card_path) == digest
    assert after_adding_to(exercise.stub_path) == digest
    assert after_adding_to(exercise.toml_path) != digest
    assert after_adding_to(exercise.suite_path) != digest
    assert after_adding_to(exercise.mistakes_folder / "rebound.py") != digest
