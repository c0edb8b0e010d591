"""Starts the processes of a pool: what all of them need is prepared once, and each is forked from there.

To import PyTorch takes longer than to grade ten submissions. Where processes cannot be forked and watched (that takes
Linux 5.3), or where preparing fails, the pool starts each of its processes afresh.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import select
import signal
import sys
import threading
import weakref
from collections.abc import Callable
from contextlib import AbstractContextManager
from multiprocessing import reduction
from multiprocessing.connection import Connection
from typing import Protocol

from gradkata.errors import UserError

CONTEXT = multiprocessing.get_context("spawn")  # a fork would share the caller's threads
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
CAN_FORK = sys.platform == "linux" and hasattr(os, "pidfd_open")


class Shared(Protocol):
    """What the processes of a pool share."""

    def before_fork(self) -> None:
        """Make what the next one gets."""

    def after_fork(self) -> None:
        """In the process that forked: let go of what that one got."""

    def in_child(self) -> AbstractContextManager[None]:
        """In the process that was forked: take what is for it, as long as the block is not left."""


class Forked:
    """A process that somebody else forked. It cannot be mistaken for a later one of the same number."""

    def __init__(self, pid: int) -> None:
        """Watch the process. OSError: it is gone."""
        self._descriptor = os.pidfd_open(pid)
        weakref.finalize(self, os.close, self._descriptor)

    @property
    def exitcode(self) -> int | None:
        """None as long as it runs."""
        return 0 if self._ended(0) else None

    def join(self, timeout: float | None = None) -> None:
        """Wait for its end."""
        self._ended(timeout)

    def kill(self) -> None:
        """End it."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._descriptor, signal.SIGKILL)

    def _ended(self, timeout: float | None) -> bool:
        return bool(select.select([self._descriptor], [], [], timeout)[0])


class Nursery:
    """Starts processes that run `answer` with a channel, after `prepare` was called once for all of them."""

    def __init__(self, prepare: Callable[[], Shared], answer: Callable[[Connection], None]) -> None:
        self._prepare, self._answer = prepare, answer
        self._lock = threading.Lock()
        self._process: multiprocessing.process.BaseProcess | None = None
        self._channel: Connection | None = None

    def start(self) -> tuple[Connection, Forked]:
        """A new process, and the channel to it.

        Raises:
            EOFError, OSError: preparing failed, or the process that does it is gone.
        """
        with self._lock:
            if self._channel is None:
                self._channel, theirs = CONTEXT.Pipe()
                self._process = CONTEXT.Process(target=_serve, args=(theirs, self._prepare, self._answer), daemon=True)
                self._process.start()
                theirs.close()
            ours, theirs = CONTEXT.Pipe()
            assert self._process is not None
            assert self._process.pid is not None
            with theirs:
                reduction.send_handle(self._channel, theirs.fileno(), self._process.pid)
            return ours, Forked(self._channel.recv())

    def kill(self) -> None:
        """End the process that forks, and with it whoever waits for it; those that it has forked stay."""
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """Hang up."""
        with self._lock:
            if self._channel is not None:
                self._channel.close()
            if self._process is not None:
                self._process.join()


def _serve(channel: Connection, prepare: Callable[[], Shared], answer: Callable[[Connection], None]) -> None:
    """The process that forks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the pool decides what it means
    os.environ.update(_ONE_THREAD)  # a process with threads cannot be forked safely
    try:
        prepared = prepare()
    except UserError:  # said by whoever is asked to do the work instead
        return
    gc.collect()
    gc.freeze()
    children: set[int] = set()
    with contextlib.suppress(EOFError, OSError):
        while True:
            handle = reduction.recv_handle(channel)
            prepared.before_fork()
            pid = os.fork()
            if pid == 0:
                try:
                    channel.close()
                    with prepared.in_child(), Connection(handle) as to_pool:
                        answer(to_pool)
                finally:
                    os._exit(0)
            prepared.after_fork()
            os.close(handle)
            children.add(pid)
            channel.send(pid)
            children -= {child for child in children if os.waitpid(child, os.WNOHANG)[0]}
    os._exit(0)  # nothing is left to do, and whoever waits need not wait until Python has taken PyTorch apart
