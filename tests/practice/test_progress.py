"""`gradkata progress`: days, points and mistakes; as a table, JSON, a page; to take along and back."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from gradkata.content import Kit
from gradkata.practice.attempt import kit_name
from gradkata.practice.progress import Progress, longest, streak
from gradkata.practice.reviewing import agenda
from gradkata.practice.store import Store

TODAY = date(2026, 11, 22)
CSP = "default-src 'none'"


@pytest.fixture
def kit(make_kit):
    return Kit(make_kit("scale", "add"))


@pytest.fixture
def history(kit, attempt):
    """A mistake that was overcome, one that was not, and what `gradkata` would ask the store for."""
    name = kit_name(kit.exercise("scale"))
    return [
        replace(attempt(mistakes=("rebound",)), kit=name),
        replace(attempt(mistakes=("rebound",), after=1), kit=name),
        replace(attempt("passed", after=1.1), kit=name),
        replace(attempt(mistakes=("summed",), after=2), kit=name, exercise="add"),
    ]


@pytest.fixture
def kept(run, history):
    """The user's own store, with that history."""
    store = Store.of_user()
    for one in history:
        store.record(one)
    return store


def days(*numbers):
    return {(TODAY - timedelta(days=number)).isoformat(): 1 for number in numbers}


@pytest.mark.parametrize(
    ("practised", "length"),
    [((), 0), ((0,), 1), ((1,), 1), ((2,), 0), ((0, 1, 2, 4), 3), ((1, 2), 2), ((-3, 0), 1)],
)
def test_a_streak_ends_today_or_yesterday(practised, length):
    assert streak(days(*practised), TODAY) == length


def test_the_longest_streak_may_be_long_ago():
    assert longest(days(0, 5, 6, 7, 9)) == 3
    assert longest({}) == 0


def test_progress_tells_states_points_and_mistakes(kit, kept):
    progress = Progress.of(kept, kit, TODAY)
    scale, add = progress.exercises
    assert (scale.state, scale.points, scale.max_points, scale.tries) == ("solved", 10.0, 10.0, 3)
    assert (add.state, add.points, add.tries, add.solved_on) == ("tried", 4.0, 1, None)
    assert [(kind.kind, kind.points, kind.max_points) for kind in progress.kinds] == [
        ("correctness", 8.0, 8.0),
        ("parity", 0.0, 12.0),
    ]
    assert [(made.name, made.times, made.overcome) for made in progress.mistakes] == [
        ("rebound", 2, True),
        ("summed", 1, False),
    ]
    assert progress.solved == 1


def test_the_table_fits_into_eighty_columns(run, kit, kept):
    outcome = run("--kit", kit.root, "progress")
    assert outcome.code == 0
    assert outcome.out.startswith("1 of 2 exercises solved, 4 attempts, ")
    lines = outcome.out.splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert any(re.fullmatch(r"scale +solved +10 of 10 +3 +0", line) for line in lines)
    assert any(re.fullmatch(r"Title of rebound\. +scale +2 +overcome *", line) for line in lines)


def test_without_attempts_it_says_where_to_begin(run, kit):
    outcome = run("--kit", kit.root, "progress")
    assert outcome.out.startswith("0 of 2 exercises solved, 0 attempts, 0 days in a row (at most 0)\n")
    assert outcome.out.endswith("Next: gradkata watch\n")


def test_as_json_it_is_for_programs(run, kit, kept):
    told = json.loads(run("--kit", kit.root, "progress", "--json").out)
    assert (told["attempts"], told["solved"]) == (4, 1)
    assert told["mistakes"][0]["title"] == "Title of rebound."


def test_the_page_stands_by_itself_and_has_text_for_each_drawing(run, kit, kept, tmp_path):
    nasty = replace(kept.attempts(kit_name(kit.exercise("add")), "add")[0], uid="other")
    mistake = replace(nasty.mistakes[0], title="<script>alert(1)</script>")
    kept.record(replace(nasty, mistakes=(mistake,)))
    page = tmp_path / "page.html"
    outcome = run("--kit", kit.root, "progress", "--html", page)
    text = page.read_text()
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err == f"wrote {page}\n"
    assert CSP in text
    assert "http" not in text.replace("http-equiv", "")
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    drawings = re.findall(r"<svg[^>]*>", text)
    assert len(drawings) == 4
    assert all('role="img"' in drawing and 'aria-label="' in drawing for drawing in drawings)
    assert text.count("<summary") == 4
    assert 'aria-label="The best attempt at each exercise: scale 10 of 10; add 4 of 10"' in text


def test_a_page_that_cannot_be_written_is_one_line(run, kit):
    outcome = run("--kit", kit.root, "progress", "--html", "/proc/nowhere/page.html")
    assert outcome.code == 2
    assert outcome.err == "gradkata: /proc/nowhere/page.html: cannot be written (No such file or directory)\n"


def test_list_shows_how_far_each_has_come(run, kit, kept):
    outcome = run("--kit", kit.root, "list")
    assert outcome.out.splitlines()[:2] == [
        "  #  exercise  level  done    title, tags, what to do before",
        " 10  scale     1/5    solved  Scale a list",
    ]
    records = json.loads(run("--kit", kit.root, "list", "--json").out)
    assert [record["state"] for record in records] == ["solved", "tried"]


def test_list_lives_with_a_store_that_cannot_be_used(run, kit):
    store = Store.of_user()
    store.path.parent.mkdir()
    store.path.write_text("spoiled " * 100)
    outcome = run("--kit", kit.root, "list")
    assert outcome.code == 0
    assert outcome.out.startswith("  #  exercise  level  title")
    assert outcome.err.count("\n") == 1
    assert "is damaged: it is kept as" in outcome.err


def test_what_is_exported_can_be_taken_in_elsewhere_once(run, kit, kept, tmp_path, monkeypatch):
    file = tmp_path / "progress.json"
    kept.give_hint(kit.exercise("add"), 2)
    agenda(kept, kit, datetime.now(UTC))
    assert run("progress", "export", file).code == 0
    monkeypatch.setenv("GRADKATA_STATE", str(tmp_path / "elsewhere"))
    for new in (4, 0):
        outcome = run("progress", "import", file)
        assert (outcome.code, outcome.out) == (0, f"{new} of 4 attempts in {file} were new.\n")
    assert Progress.of(Store.of_user(), kit, TODAY) == Progress.of(kept, kit, TODAY)
    assert run("progress", "export", "-").out == file.read_text()


def test_a_newer_review_is_not_replaced_by_an_older_one(run, kit, kept, tmp_path, attempt):
    agenda(kept, kit, datetime.now(UTC))
    file = tmp_path / "old.json"
    run("progress", "export", file)
    name = kit_name(kit.exercise("scale"))
    kept.record(replace(attempt("passed", after=30), kit=name))
    agenda(kept, kit, datetime.now(UTC))
    before = kept.rows("SELECT * FROM card")
    assert run("progress", "import", file).code == 0
    assert kept.rows("SELECT * FROM card") == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no exported progress (Invalid JSON"),
        ("[]", "is no exported progress (Input should be an object)"),
        ('{"attempts": 1, "help": [], "cards": []}', "(attempts: Input should be a valid array)"),
        ('{"version": 2, "attempts": [], "help": [], "cards": []}', "(version: Input should be 1)"),
    ],
)
def test_a_bad_file_is_one_line_and_changes_nothing(run, tmp_path, text, said):
    file = tmp_path / "bad.json"
    file.write_text(text)
    outcome = run("progress", "import", file)
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert outcome.err.startswith(f"gradkata: {file}: ")
    assert said in outcome.err
    assert not Store.of_user().path.exists()


def test_a_card_that_spaced_repetition_could_not_read_is_refused(run, kit, kept, tmp_path):
    agenda(kept, kit, datetime.now(UTC))
    file = tmp_path / "bad.json"
    run("progress", "export", file)
    exported = json.loads(file.read_text())
    exported["cards"][0]["state"] = "{}"
    file.write_text(json.dumps(exported))
    outcome = run("progress", "import", file)
    said = f"gradkata: {file}: is no exported progress (cards.0.state: no card of spaced repetition)\n"
    assert (outcome.code, outcome.err) == (2, said)


def test_a_file_that_is_not_there_is_one_line(run, tmp_path):
    outcome = run("progress", "import", tmp_path / "none.json")
    assert outcome.err == f"gradkata: {tmp_path}/none.json: cannot be read (No such file or directory)\n"
