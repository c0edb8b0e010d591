"""Holds an interview over and over, each time killed at another moment, and looks at what is left.

Run by test_kill.py in a process of its own, because it forks: python killed.py KIT FOLDER
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import SimpleNamespace

from gradkata.content import Kit
from gradkata.interview import log as log_module
from gradkata.interview.begin import begin
from gradkata.interview.clock import now
from gradkata.interview.desk import Desk, place_of
from gradkata.interview.plan import named
from gradkata.interview.record import State
from gradkata.interview.shelf import Shelf, interview_of

KIT = Kit(Path(sys.argv[1]))
FOLDER = Path(sys.argv[2])
WATCHED = ("begin.py", "shelf.py", "workspace.py")
REPORT = {"verdict": "passed", "points": 1, "max_points": 1, "fault": "", "diagnosis": [], "checks": [], "output": ""}


def quick(address: str, connect=log_module.connect):
    """Without waiting for the disk: what a killed process has written is there all the same."""
    connection = connect(address)
    connection.execute("PRAGMA synchronous = OFF")
    return connection


log_module.connect = quick


def grade(*_):
    return SimpleNamespace(model_dump=lambda **_: REPORT)


def hold(shelf: Shelf) -> None:
    desk = begin(shelf, KIT, named(KIT, ["scale", "add"]), minutes=30, seed=1, clock=now)
    desk.ask("may the list be empty?")
    place_of(desk.look().interview).file.write_text("def scale(): ...\n")
    desk.check(grade)
    desk.hint()
    desk.answer("because")
    desk.tick([1], "candidate")
    desk.mark(0, "clarifying", 0, on=True)
    desk.pause()
    desk.resume()
    desk.next()
    place_of(desk.look().interview).file.write_text("def add(): ...\n")
    desk.finish(grade)
    shelf.release()


def dies_at(moment: int, shelf: Shelf) -> None:
    """Hold an interview and die at this moment: a statement that writes, or a call in one of the modules."""
    left = moment

    def count(statement: str = "") -> None:
        nonlocal left
        if statement.startswith(("SELECT", "PRAGMA")):
            return  # what only reads leaves nothing
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def profile(frame, event, _):
        if event == "call" and frame.f_code.co_filename.endswith(WATCHED):
            count()

    connect = log_module.connect  # the one that does not wait for the disk

    def watched(address):
        connection = connect(address)
        connection.set_trace_callback(count)
        return connection

    log_module.connect = watched
    sys.setprofile(profile)
    hold(shelf)


def kinds(shelf: Shelf) -> list[str]:
    (name,) = shelf.names()
    return [event.kind for event in shelf.log(name).events()]


def look_at_what_is_left(shelf: Shelf, whole: list[str]) -> None:
    if shelf.names():
        left = kinds(shelf)
        assert left == whole[: len(left)], left
    log = shelf.running()
    if log is not None:
        desk = Desk(log, now)
        desk.look()
        assert place_of(interview_of(log)).file.is_file()
        assert desk.finish(grade).state is State.FINISHED
        shelf.release()
    again = begin(shelf, KIT, named(KIT, ["add"]), minutes=30, seed=1, clock=now)
    assert shelf.running() == again.log


def main() -> None:
    hold(Shelf(FOLDER / "whole"))
    whole = kinds(Shelf(FOLDER / "whole"))
    moment = 1
    while True:
        moment += 3  # every third one: a step has several
        shelf = Shelf(FOLDER / str(moment))
        child = os.fork()
        if not child:
            try:
                dies_at(moment, shelf)
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            break  # it got to the end before the moment came
        assert os.WTERMSIG(status) == signal.SIGKILL
        look_at_what_is_left(shelf, whole)
    sys.stdout.write(f"{moment}\n")


main()
