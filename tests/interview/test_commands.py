"""`gradkata interview` as a person types it: a whole interview, bad input, and faults."""

from __future__ import annotations

import io
import json
import os
import re
import sqlite3
import sys
from pathlib import Path

import pytest

from gradkata.interview import clock as clock_module
from gradkata.interview import log as log_module
from gradkata.interview.clock import Instant

RIGHT = "def scale(numbers, factor):\n    numbers[:] = [number * factor for number in numbers]\n"
WRONG = "def scale(numbers, factor):\n    numbers = []  # wrong\n"
FOOT = re.compile(r"^0:\d\d of 30:00; question 1 of 2, 0:\d\d of about 10:00$", re.MULTILINE)


def test_a_whole_interview_from_the_first_question_to_the_scorecard(run, begun, tmp_path):
    assert run("ask", "may", "the", "list", "be", "empty?").out.startswith("Yes.")
    file = begun(WRONG)
    outcome = run("check")
    assert outcome.code == 1
    assert outcome.out.startswith("✘ not passed: 40 of 100 points (check 1)\n  correctness       0 of 1\n")
    assert "A name was bound" not in outcome.out  # the diagnosis is for the interviewer
    assert "Why:" not in outcome.out
    assert run("hint").out.startswith("Hint 1 (it costs 25% of independence)\nWhich operator?")
    file.write_text(RIGHT)
    assert run("check").code == 0
    assert run("followup").out.startswith("Follow-up 1 of 1\nWhy in place?\nAnswer it: gradkata interview followup ")
    assert "[.] 1. aliasing" in run("followup", "--answer", "others hold it").out
    assert "[x] 1. aliasing" in run("followup", "--tick", "1").out
    assert "Multiply every number by a factor." in run("next").out
    page = tmp_path / "card.html"
    outcome = run("finish", "--html", page)
    assert outcome.code == 0
    assert outcome.err == "wrote card.html\n"
    assert outcome.out.startswith("Interview 20")
    assert "1. Scale a list: passed" in outcome.out
    assert "2. Scale a list: not passed" in outcome.out
    assert "Correctness          ██████████ 100%  40 of 40 points" in outcome.out
    assert page.read_text().count("<section>") == 2
    card = json.loads(run("scorecard", "--json").out)
    assert [result["passed"] for result in card["questions"]] == [True, False]
    assert card["finished"]
    assert run("history").out.startswith(card["name"] + "  ")


def test_every_view_fits_80_columns_and_has_no_colour_in_a_pipe(run, begun):
    begun("# wrong " + "x" * 300 + "\n" + WRONG)
    calls = [("status",), ("ask", "y" * 200), ("check",), ("hint",), ("followup",), ("question",), ("guide", "scale")]
    calls += [("followup", "--answer", "w " * 200), ("next",), ("finish",), ("scorecard",), ("history",)]
    for call in calls:
        out = run(*call).out
        assert max(map(len, out.splitlines())) <= 80, call
        assert "\x1b" not in out, call


def test_the_foot_shows_the_clock(run, begun):
    assert FOOT.search(run("hint").out)


def test_status_as_json_says_where_the_file_is(run, begun):
    facts = json.loads(run("status", "--json").out)
    assert (facts["state"], facts["question"], facts["questions"], facts["checks"]) == ("running", 1, 2, 0)
    assert Path(facts["file"]).name == "scale.py"


def test_a_check_without_a_change_is_shown_again_and_not_counted(run, begun):
    begun(RIGHT)
    run("check")
    outcome = run("check")
    assert outcome.code == 0
    assert outcome.out.startswith("Nothing has changed since this check, so it is not counted again.\n✔ passed: ")
    assert "(check 1)" in outcome.out


def test_what_could_not_be_judged_has_its_own_exit_code(run, begun):
    begun(RIGHT + "# odd\n")
    outcome = run("check")
    assert outcome.code == 3
    assert outcome.out.startswith("? not judged: ")


def test_over_time_is_said_and_still_counts(run, begun, monkeypatch):
    real = clock_module.now

    def later() -> Instant:
        instant = real()
        return Instant(instant.wall + 1900, instant.boot, instant.up + 1900)

    monkeypatch.setattr(clock_module, "now", later)
    for command in ("hint", "status"):
        assert re.search(r"^The 30 minutes are over, since [12]:\d\d\.", run(command).out, re.MULTILINE)


def test_a_clock_that_was_set_back_is_noted(run, begun, monkeypatch):
    real = clock_module.now

    def earlier() -> Instant:
        instant = real()
        return Instant(instant.wall - 7200, instant.boot, instant.up)

    monkeypatch.setattr(clock_module, "now", earlier)
    run("hint")
    out = run("status").out
    assert re.search(r"^Note: 0:\d\d: the machine's clock was set back by 2\.0 h\.$", out, re.MULTILINE)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["start", "--exercise", "scal"], "there is no exercise `scal`; did you mean scale?"),
        (["start", "--track", "list"], "there is no track `list`; did you mean lists?"),
        (["start", "--minutes", "3"], "--minutes 3: an interview takes from 5 to 480 minutes"),
        (["start", "--track", "lists", "--minutes", "5"], "the shortest question of lists takes about 10 minutes; "),
        (["start", "--minutes", "soon"], "Invalid value for '--minutes': 'soon' is not a valid int"),
        (["start", "--exercise", "scale", "--exercise", "scale"], "--exercise scale is named twice"),
        (["guide", "scal"], "there is no exercise `scal`; did you mean scale?"),
        (["scorecard", "yesterday"], "there is no interview `yesterday`"),
        (["scorecard"], "no interview is finished yet; `gradkata interview finish` ends the one that runs"),
        (["sing"], "No such command 'sing'"),
    ],
)
def test_bad_input_is_one_line(run, arguments, message):
    outcome = run(*arguments)
    assert outcome.code == 2
    assert outcome.err.startswith(f"gradkata: {message}")
    assert outcome.err.count("\n") == 1
    assert outcome.out == ""


@pytest.mark.parametrize(
    "command", ["status", "check", "hint", "ask", "followup", "next", "pause", "resume", "finish", "serve"]
)
def test_without_a_running_interview_every_command_says_how_to_begin_one(run, command):
    outcome = run(command, *(["x"] if command == "ask" else []))
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == "gradkata: no interview is running; `gradkata interview start` begins one\n"


def test_a_second_interview_is_refused(run, begun):
    outcome = run("start", "--exercise", "add")
    assert outcome.code == 2
    assert re.fullmatch(
        r"gradkata: interview [\d-]+ is running; go on with it \(`status` shows it\), or `finish` it first\n",
        outcome.err,
    )


def test_finishing_twice_names_the_one_that_is_over(run, begun):
    assert run("finish").code == 0
    outcome = run("finish")
    assert outcome.code == 2
    assert re.fullmatch(
        r"gradkata: no interview is running; `gradkata interview start` begins one "
        r"\([\d-]+ is over: `scorecard` shows it\)\n",
        outcome.err,
    )


def test_a_paused_interview_waits_and_goes_on(run, begun):
    assert ", paused; " in run("pause").out
    outcome = run("hint")
    assert outcome.err == "gradkata: the interview is paused; `gradkata interview resume` lets its clock run again\n"
    assert ", paused" not in run("resume").out
    assert run("hint").code == 0


def test_finish_can_leave_out_the_grading(run, begun):
    begun(WRONG)
    assert "Correctness          ░░░░░░░░░░    -  not graded" in run("finish", "--no-grade").out


def test_an_answer_comes_from_a_file_or_from_stdin(run, begun, tmp_path, monkeypatch):
    (tmp_path / "answer.txt").write_text("because\nothers\n")
    assert run("followup", "--file", "answer.txt").code == 0
    assert run("followup", "--tick", "none").out.startswith("Key points:\n  [ ] 1. aliasing\n")
    run("next")
    monkeypatch.setattr(sys, "stdin", io.StringIO("from a pipe"))
    assert run("followup", "--file", "-", "--tick", "1").out.startswith("Key points:\n  [x] 1. aliasing\n")
    card = json.loads(run("finish", "--json").out)
    assert [one["answer"] for result in card["questions"] for one in result["follow_ups"]] == [
        "because\nothers",
        "from a pipe",
    ]


def test_a_follow_up_that_is_skipped_makes_no_point(run, begun):
    run("followup", "--skip")
    card = json.loads(run("finish", "--json").out)
    assert card["questions"][0]["follow_ups"][0]["missed"] == ["aliasing"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--tick", "one"], "--tick one: write the numbers of the key points, such as 1,3, or none"),
        (["--tick", "1"], "no follow-up question has an answer yet; `followup` poses the next one"),
        (["--answer", "x", "--tick", "7"], "there is no key point 7; they are numbered from 1 to 1"),
        (["--answer", "x", "--skip"], "give one of --answer, --file and --skip"),
        (["--file", "nowhere.txt"], "nowhere.txt cannot be read: No such file or directory"),
    ],
)
def test_a_follow_up_with_bad_input_is_one_line(run, begun, arguments, message):
    outcome = run("followup", *arguments)
    assert (outcome.code, outcome.err) == (2, f"gradkata: {message}\n")


class Terminal(io.StringIO):
    """A keyboard."""

    def isatty(self):
        return True


def test_at_a_terminal_an_answer_is_typed_and_then_rated(run, begun, monkeypatch):
    monkeypatch.setattr(sys, "stdin", Terminal("two\nlines\n\n1\n"))
    out = run("followup").out
    assert "Your answer, with an empty line at its end:" in out
    assert "[x] 1. aliasing" in out
    card = json.loads(run("finish", "--json", "--yes").out)
    assert card["questions"][0]["follow_ups"][0]["answer"] == "two\nlines"


def test_at_a_terminal_finish_asks_while_questions_are_left(run, begun, monkeypatch):
    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    outcome = run("finish")
    assert outcome.code == 1
    assert outcome.out.endswith("The interview goes on.\n")
    assert run("status").code == 0


def test_without_an_editor_nothing_begins(run, monkeypatch):
    outcome = run("start", "--exercise", "scale", "--edit")
    assert outcome.code == 2
    expected = "--edit: neither VISUAL nor EDITOR names an editor; leave it out and open the file yourself"
    assert outcome.err == f"gradkata: {expected}\n"
    monkeypatch.setenv("EDITOR", "no-such-editor -w")
    outcome = run("start", "--exercise", "scale", "--edit")
    assert outcome.err == "gradkata: --edit: there is no program no-such-editor; mend EDITOR, or leave --edit out\n"
    assert run("status").code == 2


@pytest.mark.skipif(sys.platform == "win32", reason="the editor is a shell script")
def test_the_editor_opens_the_file(run, tmp_path, monkeypatch):
    editor = tmp_path / "an editor"
    editor.write_text(f"#!/bin/sh\necho '# edited' >> \"$2\"\necho \"$1\" > '{tmp_path}/option'\n")
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", f"'{editor}' --wait")
    assert run("start", "--exercise", "scale", "--edit").code == 0
    assert (tmp_path / "option").read_text() == "--wait\n"
    assert Path(json.loads(run("status", "--json").out)["file"]).read_text().endswith("# edited\n")


def test_a_state_folder_that_cannot_be_written_is_one_line(run, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("GRADKATA_STATE", str(tmp_path / "file"))
    outcome = run("start", "--exercise", "scale")
    assert outcome.code == 2
    assert outcome.err == (
        f"gradkata: {tmp_path}/file/interviews, which keeps interviews, cannot be written: Not a directory; "
        "mend that, or name another folder in GRADKATA_STATE\n"
    )


def test_a_read_only_home_is_one_line(run, monkeypatch):
    def refuse(*_, **__):
        raise OSError(30, os.strerror(30))

    monkeypatch.setattr(Path, "mkdir", refuse)
    outcome = run("start", "--exercise", "scale")
    assert outcome.code == 2
    assert "which keeps interviews, cannot be written: Read-only file system; mend that, or name" in outcome.err


def test_a_full_disk_gives_the_typed_answer_back(run, begun, monkeypatch):
    run("followup")
    connect = log_module.connect

    def full(address):
        connection = connect(address)
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    monkeypatch.setattr(log_module, "connect", full)
    words = "my answer " * 2000
    outcome = run("followup", "--answer", words)
    assert outcome.code == 2
    assert outcome.err.startswith(f"The answer was not kept. It was:\n{words.rstrip()}\n")
    assert outcome.err.endswith("the disk is full; make room and do it again (nothing before it is lost)\n")
    monkeypatch.setattr(log_module, "connect", connect)
    assert run("followup", "--answer", words, "--tick", "1").code == 0


def test_a_damaged_interview_is_one_line(run, begun, tmp_path):
    (log,) = (tmp_path / "state").rglob("*.sqlite3")
    log.write_bytes(b"x" * 5000)
    outcome = run("status")
    assert outcome.code == 2
    assert outcome.err == f"gradkata: {log} is damaged or no interview: file is not a database\n"
    assert run("history").err == outcome.err


def test_exercises_that_are_gone_are_one_line(run, begun, kit):
    (kit.root / "exercises").rename(kit.root / "elsewhere")
    outcome = run("hint")
    assert outcome.code == 2
    message = f"the exercises of this interview are gone: put {kit.root} back (nothing else is lost)"
    assert outcome.err == f"gradkata: {message}\n"
    (kit.root / "elsewhere").rename(kit.root / "exercises")
    assert run("hint").code == 0


def test_where_nothing_can_be_graded_the_interview_can_be_ended_all_the_same(run, begun, monkeypatch):
    from gradkata.errors import UserError

    class Grader:
        def __init__(self, kit, tell=None, worker=None):
            raise UserError("the worker does not start", 3)

    monkeypatch.setattr(sys.modules["gradkata.grading.grader"], "Grader", Grader)
    begun(RIGHT)
    outcome = run("finish")
    assert outcome.code == 3
    mend = "(gradkata interview finish --no-grade ends it all the same)"
    assert outcome.err == f"gradkata: the worker does not start {mend}\n"
    assert run("finish", "--no-grade").code == 0


def test_what_was_graded_counts_as_practice(run, begun, kit, tmp_path):
    from gradkata.practice.store import Store

    begun(WRONG)
    run("check")
    (attempt,) = Store.of_user().attempts(str(kit.root), "scale")
    assert (attempt.origin, attempt.verdict, attempt.source) == ("interview", "failed", WRONG)


def test_the_interviews_file_is_an_ordinary_database(run, begun, tmp_path):
    (log,) = (tmp_path / "state").rglob("*.sqlite3")
    connection = sqlite3.connect(log)
    assert connection.execute("SELECT kind FROM event ORDER BY number").fetchall() == [("started",), ("opened",)]
    connection.close()


def test_a_file_that_was_lost_is_put_back_with_a_word(run, begun):
    file = begun(RIGHT)
    run("status")
    file.unlink()
    outcome = run("status")
    assert outcome.err == f"{file.relative_to(Path.cwd())} was gone; its last saved version was put back\n"
    assert file.read_text() == RIGHT


def test_questions_that_take_longer_than_the_minutes_are_allowed_and_said(run):
    outcome = run("start", "--exercise", "scale", "--exercise", "add", "--minutes", "15")
    assert (outcome.code, outcome.err) == (0, "these questions take about 20 minutes together\n")


def test_a_guide_is_written_as_a_page(run, tmp_path):
    assert run("guide", "scale", "--html", "guide.html").err == "wrote guide.html\n"
    page = (tmp_path / "guide.html").read_text()
    assert "<h2>Red flags</h2>" in page
    assert "<script" not in page


def test_a_page_that_cannot_be_written_is_one_line(run, begun, tmp_path):
    (tmp_path / "file").touch()
    outcome = run("finish", "--html", "file/card.html")
    assert outcome.code == 2
    assert outcome.err == "gradkata: file/card.html cannot be written: File exists\n"
    assert run("scorecard", "--json").code == 0


def test_without_the_extra_serve_says_how_to_get_it(run, begun, monkeypatch):
    for name in [name for name in sys.modules if name.startswith(("gradkata.interview.serving", "uvicorn"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    outcome = run("serve")
    assert outcome.code == 2
    assert outcome.err == "gradkata: uvicorn is not installed; pip install 'gradkata[serve]' brings it\n"
