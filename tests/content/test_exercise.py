"""An exercise's card, stub, hints, solutions and mistakes."""

from __future__ import annotations

import pytest

from gradkata.content import find_kit
from gradkata.errors import ContentError


@pytest.fixture
def exercise(make_kit):
    return find_kit(make_kit("scale")).exercise("scale")


def test_the_stub_is_a_header_and_the_code_of_the_signature(exercise):
    assert exercise.stub == (
        '"""Scale a list.\n'
        "\n"
        "Write the body, then run: gradkata check scale\n"
        "When stuck: gradkata hint scale. The whole contract stands in README.md beside this file.\n"
        '"""\n'
        "\n"
        "def scale(numbers: list[float], factor: float) -> None:\n"
        '    """Multiply in place.\n'
        "\n"
        "    Args:\n"
        "        numbers: the list.\n"
        "        factor: any number.\n"
        "\n"
        "    Returns:\n"
        "        Nothing.\n"
        '    """\n'
        '    raise NotImplementedError("write me")\n'
    )


def test_a_file_is_untouched_until_its_code_changes(exercise):
    stub = exercise.stub
    assert exercise.is_untouched(stub)
    assert exercise.is_untouched("# my notes\n" + stub.replace("Scale a list.", "Mine."))
    assert not exercise.is_untouched(stub.replace('raise NotImplementedError("write me")', "return None"))
    assert not exercise.is_untouched(stub + "\nimport os\n")
    assert not exercise.is_untouched("def scale(")
    assert not exercise.is_untouched("")
    assert not exercise.is_untouched("\0")


def test_hints_come_in_order_without_their_headings(exercise):
    assert exercise.hints == ["Which operator?", "Assign to each index.", "A loop over `range(len(numbers))`."]


def test_a_kit_may_have_no_hints(exercise):
    exercise.hints_path.unlink()
    assert exercise.hints == []


def test_the_card_is_taken_apart(exercise):
    card = exercise.parsed_card()
    assert card.title == "Scale a list"
    assert card.head == {"Category": "coding", "Difficulty": "1", "Tags": "coding, lists"}
    assert card.bullets("Contract") == ["The list is changed in place.", "An empty list stays empty."]
    assert card.code("Example").startswith("numbers = [1.0, 2.0]\n")


def test_a_heading_inside_code_starts_no_section(exercise):
    text = exercise.card.replace("numbers = [1.0, 2.0]", "## numbers\nnumbers = [1.0, 2.0]")
    exercise.card_path.write_text(text)
    assert exercise.parsed_card().code("Example").startswith("## numbers\n")


def test_a_card_without_a_signature_names_the_section(exercise):
    exercise.card_path.write_text(exercise.card.replace("## Signature", "## Signatur"))
    with pytest.raises(ContentError) as caught:
        _ = exercise.stub
    expected = "has no section `## Signature`; add it; did you mean Signatur?"
    assert caught.value.message == f"{exercise.card_path}: {expected}"


def test_solutions_say_what_they_teach_and_what_they_lose(exercise):
    (exercise.solutions_folder / "alternative.py").write_text('"""Another.\n\nText.\n"""\n')
    reference, alternative = exercise.solutions()
    assert reference.name == "reference"
    assert reference.title == "Index by index."
    assert reference.text == "It teaches assignment."
    assert reference.loses == ("launches", "waits")
    assert reference.source == reference.path.read_text()
    assert (alternative.name, alternative.loses) == ("alternative", ())


def test_a_mistake_has_a_title_an_explanation_and_variants(exercise):
    (mistake,) = exercise.mistakes()
    assert mistake.name == "rebound"
    assert mistake.title == "The local name was bound to a new list, so the caller's list stays as it was."
    expected = "`numbers = ...` makes the name mean another list.\nAssign to `numbers[:]` instead."
    assert mistake.explanation == expected
    assert mistake.seen == 4
    assert mistake.variants[0].facets == ("in_place", "outcome")
    assert mistake.variants[1].facets == ()
    assert [variant.name for variant in mistake.variants] == ["rebound", "rebound--by_map"]
    assert mistake.variants[0].source == mistake.variants[0].path.read_text()


def test_a_variant_may_be_named_by_its_docstring_alone(exercise):
    text = '"""By hand.\n\nVariant of: rebound\n"""\n'
    (exercise.mistakes_folder / "a_hand_made_one.py").write_text(text)
    (mistake,) = exercise.mistakes()
    names = [variant.name for variant in mistake.variants]
    assert names == ["rebound", "a_hand_made_one", "rebound--by_map"]


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("x.py", "def scale(:", "is not valid Python on line 1; mend the syntax"),
        ("x.py", "x = 1", "has no module docstring; write a title line and an explanation there"),
        ("x.py", '"""Title."""', "explains nothing; write below the title what happens, why and the mend"),
        ("x.py", f'"""{"T" * 101}\n\nText."""', "the title has 101 characters; shorten it to 100"),
        (
            "x.py",
            '"""T.\n\nText.\n\nSeen: often"""',
            "`Seen: often` is not understood; write `Seen: 61 of 153 public implementations`",
        ),
        (
            "x.py",
            '"""T.\n\nText.\n\nFacets: a\nFacets: b"""',
            "`Facets:` stands twice in the docstring; keep one",
        ),
        (
            "rebond--x.py",
            '"""T."""',
            "is a variant of `rebond`, which is no mistake here; name one; did you mean rebound?",
        ),
        (
            "rebound--x.py",
            '"""T.\n\nVariant of: other"""',
            "is a variant of `rebound` by its name and of `other` by its docstring; let them agree",
        ),
        (
            "rebound--x.py",
            '"""T.\n\nSeen: 1 of 153 public implementations"""',
            "a variant has `Seen:`; move that line to rebound.py",
        ),
    ],
)
def test_a_faulty_mistake_is_named_with_its_mend(exercise, name, text, problem):
    path = exercise.mistakes_folder / name
    path.write_text(text)
    with pytest.raises(ContentError) as caught:
        exercise.mistakes()
    assert caught.value.message == f"{path}: {problem}"


def test_an_unexpected_colon_in_the_text_is_no_trailer(exercise):
    text = '"""T.\n\nNote: this is text.\n\nSeen: 2 of 153 public implementations\n"""\n'
    (exercise.mistakes_folder / "x.py").write_text(text)
    mistake = exercise.mistakes()[1]
    assert (mistake.explanation, mistake.seen) == ("Note: this is text.", 2)
