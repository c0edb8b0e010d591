"""`gradkata watch`: the verdict each time a file is saved."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gradkata.cli.hint import next_hint
from gradkata.cli.latest import was_edited
from gradkata.cli.listing import MAX_WIDTH, states, table
from gradkata.cli.output import console, markdown, program, say, short
from gradkata.cli.reset import put_back
from gradkata.cli.settings import settings_of
from gradkata.cli.solution import show_answers
from gradkata.content import Exercise, Kit
from gradkata.errors import UserError
from gradkata.practice.attempt import Attempt
from gradkata.practice.store import Store

if TYPE_CHECKING:
    from rich.console import Console

    from gradkata.grading.grader import Grader
    from gradkata.practice.events import Events
    from gradkata.report.model import Report

_LOOK = 1.0  # seconds between looks at the file itself: not every file system tells of changes
_KEYS = "h hint  n next  l list  s solution  r reset  b bench  q quit"
_BENCH = "from gradkata.cli import main; main()"
_Drawing = Callable[["Console"], None]


def command(
    context: typer.Context,
    exercise_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="The exercise; without one, the first that is not solved.")
    ] = None,
) -> None:
    """Check your answer each time you save it; one exercise after another."""
    kit = settings_of(context).kit()
    exercises = kit.exercises()
    if not exercises:
        raise UserError(f"{kit.root} has no exercises")
    chosen = None if exercise_id is None else kit.exercise(exercise_id)
    from gradkata.grading.example import NO_GRADERS, is_graded_here
    from gradkata.practice.events import Events

    if not is_graded_here(exercises[0] if chosen is None else chosen):
        raise UserError(NO_GRADERS)
    keys = sys.stdin.isatty() and sys.stdout.isatty() and _can_read_keys()
    ours = {exercise.stub_path.name for exercise in exercises}
    folder = (kit.learner or kit.root) / "exercises"
    with Events(folder, lambda path: path.name in ours, keys=keys) as events:
        say("starting the grader ...")
        from gradkata.grading.grader import Grader

        with Grader(kit, tell=say) as grader:
            _Watch(kit, exercises, grader, events, keys=keys).run(chosen)


def _can_read_keys() -> bool:
    try:
        import termios  # noqa: F401
    except ImportError:
        return False
    return True


class _Watch:
    """What is on the screen, and what an event makes of it. Without keys, everything goes line by line."""

    def __init__(self, kit: Kit, exercises: list[Exercise], grader: Grader, events: Events, *, keys: bool) -> None:
        self._exercises = exercises
        self._grader = grader
        self._events = events
        self._keys = keys
        self._notes: list[str] = []
        self._store = Store.of_user(self._notes.append if keys else lambda line: say(f"gradkata: {line}"))
        self._solved = {name for name, state in states(exercises).items() if state == "solved"}
        self._current = self._next_of(exercises[-1]) or exercises[0]
        self._on_screen = self._current  # once it is solved, `_current` is the next one already
        self._arguments = ["--kit", str(kit.root)] if kit.learner is None else []
        self._seen: dict[str, tuple[int, int, int] | None] = {
            exercise.id: _signature(exercise.stub_path) for exercise in exercises
        }
        self._last = {name: signature for name, signature in self._seen.items() if signature is not None}
        self._drawing: _Drawing = self._start
        self._asking = False

    def run(self, chosen: Exercise | None) -> None:
        """Until the key q, or an interrupt; begins with `chosen`, or with the first that is not solved."""
        from gradkata.practice.events import Changed, Key

        self._current = chosen or self._current
        if was_edited(self._current, self._current.stub_path):
            self._check(self._current, known=True)
        elif self._current.id in self._solved and self._next_of(self._current) is None:
            self._show(self._all_solved)
        else:
            self._show(self._start)
        while True:
            event = self._events.wait(_LOOK)
            if event is None or isinstance(event, Changed):
                self._look()
            elif isinstance(event, Key):
                if not self._asking and event.name in {"q", "Q", "\x04"}:
                    return
                self._press(event.name.lower())
            else:
                self._show(self._drawing)

    def _look(self) -> None:
        """Check every file that is not what it was when it was seen last."""
        for exercise in self._exercises:
            path = exercise.stub_path
            signature = _signature(path)
            if signature == self._seen[exercise.id]:
                continue
            self._seen[exercise.id] = signature
            came_back = signature == self._last.get(exercise.id)  # moved away and back: not saved anew
            if signature is None:
                if exercise == self._current:
                    self._say(f"{short(path)} is gone: waiting until it is there again.")
                continue
            self._last[exercise.id] = signature
            if came_back and exercise != self._current:
                continue
            if was_edited(exercise, path):
                self._check(exercise, known=came_back)
            elif exercise == self._current:
                self._show(self._start)

    def _check(self, exercise: Exercise, *, known: bool = False) -> None:
        from gradkata.grading.submission import Submission
        from gradkata.report.terminal import render

        self._current = self._on_screen = exercise
        try:
            submission = Submission.read(exercise.stub_path)
            report = self._grader.grade(exercise, submission)
        except UserError as error:  # deleted or made unreadable meanwhile, or a grader that does not start
            self._say(error.message)
            return
        if report.passed:
            self._solved.add(exercise.id)
        following = self._next_of(exercise) if report.passed else None
        self._current = following or exercise

        def draw(out: Console) -> None:
            render(report, out)
            out.print()
            if following is not None:
                out.print(f"Solved. Next: {following.id}, {following.title}", style="bold")
                how = "The key n shows its question; edit" if self._keys else "Edit"
                out.print(f"{how} {short(following.stub_path)}", soft_wrap=True)
            elif report.passed:
                self._all_solved(out)

        self._show(draw, before_foot=lambda: self._remember(exercise, report, submission.source, known=known))

    def _remember(self, exercise: Exercise, report: Report, source: str, *, known: bool) -> None:
        attempt = Attempt.of(exercise, report, source, origin="watch")
        if not known or not self._is_known(attempt):
            self._store.record(attempt)

    def _is_known(self, attempt: Attempt) -> bool:
        """Whether the same source was graded last: looking at it again is no attempt."""
        try:
            last = self._store.attempts(attempt.kit, attempt.exercise, limit=1)
        except UserError:
            return False
        return bool(last) and last[0].source == attempt.source

    def _press(self, key: str) -> None:
        exercise = self._current
        if self._asking:
            self._asking = False
            lines = put_back(exercise) if key == "y" else ["Nothing was changed."]
            self._seen[exercise.id] = _signature(exercise.stub_path)
            self._say(*lines)
        elif key == "h":
            self._once(lambda out: next_hint(exercise, out, self._store))
        elif key == "n":
            self._move_on()
        elif key == "l":
            lines = list(table(self._exercises, states(self._exercises), min(console().width, MAX_WIDTH)))
            self._say(*lines)
        elif key == "s":
            shown = self._on_screen
            if was_edited(shown, shown.stub_path):
                self._once(lambda out: show_answers(shown, out, self._store))
            else:
                self._say("Try first: the answers are shown once you have edited the file.")
        elif key == "r":
            self._asking = True
            self._say(f"Replace {short(exercise.stub_path)} by the stub? A backup is kept. [y/N]")
        elif key == "b":
            self._bench(self._on_screen)

    def _move_on(self) -> None:
        following = self._next_of(self._current) if self._current == self._on_screen else self._current
        if following is None:
            self._show(self._all_solved)
            return
        self._current = self._on_screen = following
        if was_edited(following, following.stub_path):
            self._check(following, known=True)
        else:
            self._show(self._start)

    def _next_of(self, exercise: Exercise) -> Exercise | None:
        """The next that is not solved, beginning again at the first."""
        index = self._exercises.index(exercise) + 1
        for one in (*self._exercises[index:], *self._exercises[:index]):
            if one.id not in self._solved and one != exercise:
                return one
        return None if exercise.id in self._solved else exercise

    def _bench(self, exercise: Exercise) -> None:
        """In a process of its own: it may be interrupted without ending the watch."""
        import subprocess

        self._show(lambda out: out.print(f"Timing {exercise.id}; Ctrl-C ends it."))
        command = [sys.executable, "-c", _BENCH, *self._arguments, "bench", exercise.id]
        try:
            subprocess.run(command, check=False)
        except KeyboardInterrupt:
            self._events.carry_on()
            say("interrupted")
        self._foot(console())

    def _once(self, drawing: _Drawing) -> None:
        """Draws what counts each time: drawn anew, it is what was drawn before."""
        out = console(width=MAX_WIDTH)
        try:
            with out.capture() as captured:
                drawing(out)
        except UserError as error:
            text = error.message
        else:
            text = captured.get()
        from rich.text import Text

        self._show(lambda again: again.print(Text.from_ansi(text)))

    def _say(self, *lines: str) -> None:
        self._show(lambda out: out.print("\n".join(lines), soft_wrap=True))

    def _show(self, drawing: _Drawing, before_foot: Callable[[], None] | None = None) -> None:
        """Draws; what is done before the foot is seen to be done by who sees the keys, and delays no verdict."""
        self._drawing = drawing
        out = console()
        if self._keys:
            out.clear()
        drawing(out)
        sys.stdout.flush()
        if before_foot is not None:
            before_foot()
        self._foot(out)

    def _foot(self, out: Console) -> None:
        for note in self._notes:
            out.print(f"gradkata: {note}", soft_wrap=True)
        self._notes.clear()
        if self._keys:
            place = self._exercises.index(self._current) + 1
            out.print()
            done = f"{len(self._solved)} of {len(self._exercises)} solved"
            out.print(f"{self._current.id} ({place} of {len(self._exercises)}), {done}", style="bold", soft_wrap=True)
            out.print(_KEYS, soft_wrap=True)
        sys.stdout.flush()

    def _start(self, out: Console) -> None:
        exercise = self._on_screen = self._current
        path = exercise.stub_path
        out.print(f"{exercise.id}: {exercise.title}", style="bold", soft_wrap=True)
        out.print()
        if self._keys:
            out.print(markdown(exercise.parsed_card().section("Question")))
            out.print()
        if path.is_file():
            out.print(f"Edit {short(path)} and save it: the verdict comes here.", soft_wrap=True)
            out.print(f"The whole question: {program()} show {exercise.id}", soft_wrap=True)
        else:
            out.print(f"{short(path)} is not there: {program()} reset {exercise.id} writes it.", soft_wrap=True)

    def _all_solved(self, out: Console) -> None:
        count = len(self._exercises)
        out.print(f"All {count} exercises are solved.", style="bold")
        out.print(f"{program()} review asks again what you might forget; {program()} progress shows the way here.")


def _signature(path: Path) -> tuple[int, int, int] | None:
    """What changes when a file is saved, in place or by renaming another onto it; `None` where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_size, status.st_ino)
