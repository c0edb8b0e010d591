"""`gradkata watch`, the real program: in a terminal that we play, and without one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import termios
import time
from functools import partial
from pathlib import Path

import pexpect
import pytest

from gradkata.content import Kit
from gradkata.practice.folder import make
from gradkata.practice.store import Store

PROGRAM = str(Path(sys.executable).with_name("gradkata"))
KEYS = "h hint  n next  l list  s solution  r reset  b bench  q quit"
BEYOND = 0.3  # seconds from a save to the verdict, besides the grading
PATIENCE = 60


@pytest.fixture
def mine(graded, tmp_path):
    folder = tmp_path / "mine"
    make(Kit(graded), folder)
    return folder


@pytest.fixture
def terminal(mine):
    """The program in a terminal of 80 columns."""
    environment = {**os.environ, "NO_COLOR": "1", "TERM": "xterm", "COLUMNS": "", "LINES": ""}
    environment = {key: value for key, value in environment.items() if value}
    started = pexpect.spawn(
        PROGRAM,
        ["watch"],
        cwd=str(mine),
        env=environment,
        dimensions=(40, 80),
        timeout=PATIENCE,
        encoding="utf-8",
        # A shell that starts the tests in its background has them ignore interrupts.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    yield started
    started.close(force=True)


def screen(terminal) -> str:
    """What is drawn next, down to the keys at the foot."""
    terminal.expect_exact(KEYS)
    return terminal.before


def local_modes(terminal) -> int:
    return termios.tcgetattr(terminal.child_fd)[3]


def test_a_session_from_the_first_exercise_to_the_last(terminal, mine, write):
    before = local_modes(terminal)
    start = screen(terminal)
    assert "first: Scale a list" in start
    assert "Edit exercises/first/first.py and save it" in start
    assert "first (1 of 2), 0 of 2 solved" in start
    assert not local_modes(terminal) & termios.ECHO

    write(mine, "first", "divided")
    wrong = screen(terminal)
    assert "not passed: first" in wrong
    assert "The gradients are divided by the factor." in wrong

    terminal.send("h")
    assert "Hint 1 of 3" in screen(terminal)
    terminal.send("s")
    assert "Known to lose points at" in screen(terminal)
    terminal.send("r")
    assert "[y/N]" in screen(terminal)
    terminal.send("q")  # the answer to the question, and not the end
    assert "Nothing was changed." in screen(terminal)
    terminal.send("\x1b[A")  # an arrow is no key of ours
    terminal.send("l")
    assert "first     1/5    tried" in screen(terminal)

    terminal.setwinsize(30, 60)
    assert "tried" in screen(terminal)  # drawn anew

    path = mine / "exercises/first/first.py"
    path.unlink()
    assert "exercises/first/first.py is gone: waiting" in screen(terminal)
    temporary = path.with_name("first.py.tmp")  # as editors save: written beside, then renamed
    temporary.write_text(write(mine.parent / "kit", "first", "right").read_text())
    temporary.rename(path)
    assert "passed: first, 100 of 100 points" in screen(terminal)
    terminal.sendcontrol("c")
    terminal.expect(pexpect.EOF)
    terminal.wait()
    assert terminal.exitstatus == 130
    assert local_modes(terminal) == before
    attempts = Store.of_user().attempts(str(mine.parent / "kit"), "first")
    assert [attempt.verdict for attempt in attempts] == ["passed", "failed"]
    assert [(attempt.hints, attempt.answers_seen) for attempt in attempts] == [(1, True), (0, False)]
    assert {attempt.origin for attempt in attempts} == {"watch"}


def test_it_moves_on_when_one_is_solved_and_says_when_all_are(terminal, mine, write):
    screen(terminal)
    write(mine, "first", "right")
    solved = screen(terminal)
    assert "passed: first, 100 of 100 points" in solved
    assert "Solved. Next: second, Scale a list" in solved
    assert "second (2 of 2), 1 of 2 solved" in solved
    terminal.send("n")
    assert "second: Scale a list" in screen(terminal)
    took = []
    for answer in ("careless", "right"):
        saved = time.monotonic()
        write(mine, "second", answer)
        terminal.expect(r"Seed \d+ \(--seed \d+ repeats it\), (\d+\.\d+) s")
        took.append(time.monotonic() - saved - float(terminal.match[1]))
        last = screen(terminal)
    assert min(took) < BEYOND
    assert "All 2 exercises are solved." in last
    terminal.send("q")
    terminal.expect(pexpect.EOF)
    terminal.wait()
    assert terminal.exitstatus == 0


def test_without_a_terminal_it_goes_line_by_line(mine, write):
    process = subprocess.Popen(
        [PROGRAM, "watch", "second"],
        cwd=mine,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout.readline() == "second: Scale a list\n"
        write(mine, "second", "right")
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith("Edit exercises/first"):
                break
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)
        process.stdout.close()
    text = "".join(lines)
    assert "passed: second, 100 of 100 points" in text
    assert "Solved. Next: first, Scale a list" in text
    assert "\x1b" not in text
    assert KEYS not in text
    assert process.returncode == 128 + signal.SIGTERM
