"""The user's interviews: a folder for each, and which of them is running."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gradkata.errors import UserError, nearest
from gradkata.interview.clock import Instant
from gradkata.interview.fold import go_on, read
from gradkata.interview.log import FILE_NAME, Draft, Event, Log
from gradkata.interview.record import Interview, State

_RUNNING = "running"
_KNOWN: dict[Path, tuple[int, Interview]] = {}
"""What was read before: events are only ever added, and the panel looks twice a second."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder with a folder for each interview, and a file `running` with the name of the one that runs."""

    folder: Path

    def names(self) -> list[str]:
        """All interviews, the oldest first."""
        if not self.folder.is_dir():
            return []
        return sorted(path.name for path in self.folder.iterdir() if (path / FILE_NAME).is_file())

    def log(self, name: str) -> Log:
        """The log of the interview with that name."""
        names = self.names()
        if name not in names:  # compared, not opened: a name such as `../x` never becomes a path
            raise UserError(f"there is no interview `{name}`{nearest(name, names)}")
        return Log(self.folder / name / FILE_NAME)

    def running(self) -> Log | None:
        """The log of the interview that is not finished yet, if there is one."""
        try:
            name = (self.folder / _RUNNING).read_text(encoding="utf-8").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise UserError(f"{self.folder / _RUNNING} cannot be read: {error.strerror}") from error
        if name not in self.names():
            return None
        log = self.log(name)
        return log if _state(log) in {State.RUNNING, State.PAUSED} else None

    def last(self) -> Log | None:
        """The interview that was begun last and is over."""
        logs = (self.log(name) for name in reversed(self.names()))
        return next((log for log in logs if _state(log) is State.FINISHED), None)

    def new(self, begun: Instant) -> tuple[str, Log]:
        """A new interview's name and empty log."""
        stem = datetime.fromtimestamp(begun.wall, UTC).strftime("%Y-%m-%d-%H%M")
        with _writable(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            number = 1
            while True:
                name = stem if number == 1 else f"{stem}-{number}"
                try:
                    (self.folder / name).mkdir()
                except FileExistsError:
                    number += 1
                    continue
                return name, Log.create(self.folder / name / FILE_NAME)

    def claim(self, name: str) -> None:
        """Make the interview the one that runs.

        Raises:
            UserError: another one was begun in the same moment, or the folder cannot be written.
        """
        pointer = self.folder / _RUNNING
        with _writable(self.folder):
            if self.running() is None:
                pointer.unlink(missing_ok=True)  # of one that is over, or that was cut off here
            try:
                with pointer.open("x", encoding="utf-8") as file:
                    file.write(name + "\n")
            except FileExistsError:
                raise UserError("an interview is running already; look at it with `status`") from None

    def release(self) -> None:
        """No interview is running any more; if this is cut off, `running` sees that the interview is over."""
        with _writable(self.folder):
            (self.folder / _RUNNING).unlink(missing_ok=True)


def interview_of(log: Log) -> Interview:
    """The interview that a log tells.

    Raises:
        UserError: it holds none, because it was cut off as it began.
    """
    number, interview = _KNOWN.get(log.path, (0, None))
    interview = _keep(log, interview, log.events(after=number))
    if interview is None:
        raise UserError(f"{log.path.parent.name} was cut off before it began; begin another one")
    return interview


def step(log: Log, decide: Callable[[Interview], Sequence[Draft]], at: Instant) -> Interview:
    """The interview after a step: what `decide` makes of it as it stands, on the disk.

    Raises:
        UserError: the disk refuses, or `decide` does; then nothing was added.
    """
    interview_of(log)  # now it is known
    number, before = _KNOWN[log.path]
    events = log.change(lambda new: decide(go_on(before, new)), at, after=number)
    return _keep(log, before, events) or before


def _keep(log: Log, interview: Interview | None, events: Sequence[Event]) -> Interview | None:
    """The interview after more events, kept for the next time."""
    if not events:
        return interview
    after = read(events) if interview is None else go_on(interview, events)
    _KNOWN[log.path] = (events[-1].number, after)
    return after


def _state(log: Log) -> State | None:
    """How the interview stands; `None` if it was cut off as it began."""
    events = log.events()
    return read(events).state if events else None


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        mend = "mend that, or name another folder in GRADKATA_STATE"
        raise UserError(f"{folder}, which keeps interviews, cannot be written: {error.strerror}; {mend}") from error
