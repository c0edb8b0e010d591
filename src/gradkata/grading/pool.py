"""A pool of grader processes that is a `concurrent.futures.Executor`.

The standard library's process pool is broken for good when one of its processes dies. A pool that grades strangers'
files overnight replaces the process and asks another one for the same work.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import queue
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar

from gradkata.grading.nursery import CAN_FORK, CONTEXT, Forked, Nursery, Shared

_P = ParamSpec("_P")
_T = TypeVar("_T")
_ATTEMPTS = 2
_Process = multiprocessing.process.BaseProcess | Forked


class ProcessDied(Exception):
    """The processes that were to do the work died over it."""


@dataclass(frozen=True, slots=True)
class _Work:
    future: Future[Any]
    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


class ProcessPool(Executor):
    """Calls functions in `size` processes of its own; one that dies is replaced, and its work tried once more.

    Functions, arguments, results and exceptions are pickled. Each process is started when there is work for it. What
    `prepare` makes they share, where processes can be forked.
    """

    def __init__(self, size: int, prepare: Callable[[], Shared] | None = None) -> None:
        self.size = size
        self._nursery = Nursery(prepare, _answer) if prepare is not None and CAN_FORK else None
        self._queue: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._processes: set[_Process] = set()
        self._closed = self._cancelled = False
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(size)]
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Queue a call.

        Raises:
            RuntimeError: the pool is shut down.
        """
        if self._closed:
            raise RuntimeError("the pool is shut down")
        future: Future[_T] = Future()
        self._queue.put(_Work(future, fn, args, kwargs))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more work. With `cancel_futures`, what is queued is dropped and what runs is ended at once."""
        first, self._closed = not self._closed, True
        if cancel_futures:
            with self._lock:
                self._cancelled = True
                for process in self._processes:
                    process.kill()
                if self._nursery is not None:
                    self._nursery.kill()
            with contextlib.suppress(queue.Empty):
                while True:
                    work = self._queue.get_nowait()
                    if work is not None and work.future.cancel():
                        work.future.set_running_or_notify_cancel()  # whoever waits for it is told
            first = True
        if first:
            for _ in self._threads:
                self._queue.put(None)
        if wait:
            for thread in self._threads:
                thread.join()
            if self._nursery is not None:
                self._nursery.close()

    def _serve(self) -> None:
        """One thread's life: it owns one process at a time."""
        channel: Connection | None = None
        process: _Process | None = None
        try:
            while (work := self._queue.get()) is not None:
                if not work.future.set_running_or_notify_cancel():
                    continue
                for attempt in range(_ATTEMPTS):
                    try:
                        if channel is None or process is None:
                            channel, process = self._start()
                        _ask(channel, work)
                        break
                    except (EOFError, OSError) as error:
                        self._end(channel, process)
                        channel = process = None
                        if attempt + 1 == _ATTEMPTS or self._cancelled:
                            work.future.set_exception(ProcessDied(f"the grader's process died ({error!r})"))
                            break
        finally:
            self._end(channel, process)

    def _start(self) -> tuple[Connection, _Process]:
        if self._nursery is not None:
            with contextlib.suppress(EOFError, OSError):
                channel, forked = self._nursery.start()
                with self._lock:
                    self._processes.add(forked)
                    if self._cancelled:
                        forked.kill()
                return channel, forked
        ours, theirs = CONTEXT.Pipe()
        process = CONTEXT.Process(target=_answer, args=(theirs,), daemon=True)
        with self._lock:
            if self._cancelled:
                raise EOFError("shut down")
            process.start()
            self._processes.add(process)
        theirs.close()
        return ours, process

    def _end(self, channel: Connection | None, process: _Process | None) -> None:
        """Hang up; a process that stays nevertheless is killed."""
        if channel is not None:
            channel.close()
        if process is not None:
            process.join(timeout=10)
            with self._lock:
                self._processes.discard(process)
                if process.exitcode is None:
                    process.kill()
            process.join()


def _ask(channel: Connection, work: _Work) -> None:
    try:
        channel.send((work.function, work.args, work.kwargs))
    except (EOFError, OSError):
        raise
    except Exception as error:  # noqa: BLE001  (what cannot be pickled is the caller's)
        work.future.set_exception(error)
        return
    good, value = channel.recv()
    if good:
        work.future.set_result(value)
    else:
        work.future.set_exception(value)


def _answer(channel: Connection) -> None:
    """The process: answers calls until the pool hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the pool decides what it means
    with contextlib.suppress(EOFError, OSError):
        while True:
            function, args, kwargs = channel.recv()
            try:
                answer: tuple[bool, Any] = (True, function(*args, **kwargs))
            except Exception as error:  # noqa: BLE001  (it is raised where the result is asked for)
                answer = (False, error)
            try:
                channel.send(answer)
            except OSError:
                raise
            except Exception as error:  # noqa: BLE001  (an exception or a result that cannot be pickled)
                channel.send((False, RuntimeError(f"{type(answer[1]).__name__} cannot be sent back: {error}")))


class Here(Executor):
    """Calls functions in this process, as soon as they are submitted."""

    size = 1

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Call the function now. Only what is no `Exception`, such as Ctrl-C, is raised here."""
        future: Future[_T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  (as other executors do)
            future.set_exception(error)
        return future
