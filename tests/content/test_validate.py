"""What `problems` finds in an exercise's files."""

from __future__ import annotations

import pytest

from gradkata.content import find_kit
from gradkata.content.validate import problems


@pytest.fixture
def exercise(make_kit):
    return find_kit(make_kit("scale")).exercise("scale")


def test_a_kit_in_order_has_no_problems(exercise):
    assert problems(exercise) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("card", "# Scale a list", "# Scale", "the title is `Scale`, in exercise.toml `Scale a list`; let them agree"),
        (
            "card",
            "**Difficulty:** 1",
            "**Difficulty:** 2",
            "`**Difficulty:**` says `2`, exercise.toml `1`; let them agree",
        ),
        (
            "card",
            "**Difficulty:** 1\n",
            "",
            "has no line `**Difficulty:**`; write `**Difficulty:** 1` below the title",
        ),
        ("card", "Multiply every number by a factor.", "", "the section `## Question` is empty; write it"),
        (
            "card",
            "- Why in place?",
            "Why in place?",
            "the section `## Follow-up questions` has no bullets; write it as a list with `- `",
        ),
        (
            "card",
            "assert numbers ==",
            "assert numbers = =",
            "line 3 of the code in `## Example` is not valid Python; mend the syntax",
        ),
        ("card", "def scale(", "def scal(", "the Signature does not define `scale`; add it; did you mean scal?"),
        (
            "card",
            '    raise NotImplementedError("write me")',
            "    return None",
            '`scale` has a body in the Signature; have nothing but `raise NotImplementedError("write me")` below it',
        ),
        (
            "stub",
            'raise NotImplementedError("write me")',
            "return",
            "differs from the card's Signature; run `gradkata reset scale`",
        ),
        (
            "stub",
            "Write the body",
            "Do it",
            "its header or spacing is not the one that `reset` writes; run `gradkata reset scale`",
        ),
        ("hints", "## Hint 3", "## Hin 3", "has 2 hints; have 3, headed `## Hint 1` and so on"),
        ("hints", "Which operator?", "", "hint 1 is empty; write it"),
        ("answer", "## Trade-offs", "## Trades", "has no section `## Trade-offs`, or an empty one; write it"),
        (
            "answer",
            "### Why in place?",
            "### Why?",
            "does not answer `Why in place?`; add `### Why in place?`, word for word",
        ),
        ("answer", "Key points:", "Points:", "`Why in place?` has no `Key points:`; add them as bullets"),
    ],
)
def test_a_fault_is_named_with_its_file_and_mend(exercise, file, old, new, problem):
    path = getattr(exercise, f"{file}_path")
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    assert f"{path}: {problem}" in problems(exercise)


def test_missing_and_stray_files_are_named(exercise):
    (exercise.solutions_folder / "reference.py").unlink()
    exercise.suite_path.unlink()
    stray = exercise.folder / "notes.txt"
    stray.write_text("x")
    (exercise.folder / "scale.py.bak").write_text("x")
    assert problems(exercise) == [
        f"{exercise.solutions_folder / 'reference.py'}: the file is missing; add it",
        f"{exercise.suite_path}: the file is missing; add it",
        f"{stray}: is no part of an exercise; move it away",
    ]


def test_solutions_and_mistakes_define_the_entry_points(exercise):
    path = exercise.solutions_folder / "reference.py"
    path.write_text(path.read_text().replace("def scale(", "def scales("))
    assert problems(exercise) == [f"{path}: does not define `scale`; define the exercise's entry points"]


def test_two_mistakes_do_not_share_a_title(exercise):
    base = exercise.mistakes_folder / "rebound.py"
    copy = exercise.mistakes_folder / "shadowed.py"
    copy.write_text(base.read_text())
    assert problems(exercise) == [f"{copy}: has the title of rebound.py; say what is different"]
