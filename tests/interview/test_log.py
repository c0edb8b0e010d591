"""Each step is on the disk as a whole or not at all, and every fault of the disk is one clear line."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gradkata.errors import UserError
from gradkata.interview import log as log_module
from gradkata.interview.clock import Instant
from gradkata.interview.log import Draft, Log

AT = Instant(1000.0)


@pytest.fixture
def log(tmp_path) -> Log:
    return Log.create(tmp_path / "events.sqlite3")


def kinds(log: Log) -> list[str]:
    return [event.kind for event in log.events()]


def test_events_come_back_as_they_were_and_in_their_order(log):
    log.change(lambda _: [Draft("a", {"text": "ü\n\0"}), Draft("b", {"n": 1.5})], Instant(7.25, "boot", 3.5))
    first, second = log.events()
    assert (first.number, first.at, first.kind, first.data) == (1, Instant(7.25, "boot", 3.5), "a", {"text": "ü\n\0"})
    assert (second.number, second.kind, second.data) == (2, "b", {"n": 1.5})


def test_a_step_that_is_refused_leaves_nothing(log):
    def decide(_):
        yield Draft("half", {})
        raise UserError("no")

    with pytest.raises(UserError, match=r"^no$"):
        log.change(decide, AT)
    assert kinds(log) == []


def test_a_full_disk_is_one_line_and_loses_nothing(log, monkeypatch):
    log.change(lambda _: [Draft("before", {})], AT)
    connect = log_module.connect

    def full(address):
        connection = connect(address)
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    monkeypatch.setattr(log_module, "connect", full)
    with pytest.raises(UserError, match="cannot be written: the disk is full; make room and do it again"):
        log.change(lambda _: [Draft("small", {}), Draft("large", {"text": "x" * 100_000})], AT)
    monkeypatch.undo()
    assert kinds(log) == ["before"]
    log.change(lambda _: [Draft("after", {})], AT)
    assert kinds(log) == ["before", "after"]


def test_a_read_only_log_is_one_line(log, monkeypatch):
    connect = log_module.connect
    monkeypatch.setattr(log_module, "connect", lambda address: connect(address.replace("mode=rw", "mode=ro")))
    with pytest.raises(UserError, match="cannot be written: it is read-only"):
        log.change(lambda _: [Draft("a", {})], AT)


def test_a_log_that_is_away_is_one_line(tmp_path):
    with pytest.raises(UserError, match="cannot be opened; mend its permissions, or name another folder"):
        Log(tmp_path / "nowhere" / "events.sqlite3").events()


def test_a_damaged_log_is_one_line(tmp_path):
    path = tmp_path / "events.sqlite3"
    path.write_bytes(b"no database, but long enough to be looked at as one" * 10)
    with pytest.raises(UserError, match="is damaged or no interview: file is not a database"):
        Log(path).events()


def test_a_log_of_another_version_is_refused(log):
    with sqlite3.connect(log.path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(UserError, match="was written by another version of gradkata"):
        log.events()


def test_two_who_write_at_once_both_get_through_and_decide_on_what_is_there(log):
    def add(_):
        log.change(lambda events: [Draft("step", {"seen": len(events)})], AT)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(12)))
    assert [event.data["seen"] for event in log.events()] == list(range(12))


_KILLED = """
    import os, signal, sys
    from pathlib import Path
    from gradkata.interview import log as log_module
    from gradkata.interview.clock import Instant
    from gradkata.interview.log import Draft, Log

    def decide(events):
        yield Draft("whole", {})
        yield Draft("part", {"text": "x" * 50_000})
        os.kill(os.getpid(), signal.SIGKILL)

    Log(Path(sys.argv[1])).change(decide, Instant(1.0))
"""


def test_kill_9_in_the_middle_of_a_step_leaves_what_was_before(log):
    log.change(lambda _: [Draft("before", {})], AT)
    killed = subprocess.run([sys.executable, "-c", textwrap.dedent(_KILLED), str(log.path)], check=False)
    assert killed.returncode == -9
    assert kinds(log) == ["before"]


def test_a_journal_that_was_left_behind_is_rolled_back(log, tmp_path):
    """What a lost power supply leaves in the middle of a commit: new pages in the file, old ones in the journal."""
    log.change(lambda _: [Draft("before", {})], AT)
    connection = sqlite3.connect(log.path, isolation_level=None)
    connection.execute("PRAGMA cache_size = 1")
    connection.execute("BEGIN IMMEDIATE")
    for _ in range(20):
        row = (1.0, "", 0.0, "part", "{}" + " " * 5000)
        connection.execute("INSERT INTO event (wall, boot, up, kind, data) VALUES (?, ?, ?, ?, ?)", row)
    copy = tmp_path / "copy.sqlite3"
    for suffix in ("", "-journal"):
        Path(f"{copy}{suffix}").write_bytes(Path(f"{log.path}{suffix}").read_bytes())
    connection.execute("ROLLBACK")
    connection.close()
    assert kinds(Log(copy)) == ["before"]
    Log(copy).change(lambda _: [Draft("after", {})], AT)
    assert kinds(Log(copy)) == ["before", "after"]
