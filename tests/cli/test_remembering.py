"""What `check` remembers, and that a store which fails never costs the verdict."""

from __future__ import annotations

import pytest

from gradkata.content import Kit
from gradkata.practice.attempt import kit_name
from gradkata.practice.store import Store

pytestmark = pytest.mark.usefixtures("verdicts")


@pytest.fixture
def kit(make_kit):
    return make_kit("scale")


def attempts(kit):
    name = kit_name(Kit(kit).exercise("scale"))
    return Store.of_user().attempts(name, "scale")


def test_check_keeps_each_attempt_with_its_source(run, kit):
    path = kit / "exercises" / "scale" / "scale.py"
    for verdict in ("failed", "passed"):
        path.write_text(f"# verdict: {verdict}\n")
        run("--kit", kit, "check", "scale")
    kept = attempts(kit)
    assert [(one.verdict, one.source, one.origin) for one in kept] == [
        ("passed", "# verdict: passed\n", "check"),
        ("failed", "# verdict: failed\n", "check"),
    ]
    assert [(one.kind, one.points, one.max_points) for one in kept[0].kinds] == [("correctness", 5.0, 5.0)]


def test_hints_and_the_solution_are_remembered_with_the_next_attempt(run, kit):
    (kit / "exercises" / "scale" / "scale.py").write_text("# verdict: passed\n")
    run("--kit", kit, "hint", "scale")
    run("--kit", kit, "solution", "scale")
    run("--kit", kit, "check", "scale")
    (one,) = attempts(kit)
    assert (one.hints, one.answers_seen) == (1, True)


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_store_that_cannot_be_written_costs_one_line_and_not_the_verdict(run, kit, tmp_path, options):
    (kit / "exercises" / "scale" / "scale.py").write_text("# verdict: passed\n")
    (tmp_path / "state").write_text("a file where a folder should be")
    outcome = run("--kit", kit, "check", "scale", *options)
    assert outcome.code == 0
    assert "passed" in outcome.out
    path = tmp_path / "state" / "progress.sqlite3"
    why = "a file stands where its folder should be"
    assert outcome.err == f"gradkata: {path}: cannot be written ({why}), this attempt is not kept\n"
