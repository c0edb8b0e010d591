"""The store: nothing is lost, and a store that fails costs one line."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from gradkata.content import Kit
from gradkata.errors import UserError
from gradkata.practice.attempt import STUB, Attempt, KindPoints, NamedMistake, kit_name
from gradkata.practice.database import MIGRATIONS, VERSION
from gradkata.practice.store import Store
from gradkata.report import model

REPORT = {
    "verdict": "failed",
    "points": 9.0,
    "max_points": 12.0,
    "seconds": 0.5,
    "seed": 3,
    "checks": [
        {"kind": "parity", "points": 4.0, "max_points": 4.0},
        {"kind": "parity", "points": 0.0, "max_points": 3.0},
        {"kind": "ordering", "points": 5.0, "max_points": 5.0},
    ],
    "diagnosis": [{"mistake": "twice", "title": "Walked twice.", "explanation": "..."}],
}


@pytest.fixture
def scale(make_kit):
    return Kit(make_kit("scale")).exercise("scale")


def test_an_attempt_is_kept_with_all_that_the_report_says(store, scale):
    assert store.record(Attempt.of(scale, REPORT, "x = 1\n", origin="check"))
    (kept,) = store.attempts(kit_name(scale), "scale")
    assert (kept.source, kept.verdict, kept.points, kept.max_points) == ("x = 1\n", "failed", 9.0, 12.0)
    assert (kept.seconds, kept.seed, kept.origin, kept.hints, kept.answers_seen) == (0.5, 3, "check", 0, False)
    assert kept.mistakes == (NamedMistake("twice", "Walked twice."),)
    assert kept.kinds == (KindPoints("parity", 4.0, 7.0), KindPoints("ordering", 5.0, 5.0))


def test_an_attempt_knows_the_hints_and_whether_the_answers_were_seen(store, scale):
    store.give_hint(scale, 2)
    store.show_answers(scale)
    store.record(Attempt.of(scale, {**REPORT, "verdict": "passed"}, "a", origin="check"))
    store.record(Attempt.of(scale, {**REPORT, "verdict": "passed"}, "b", origin="check"))
    newest, first = store.attempts(kit_name(scale), "scale")
    assert (first.hints, first.answers_seen) == (2, True)
    assert (newest.hints, newest.answers_seen) == (2, False)  # since the pass before, they were not


def test_an_untouched_stub_is_no_attempt(store, attempt):
    assert STUB == model.STUB  # which needs pydantic, and `list` does without
    assert not store.record(attempt(mistakes=("stub",)))
    assert not store.path.exists()


def test_the_own_kit_has_one_name_wherever_it_is_installed(scale):
    from gradkata.content import find_kit

    assert kit_name(find_kit().exercises()[0]) == ""
    assert kit_name(scale) == str(scale.root)


def test_the_best_attempt_is_that_with_the_best_verdict_and_points(store, attempt):
    for one in (attempt(points=9.0), attempt("passed", points=8.0, after=1), attempt("passed", points=7.0, after=2)):
        store.record(one)
    standing = store.standings("")["scale"]
    (best,) = store.attempts_by_row([standing.best])
    assert (standing.tries, best.points, best.verdict) == (3, 8.0, "passed")
    assert (standing.last_passed - standing.first_passed).days == 1


def test_what_was_not_judged_is_kept_and_is_no_try(store, attempt):
    store.record(attempt("not_judged"))
    assert len(store.attempts("", "scale")) == 1
    assert store.standings("") == {}


def test_a_source_that_is_attempted_again_is_kept_once(store, attempt):
    for day in range(3):
        store.record(attempt(after=day, source="the same"))
    assert store.rows("SELECT count(*) FROM source") == [(1,)]


def test_reading_makes_no_file(store, scale):
    assert store.standings("") == {}
    assert store.hints_given(scale) == 0
    assert not store.path.parent.exists()


def test_hints_of_earlier_versions_are_taken_over_once(store, scale):
    store.path.parent.mkdir()
    old = store.path.with_name("hints.json")
    old.write_text(json.dumps({f"{scale.root}::scale": 2, "broken": "x"}))
    assert store.hints_given(scale) == 2
    store.give_hint(scale, 3)
    assert store.hints_given(scale) == 3
    assert not old.exists()


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from gradkata.practice.attempt import Attempt
from gradkata.practice.store import Store
store = Store(Path(sys.argv[1]))
for number in range(int(sys.argv[2])):
    attempt = Attempt("", "scale", datetime.now(UTC), "check", f"{sys.argv[3]} {number}", "failed", 1, 2, 0.1, number)
    assert store.record(attempt)
    print(number, flush=True)
"""


def writer(store, count, name):
    command = [sys.executable, "-c", WRITER, str(store.path), str(count), name]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_two_terminals_at_once_lose_nothing(store):
    writers = [writer(store, 40, name) for name in "ab"]
    assert [one.wait(60) for one in writers] == [0, 0]
    for one in writers:
        one.stdout.close()
    assert len(store.attempts("", "scale")) == 80
    assert store.standings("")["scale"].tries == 80
    assert sum(store.days("").values()) == 80


def test_a_program_killed_while_it_writes_leaves_whole_attempts(store, attempt, said):
    process = writer(store, 100_000, "a")
    kept = 0
    for line in process.stdout:
        kept = int(line) + 1
        if kept == 50:
            os.kill(process.pid, signal.SIGKILL)
            break
    kept += len(process.stdout.readlines())
    process.wait(60)
    process.stdout.close()
    assert store.record(attempt())
    count = len(store.attempts("", "scale"))
    assert count in {kept + 1, kept + 2}  # one may have been kept that it could not tell of any more
    assert store.standings("")["scale"].tries == sum(store.days("").values()) == count
    assert store.rows("PRAGMA integrity_check") == [("ok",)]
    assert said == []


@pytest.mark.parametrize("damage", ["no database", "pages"])
def test_a_damaged_file_is_set_aside_and_never_overwritten(store, attempt, said, damage):
    if damage == "pages":
        for number in range(30):
            store.record(attempt(after=number))
        data = bytearray(store.path.read_bytes())
        data[4096:] = b"\xab" * (len(data) - 4096)
        store.path.write_bytes(data)
        store.path.with_name(store.path.name + "-wal").unlink(missing_ok=True)
    else:
        store.path.parent.mkdir()
        store.path.write_text("not a database at all, but long enough to be looked at as one " * 20)
    spoiled = store.path.read_bytes()
    assert store.record(attempt())
    kept = store.path.with_name("progress.sqlite3.damaged-1")
    assert kept.read_bytes() == spoiled
    assert said == [f"{store.path} is damaged: it is kept as {kept.name}, and the progress begins anew"]
    assert len(store.attempts("", "scale")) == 1


def test_a_file_of_a_newer_version_is_set_aside(store, attempt, said):
    store.record(attempt())
    with sqlite3.connect(store.path) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()
    assert store.attempts("", "scale") == []
    kept = store.path.with_name("progress.sqlite3.newer-1")
    assert said == [
        f"{store.path} was written by a newer gradkata: it is kept as {kept.name}, and the progress begins anew"
    ]
    assert kept.is_file()


def test_a_second_file_that_is_set_aside_gets_a_name_of_its_own(store, attempt, said):
    for _ in range(2):
        store.path.parent.mkdir(exist_ok=True)
        store.path.write_text("spoiled " * 100)
        store.record(attempt())
    names = sorted(path.name for path in store.path.parent.glob("*.damaged-?"))
    assert names == ["progress.sqlite3.damaged-1", "progress.sqlite3.damaged-2"]


def test_an_older_layout_is_brought_up_to_date(tmp_path, monkeypatch, attempt):
    from gradkata.practice import database

    store = Store(tmp_path / "progress.sqlite3")
    store.record(attempt())
    monkeypatch.setattr(database, "MIGRATIONS", (*MIGRATIONS, "CREATE TABLE later (x)"))
    monkeypatch.setattr(database, "VERSION", VERSION + 1)
    assert store.record(attempt(after=1))
    assert store.rows("SELECT count(*) FROM later") == [(0,)]
    assert len(store.attempts("", "scale")) == 2


def test_where_nothing_can_be_written_it_is_said_in_one_line(tmp_path, attempt, said):
    (tmp_path / "file").write_text("a file where a folder should be")
    store = Store(tmp_path / "file" / "progress.sqlite3", said.append)
    assert not store.record(attempt())
    assert said == [
        f"{store.path}: cannot be written (a file stands where its folder should be), this attempt is not kept"
    ]


READER = """
import os, sys
from pathlib import Path
from gradkata.practice.store import Store
if os.getuid() == 0:
    os.setuid(65534)  # root may write everywhere
print(len(Store(Path(sys.argv[1])).attempts("", "scale")))
"""


def test_a_store_that_may_only_be_read_can_be_read(attempt, said):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = Store(folder / "progress.sqlite3", said.append)
        store.record(attempt())
        folder.chmod(0o555)
        try:
            command = [sys.executable, "-c", READER, str(store.path)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        finally:
            folder.chmod(0o755)
    assert (done.stdout, done.stderr) == ("1\n", "")


def test_a_full_disk_costs_one_line_and_no_earlier_attempt(store, attempt):
    store.record(attempt())
    program = """
import resource, sys
from pathlib import Path
from gradkata.practice.store import Store
from gradkata.practice.attempt import Attempt
from datetime import UTC, datetime
path = Path(sys.argv[1])
size = path.stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
source = "x" * 4_000_000
print(Store(path).record(Attempt("", "scale", datetime.now(UTC), "check", source, "failed", 1, 2, 0.1, 3)))
"""
    command = [sys.executable, "-c", program, str(store.path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "False\n")
    assert done.stderr.startswith(f"gradkata: {store.path}: cannot be written (")
    assert done.stderr.endswith("), this attempt is not kept\n")
    assert done.stderr.count("\n") == 1
    assert store.record(attempt(after=1))
    assert len(store.attempts("", "scale")) == 2


def test_a_store_that_cannot_be_read_is_one_line(store, attempt):
    store.record(attempt())
    with sqlite3.connect(store.path) as connection:
        connection.execute("DROP TABLE standing")
    connection.close()
    with pytest.raises(UserError, match="the progress cannot be read") as caught:
        store.standings("")
    assert "\n" not in caught.value.message


def test_writers_in_threads_wait_for_each_other(store, attempt):
    threads = [threading.Thread(target=store.record, args=(attempt(after=number),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.standings("")["scale"].tries == 8


def test_a_transaction_that_fails_leaves_nothing(store, attempt):
    from gradkata.practice.rows import insert

    def fails() -> None:
        with store.writing() as connection:
            insert(connection, attempt())
            connection.execute("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(UserError, match="cannot be written"):
        fails()
    assert store.attempts("", "scale") == []
