"""The judge's end of a control socket: to the zygote, or to a stage that it forked."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Sequence

from gradkata.protocol import frames
from gradkata.protocol.frames import FrameReader, Header

_STAGE_LIMIT = 20.0


class Line:
    """A process that forks others on request.

    Attributes:
        control: its socket.
    """

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self._lost = False
        self._reader = FrameReader()

    @property
    def lost(self) -> bool:
        """Whether it has hung up, or does not answer any more."""
        if not self._lost:
            try:
                self._lost = not self.control.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
            except BlockingIOError:
                pass
            except OSError:
                self._lost = True
        return self._lost

    def give_up(self) -> None:
        """It does not answer: nothing more is asked of it."""
        self._lost = True

    def ask(self, header: Header, descriptors: Sequence[int] = ()) -> None:
        """Send a request; a process that is gone shows in `lost`."""
        try:
            socket.send_fds(self.control, [frames.pack(header)], list(descriptors))
        except OSError:
            self._lost = True

    def receive(self, limit: float) -> Header:
        """The next frame, waited for.

        Raises:
            EOFError, TimeoutError, FrameError, OSError: it does not come.
        """
        self.control.settimeout(limit)
        header, _ = frames.receive(self.control, self._reader)
        self.control.settimeout(None)
        return header

    def hear(self) -> list[Header]:
        """What has come since."""
        try:
            data = self.control.recv(1 << 16)
        except OSError:
            data = b""
        self._lost = self._lost or not data
        return [header for header, _ in self._reader.feed(data)]

    def stage(self, work: bytes, arena: int) -> Line:
        """A process that has built what `work` (a frame) says, in shared memory: each job there is spared that."""
        stage = self._fork("stage", arena)
        stage.control.settimeout(_STAGE_LIMIT)
        try:
            stage.control.sendall(work)
        except OSError:
            stage.give_up()
        stage.control.settimeout(None)
        return stage

    def clone(self) -> Line:
        """Another zygote, forked from this one."""
        return self._fork("clone")

    def _fork(self, what: str, *descriptors: int) -> Line:
        ours, theirs = socket.socketpair()
        self.ask({"op": what}, [theirs.fileno(), *descriptors])
        theirs.close()
        return Line(ours)

    def close(self) -> None:
        """Hang up: the process ends, and with it all that it forked."""
        self._lost = True
        with contextlib.suppress(OSError):
            self.control.close()
