"""The interviewer's guides: their form, their agreement with the rest of the exercise, and the sheet made of them."""

from __future__ import annotations

import pytest

from gradkata.content import Kit, find_kit
from gradkata.content.validate import problems
from gradkata.interview.clarify import clarifying
from gradkata.interview.sheet import compose
from gradkata.interview.workspace import question_text

OURS = find_kit()


@pytest.mark.parametrize("exercise_id", OURS.ids())
def test_every_exercise_has_a_guide_that_agrees_with_its_card_hints_and_mistakes(exercise_id):
    exercise = OURS.exercise(exercise_id)
    guide = exercise.guide()
    assert guide is not None
    assert not [line for line in problems(exercise) if "interview.md" in line]
    assert len(guide.clarifying) >= 3
    assert len([flag for flag in guide.red_flags if flag.mistake]) >= 5


@pytest.mark.parametrize("exercise_id", OURS.ids())
def test_the_question_as_it_is_posed_gives_no_answer_away(exercise_id):
    exercise = OURS.exercise(exercise_id)
    card = exercise.parsed_card()
    shown = " ".join(question_text(exercise).split())
    assert " ".join(card.section("Question").split()) in shown
    for one in clarifying(card.bullets("Clarifying questions")):
        assert one.answer not in shown
    for line in card.bullets("Contract"):
        assert line not in shown
    assert card.code("Example") not in question_text(exercise)


def test_the_sheet_has_all_that_an_interviewer_needs():
    exercise = OURS.exercise("clip_grad_norm")
    sheet = compose(exercise)
    headings = [line for line in sheet.splitlines() if line.startswith("## ")]
    assert headings == [
        "## Pose it",
        "## Clarifying questions",
        "## What to expect by when",
        "## Probing questions",
        "## Hints, one at a time",
        "## Follow-up questions",
        "## Red flags",
    ]
    assert (
        "**The parameters are walked twice, so a generator is spent and nothing is clipped.** (`walked_twice`)" in sheet
    )
    assert "Seen in 61 of 153 public implementations." in sheet
    assert all(f"### {question}" in sheet for question in exercise.parsed_card().bullets("Follow-up questions"))
    assert "1. log norms with `max_norm=inf`, then decide" in sheet


def test_an_exercise_without_a_guide_has_a_sheet_all_the_same(make_kit):
    sheet = compose(Kit(make_kit("scale")).exercise("scale"))
    assert "Nobody has written a guide for this exercise yet" in sheet
    assert "- **May the list be empty?** Yes." in sheet
    assert "1. aliasing" in sheet


def test_a_kit_without_any_guide_is_in_order_and_one_with_some_is_told_which_is_missing(kit):
    assert [line for id_ in kit.ids() for line in problems(kit.exercise(id_))] == []
    missing = kit.exercise("add").guide_path
    missing.unlink()
    assert problems(kit.exercise("add")) == [
        f"{missing}: the file is missing, and other exercises of this kit have one; write it"
    ]
    kit.exercise("scale").guide_path.unlink()
    assert [line for id_ in kit.ids() for line in problems(kit.exercise(id_))] == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("## Pose it\n\nAsk it.\n\n", "", "has the sections Told at the start, "),
        ("Ask it.\n", "", "the section `## Pose it` is empty; write it"),
        ("## Red flags", "## Red flag", "have exactly Pose it, Told at the start, "),
        ("- You may use the standard library.", "You may.", "the section `## Told at the start` has no bullets; "),
        ("- **What else holds the list?** The caller.", "- No.", "`No.` in `## Probing questions` is not in form; "),
        ("**2 min:**", "**soon:**", "`soon:` in `## What to expect by when` is no minute; write `- **5 min:** a text`"),
        ("**2 min:**", "**12 min:**", "minute 10 in `## What to expect by when` does not come later; "),
        ("- **Fair:** the caller.\n", "", "`### Why in place?` has not one bullet for each level; "),
        ("### Why in place?", "### Why?", "its follow-up questions are not the card's; "),
        ("**May the list be empty?**", "**May it?**", "`May it?` is no clarifying question of the card; quote it"),
        ("- **Hint 3** after three.\n", "", "does not say when to give each hint; write a bullet for Hint 1, Hint 2, "),
        (
            "`rebound`",
            "`rebond`",
            "the red flag `rebond` is no mistake of this exercise; name one; did you mean rebound?",
        ),
    ],
)
def test_a_guide_that_is_not_in_order_is_named_with_the_mend(kit, old, new, problem):
    exercise = kit.exercise("scale")
    text = exercise.guide_path.read_text()
    assert old in text
    exercise.guide_path.write_text(text.replace(old, new))
    (found,) = problems(exercise)
    assert found.startswith(f"{exercise.guide_path}: ")
    assert problem in found
