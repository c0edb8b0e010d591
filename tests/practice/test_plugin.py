"""`pytest exercises/ID`: a test for each check, graded once, and nobody else disturbed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest

from gradkata.content import Kit
from gradkata.practice.folder import make
from gradkata.practice.store import Store

HEAVY = {"torch", "pydantic", "rich", "gradkata.content", "gradkata.grading", "sqlite3"}


def run(folder, *arguments):
    """Start pytest as a learner starts it, with warnings as errors."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-W", "error", *arguments]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)


@pytest.fixture
def mine(graded, tmp_path):
    """A learner's folder."""
    folder = tmp_path / "mine"
    make(Kit(graded), folder)
    return folder


def test_each_check_is_a_test_and_an_answer_is_graded_once(mine, write, tmp_path):
    write(mine, "first", "careless")
    (mine / "exercises/second/second.py").write_text("def second(:\n")
    done = run(mine, "-rA", "-k", "not channel", "--junit-xml", str(tmp_path / "junit.xml"))
    assert done.returncode == 1, done.stdout
    assert "2 failed, 1 passed, 2 deselected, 1 xfailed" in done.stdout

    node = "exercises/first/first.py::"
    assert f"PASSED {node}correctness.scaled" in done.stdout
    lost = "not required to pass, 0 of 40 points: Those without are skipped."
    assert f"XFAIL {node}robustness.none_grads - {lost}" in done.stdout
    assert "first: passed, 60 of 100 points (seed " in done.stdout
    assert "  A parameter without a gradient ends the call.\n" in done.stdout

    # A file that Python cannot read is a failure, as in a report, and no error of pytest's.
    assert "FAILED exercises/second/second.py::correctness.scaled - " in done.stdout
    assert re.search(r"_ correctness\.scaled \(second\) _+\nEvery gradient is multiplied\.\n", done.stdout)
    assert "SyntaxError" in done.stdout
    assert "0 of 59 points" in done.stdout
    assert "Traceback" not in done.stdout
    assert "plugin.py" not in done.stdout

    cases = [(case.get("classname"), case.get("name")) for case in ET.parse(tmp_path / "junit.xml").iter("testcase")]  # noqa: S314
    assert ("exercises.first.first", "correctness.scaled") in cases
    kit = str(mine.parent / "kit")
    (attempt,) = Store.of_user().attempts(kit, "first")
    assert (attempt.origin, attempt.points) == ("pytest", 60.0)
    assert len(Store.of_user().attempts(kit, "second")) == 1


LIGHT = f"""
import sys

def test_it():
    assert "gradkata.practice.plugin" in sys.modules
    assert not {HEAVY!r} & set(sys.modules)
"""


def test_other_peoples_folders_are_left_alone_and_nothing_heavy_is_imported(tmp_path):
    folder = tmp_path / "exercises" / "walk"
    folder.mkdir(parents=True)
    (folder / "walk.py").write_text("raise SystemExit('imported')\n")
    (folder / "test_walk.py").write_text(LIGHT)
    done = run(tmp_path, "-q")
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
