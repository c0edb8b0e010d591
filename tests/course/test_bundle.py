"""What students install: a wheel that works for them, and that holds nothing of what they are graded by."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from gradkata import __version__
from gradkata.content import Kit
from gradkata.content.follow_ups import read_model_answers
from gradkata.course.bundle import write_wheel

ROOT = Path(__file__).parents[2]
KIT = Kit(ROOT)
RIGHT = KIT.exercise("clip_grad_norm").solutions()[0].source
WRONG = "def clip_grad_norm(parameters, max_norm):\n    return 0.0\n"
DRIVER = """
import contextlib, io, json, sys
sys.path.insert(0, sys.argv[1])
from gradkata.cli import main
told = []
for arguments in json.load(sys.stdin):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(arguments)
        except SystemExit as ended:
            told.append([ended.code, out.getvalue(), err.getvalue()])
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return write_wheel(KIT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def members(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The wheel, installed with pip into a folder of its own."""
    folder = tmp_path_factory.mktemp("site")
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--no-deps",
        "--no-index",
        "--no-compile",
        "--target",
        folder,
        wheel,
    ]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def told(installed, tmp_path_factory):
    """What its commands say: exit code, stdout, stderr."""
    mine = tmp_path_factory.mktemp("mine")
    (mine / "right.py").write_text(RIGHT)
    (mine / "wrong.py").write_text(WRONG)
    commands = {
        "version": ["--version"],
        "list": ["list"],
        "show": ["show", "clip_grad_norm"],
        "hint": ["hint", "clip_grad_norm"],
        "right": ["check", "clip_grad_norm", "--file", str(mine / "right.py")],
        "wrong": ["check", "clip_grad_norm", "--file", str(mine / "wrong.py")],
        "grade": ["grade", "clip_grad_norm", str(mine / "right.py")],
        "course": ["course", "init", str(mine / "course")],
        "solution": ["solution", "clip_grad_norm", "--reveal"],
    }
    ended = subprocess.run(
        [sys.executable, "-c", DRIVER, str(installed)],
        input=json.dumps(list(commands.values())),
        env={"PATH": "/usr/bin:/bin", "HOME": str(mine), "GRADKATA_STATE": str(mine), "GRADKATA_CACHE": str(mine)},
        check=True,
        capture_output=True,
        text=True,
        cwd=mine,
    )
    return dict(zip(commands, json.loads(ended.stdout), strict=True))


def lines_of(text):
    """What of a text would give it away: its longer lines."""
    return {line.strip() for line in text.splitlines() if len(line.strip()) > 24}


def test_it_holds_no_line_of_an_answer_a_grader_or_a_mistake(members):
    public = "\n".join(exercise.card + "\n".join(exercise.hints) for exercise in KIT.exercises())
    secrets = set()
    for exercise in KIT.exercises():
        for solution in exercise.solutions():
            secrets |= lines_of(solution.source)
        for mistake in exercise.mistakes():
            for variant in mistake.variants:
                secrets |= lines_of(variant.source)
        secrets |= lines_of(exercise.suite_path.read_text())
        secrets |= {point for answer in read_model_answers(exercise.answer) for point in answer.points}
    public += "\n".join(path.read_text() for path in (ROOT / "src").rglob("*.py") if "judge" not in path.parts)
    held = set().union(*map(lines_of, members.values()))
    leaked = {line for line in secrets & held if line not in public}
    assert leaked == set()


def test_it_holds_neither_judge_nor_course_nor_leftovers(members):
    folders = {name.split("/")[1] for name in members if name.startswith("gradkata/")}
    assert folders & {"judge", "course", "__pycache__"} == set()
    assert {name.split("/")[2] for name in members if name.startswith("gradkata/_kit/")} == {"exercises"}
    assert [name for name in members if ".bak" in name] == []


def test_stubs_are_untouched_though_the_instructor_solved_the_exercise(quick_kit, tmp_path):
    import shutil

    root = tmp_path / "kit"
    shutil.copytree(quick_kit / "exercises" / "clip_grad_norm", root / "exercises" / "clip_grad_norm")
    exercise = Kit(root).exercise("clip_grad_norm")
    exercise.stub_path.write_text(RIGHT)
    exercise.stub_path.with_name("clip_grad_norm.py.bak").write_text(RIGHT)
    with zipfile.ZipFile(write_wheel(Kit(root), tmp_path)) as archive:
        held = {name: archive.read(name).decode() for name in archive.namelist() if "_kit" in name}
    assert len(held) == 4
    assert held["gradkata/_kit/exercises/clip_grad_norm/clip_grad_norm.py"] == exercise.stub


def test_the_same_program_makes_the_same_wheel(wheel, tmp_path):
    assert write_wheel(KIT, tmp_path).read_bytes() == wheel.read_bytes()


def test_its_version_says_whom_it_is_for(wheel, members, told):
    version = f"{__version__}+student"
    assert wheel.name == f"gradkata-{version}-py3-none-any.whl"
    assert Parser().parsestr(members[f"gradkata-{version}.dist-info/METADATA"])["Version"] == version
    assert told["version"][1] == f"gradkata {version}\n"


def test_students_list_and_read_exercises_and_get_hints(told):
    for command, word in (("list", "train_step"), ("show", "global norm"), ("hint", "Hint 1 of 3")):
        code, out, err = told[command]
        assert (code, err) == (0, ""), command
        assert word in out


def test_check_runs_the_cards_example_and_says_that_this_is_no_grade(told):
    code, out, err = told["right"]
    assert (code, err) == (0, "")
    assert out == (
        "The card's example works with your answer.\nThis is a self-check with one example and earns nothing: this "
        "installation has no graders: your instructor's has, and grades what you hand in.\n"
    )


def test_an_answer_that_fails_the_example_is_shown_the_line(told):
    code, out, _ = told["wrong"]
    assert code == 1
    assert out.startswith("The card's example does not work yet:\n")
    assert "assert abs(float(total_norm) - 7.0) < 1e-5" in out
    assert "AssertionError" in out


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("grade", "this installation has no graders: your instructor's has, and grades what you hand in"),
        ("course", "this installation is a student's: a course is made with the whole of gradkata"),
        ("solution", "this kit has no answers for clip_grad_norm"),
    ],
)
def test_what_a_student_cannot_do_is_told_in_one_line(told, command, line):
    code, _, err = told[command]
    assert code in {2, 3}
    assert line in err
    assert "Traceback" not in err
