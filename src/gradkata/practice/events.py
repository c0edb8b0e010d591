"""What `gradkata watch` waits for: saved files, keys and a new size of the window, all in one queue.

Files and keys are heard in threads of their own. `SimpleQueue.put` may be called from a signal handler too, whatever
the main thread is doing.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from types import FrameType, TracebackType
from typing import Self

_STEP = 20  # ms without a further change before a save counts as finished: editors write in more than one go
_DEBOUNCE = 200  # ms after which it counts as finished anyway
_STILL_THERE = 1000  # ms between looks whether the folder is the one that is watched
_AGAIN = 0.25  # seconds between looks for a folder that is gone


@dataclass(frozen=True, slots=True)
class Changed:
    """Files in the folder changed; the learner's, or any."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key was pressed."""

    name: str


@dataclass(frozen=True, slots=True)
class Resized:
    """The window has a new size, or is there again after a pause: draw anew."""


Event = Changed | Key | Resized


class Events:
    """Use as a context manager: the terminal is as it was before when it ends, however it ends.

    `keys`: listen to single keys on stdin, which then must be a terminal.
    """

    def __init__(self, folder: Path, wanted: Callable[[Path], bool], *, keys: bool) -> None:
        self._folder = folder
        self._wanted = wanted
        self._queue: SimpleQueue[Event] = SimpleQueue()
        self._stop = threading.Event()
        self._keys = keys
        self._asked_to_end: list[int] = []
        self._ending = contextlib.ExitStack()

    def wait(self, seconds: float) -> Event | None:
        """The next event, or `None` after so many seconds without one.

        Raises:
            KeyboardInterrupt, SystemExit: the program was interrupted, or asked to end.
        """
        try:
            event = self._queue.get(timeout=seconds)
        except Empty:
            event = None
        if self._asked_to_end:  # where the handler's exception went unheard: in a destructor, for one
            raise _ending(self._asked_to_end[0])
        return event

    def carry_on(self) -> None:
        """What was interrupted was something else: it is no reason to end."""
        self._asked_to_end.clear()

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as ending:
            ending.enter_context(_ends_in_order(self._asked_to_end))
            if self._keys:
                ending.enter_context(self._terminal())
            files = threading.Thread(target=self._files, name="gradkata-files", daemon=True)
            files.start()
            ending.callback(files.join, 2.0)
            ending.callback(self._stop.set)
            self._ending = ending.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.close()

    def _files(self) -> None:
        from watchfiles import watch

        polling = False
        while not self._stop.is_set():
            if not self._folder.is_dir():
                self._stop.wait(_AGAIN)
                continue
            self._queue.put(Changed())  # what happened before the watch began is looked at too
            try:
                watched = self._folder.stat().st_ino
                for changes in watch(
                    self._folder,
                    watch_filter=lambda _, path: self._wanted(Path(path)),
                    debounce=_DEBOUNCE,
                    step=_STEP,
                    stop_event=self._stop,
                    raise_interrupt=False,
                    rust_timeout=_STILL_THERE,
                    yield_on_timeout=True,
                    force_polling=polling,
                    poll_delay_ms=100,
                ):
                    if changes:
                        self._queue.put(Changed())
                    if self._folder.stat().st_ino != watched:
                        break  # a folder that was made anew is another one, and nobody watches it yet
            except FileNotFoundError:
                self._stop.wait(_AGAIN)
            except (OSError, RuntimeError):
                polling = True  # the system's own watching is not to be had, or its limit is reached
                self._stop.wait(_AGAIN)

    @contextlib.contextmanager
    def _terminal(self) -> Iterator[None]:
        """Keys one by one and without echo; Ctrl-C and Ctrl-Z stay what they are."""
        import termios
        import tty

        fd = sys.stdin.fileno()
        before = termios.tcgetattr(fd)
        out, into = os.pipe()

        def again(_number: int, _frame: FrameType | None) -> None:
            tty.setcbreak(fd, termios.TCSANOW)  # a shell may have changed it while we were stopped
            self._queue.put(Resized())

        def resized(_number: int, _frame: FrameType | None) -> None:
            self._queue.put(Resized())

        handlers = {signal.SIGCONT: again, signal.SIGWINCH: resized}
        old = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        reader = threading.Thread(target=self._read_keys, args=(fd, out), name="gradkata-keys", daemon=True)
        try:
            tty.setcbreak(fd, termios.TCSANOW)
            reader.start()
            yield
        finally:
            termios.tcsetattr(fd, termios.TCSADRAIN, before)
            for number, handler in old.items():
                signal.signal(number, handler)
            os.write(into, b".")
            reader.join(2.0)
            os.close(into)
            os.close(out)

    def _read_keys(self, fd: int, stopped: int) -> None:
        while True:
            ready, _, _ = select.select([fd, stopped], [], [])
            if stopped in ready:
                return
            try:
                data = os.read(fd, 64)
            except OSError:
                data = b""
            if not data:  # the terminal is gone
                self._queue.put(Key("q"))
                return
            if not data.startswith(b"\x1b"):  # an arrow or a function key is no letter
                for letter in data.decode("utf-8", "ignore"):
                    self._queue.put(Key(letter))


def _ending(number: int) -> BaseException:
    return KeyboardInterrupt() if number == signal.SIGINT else SystemExit(128 + number)


@contextlib.contextmanager
def _ends_in_order(asked: list[int]) -> Iterator[None]:
    """A request to end is noted in `asked` and becomes an exception, so that whatever is open is closed."""

    def end(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        raise _ending(number)

    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    # What is ignored (by `nohup`, or in a shell's background) stays ignored.
    heard = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]
    old = {number: signal.signal(number, end) for number in heard}
    try:
        yield
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)
