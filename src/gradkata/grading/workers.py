"""The judge's end of the worker: starts the zygote, hands it jobs, collects what comes back.

A job is one forked child with one submission. Several run at once; one loop serves them all, so that a child that
floods its output or stalls holds up nobody.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from gradkata.errors import UserError
from gradkata.grading.line import Line
from gradkata.protocol import frames
from gradkata.protocol.frames import FrameError, FrameReader, Header

_KEPT_OUTPUT = 16 << 10
_START_LIMIT = 120.0
_FRAMES_LIMIT = 512 << 20
_SIGNED = ("observation", "batch", "settled")  # kinds of frames that bear the token


@dataclass(frozen=True, slots=True)
class Job:
    """One child's work.

    Attributes:
        opening, program: the first and the last of the frames that it is sent.
        work: what it is to run, a frame of its own, packed: many jobs have the same.
        arena: descriptor of the shared memory.
        time_limit: in seconds.
        stage: the process that has built what is to be run; None where the child does it itself.
    """

    opening: Header
    work: bytes
    program: Header
    arena: int
    time_limit: float
    stage: Line | None = None


@dataclass(slots=True)
class Ended:
    """What came of a job.

    Attributes:
        frames: every well-formed frame, in order.
        done: whether the child said that it had finished.
        timed_out, garbled: why it was ended by us; `garbled` says what was wrong on the channel.
        status: exit status; negative for a signal; None if the kernel's word did not come.
        peak_bytes, cpu_seconds: the kernel's count.
        resident_bytes: what the process had taken when its memory case began, from where on `peak_bytes` counts; None
            where it counts from the beginning.
        output: the start of what the submission printed, undecoded.
        lost: the zygote itself died: a fault of ours.
    """

    frames: list[tuple[Header, bytes]] = field(default_factory=list)
    done: bool = False
    timed_out: bool = False
    garbled: str = ""
    status: int | None = None
    peak_bytes: int | None = None
    resident_bytes: int | None = None
    cpu_seconds: float | None = None
    output: bytes = b""
    output_bytes: int = 0
    seconds: float = 0.0
    lost: bool = False


@dataclass(slots=True)
class _Running:
    number: int
    job: Job
    line: Line
    channel: socket.socket
    output: int
    deadline: float
    started: float
    reader: FrameReader = field(default_factory=FrameReader)
    ended: Ended = field(default_factory=Ended)
    received: int = 0
    channel_open: bool = True
    output_open: bool = True
    exited: bool = False
    settled: bool = False
    to_send: bytearray = field(default_factory=bytearray)
    killed: bool = False


class Zygote:
    """A worker process that has imported PyTorch and forks a child for each job.

    Children are confined unless `confined` says otherwise. With `line`, a zygote that is there already is taken over.
    """

    def __init__(self, *, confined: bool = True, line: Line | None = None) -> None:
        self._numbers = 0
        self._mode = [] if confined else ["unconfined"]
        self._stages: list[Line] = []
        self._ready: Header | None = None
        self._process: subprocess.Popen[bytes] | None = None
        if line is None:
            self._start()
        else:
            self._line = line

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        environment = {
            name: value
            for name, value in os.environ.items()
            if name in {"PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR"}
            or (self._mode and name.startswith(("CUDA_", "NVIDIA_")))  # which GPUs are meant
        } | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-m", "gradkata.worker", str(theirs.fileno()), *self._mode],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
        theirs.close()
        self._line = Line(ours)
        self._ready = None

    @property
    def alive(self) -> bool:
        return not self._line.lost and (self._process is None or self._process.poll() is None)

    @property
    def leaves_nothing(self) -> bool:
        """Whether nothing that a job started can outlive it: its children are fully confined."""
        return bool(self.ready()["full"])

    def ready(self) -> Header:
        """Wait until PyTorch is imported; returns the zygote's `ready` frame.

        Raises:
            UserError: it did not start, with the last line that it wrote.
        """
        if self._ready is None:
            try:
                self._ready = self._line.receive(_START_LIMIT)
            except (EOFError, TimeoutError, FrameError, OSError) as error:
                self._end()
                if self._process is None:  # what was taken over is not there: one of our own does as well
                    self._start()
                    return self.ready()
                stderr = self._process.stderr
                lines = (stderr.read() if stderr else b"").decode(errors="replace").strip().splitlines()
                reason = lines[-1] if lines else type(error).__name__
                raise UserError(f"the worker did not start: {reason}", exit_code=3) from error
        return self._ready

    def stage(self, work: bytes, arena: int) -> Line:
        """A process from which jobs with this work and this shared memory are forked sooner; whoever asks closes it."""
        for lost in [stage for stage in self._stages if stage.lost]:
            lost.close()
            self._stages.remove(lost)
        self._stages.append(self._line.stage(work, arena))
        return self._stages[-1]

    def clone(self) -> Line:
        """Another zygote, forked from this one, for `Zygote(line=...)`."""
        self.ready()
        return self._line.clone()

    def leave(self) -> None:
        """In a process forked from its owner's: let the zygote alone."""
        self._line.close()

    def run(self, jobs: Sequence[Job], while_waiting: Callable[[], None] | None = None) -> list[Ended]:
        """Run jobs at the same time; returns how each ended, in order.

        `while_waiting` is called once after all have been handed over: time for the judge's own preparations.
        """
        if self._ready is not None and not self.alive:  # whatever ended it, the next submission is not to blame
            self.close()
            self._start()
        self.ready()
        selector = selectors.DefaultSelector()
        running = [self._hand_over(job, selector) for job in jobs]
        for line in {self._line, *(one.line for one in running)}:
            selector.register(line.control, selectors.EVENT_READ, line)
        try:
            for one in running:
                self._write(one, selector)
            if while_waiting is not None:
                while_waiting()
            while any(not _finished(one) for one in running):
                self._step(selector, running)
        except BaseException:
            for one in running:
                self._kill(one)
            raise
        finally:
            for one in running:
                _close(one, selector)
            selector.close()
        return [one.ended for one in running]

    def close(self) -> None:
        """End the zygote and with it every child."""
        self._end()
        if self._process is not None and self._process.stderr is not None:
            self._process.stderr.close()

    def _end(self) -> None:
        for line in (*self._stages, self._line):
            line.close()
        if self._process is None:
            return
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _hand_over(self, job: Job, selector: selectors.BaseSelector) -> _Running:
        self._numbers += 1
        ours, theirs = socket.socketpair()
        read, write = os.pipe()
        os.set_blocking(read, False)
        ours.setblocking(False)
        now = time.monotonic()
        stage = None if job.stage is None or job.stage.lost else job.stage
        line = stage or self._line
        one = _Running(self._numbers, job, line, ours, read, now + job.time_limit, now)
        one.to_send += frames.pack(job.opening) + (b"" if stage else job.work) + frames.pack(job.program)
        descriptors = [theirs.fileno(), write] + ([] if stage else [job.arena])
        line.ask({"op": "run", "job": one.number}, descriptors)
        if line.lost:
            one.ended.lost = True
            one.exited, one.channel_open = True, False
        theirs.close()
        os.close(write)
        selector.register(ours, selectors.EVENT_READ | selectors.EVENT_WRITE, one)
        selector.register(read, selectors.EVENT_READ, one)
        return one

    def _step(self, selector: selectors.BaseSelector, running: list[_Running]) -> None:
        now = time.monotonic()
        for one in running:
            if not _finished(one) and now > one.deadline and not one.killed:
                one.ended.timed_out = True
                self._kill(one)
            elif not _finished(one) and now > one.deadline:  # nobody tells of its end: the zygote itself is stuck
                one.line.give_up()
                one.ended.lost = True
                one.exited, one.channel_open = True, False
        waits = [one.deadline - now for one in running if not _finished(one) and not one.killed]
        for key, events in selector.select(timeout=max(0.0, min(waits, default=1.0)) + 0.001):
            one = key.data
            if isinstance(one, Line):
                self._hear(one, running, selector)
            elif key.fileobj is one.channel:
                if events & selectors.EVENT_WRITE:
                    self._write(one, selector)
                if events & selectors.EVENT_READ:
                    self._read(one, selector)
            else:
                _drain(one, selector)

    def _write(self, one: _Running, selector: selectors.BaseSelector) -> None:
        try:
            sent = one.channel.send(memoryview(one.to_send)[: 1 << 18])
        except BlockingIOError:
            return
        except OSError:
            one.to_send.clear()
        else:
            del one.to_send[:sent]
        if not one.to_send:
            selector.modify(one.channel, selectors.EVENT_READ, one)

    def _read(self, one: _Running, selector: selectors.BaseSelector) -> None:
        try:
            data = one.channel.recv(1 << 20)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            if one.reader.pending and one.ended.done:  # else it was cut off in the middle, and its end says why
                one.ended.garbled = one.ended.garbled or "part of a frame"
            selector.unregister(one.channel)
            one.channel_open = False
            return
        one.received += len(data)
        if one.ended.garbled:
            return
        try:
            if one.received > _FRAMES_LIMIT:
                raise FrameError("more than an honest worker sends")
            for header, blob in one.reader.feed(data):
                self._take(one, header, blob)
        except FrameError as error:
            one.ended.garbled = str(error)
            self._kill(one)

    def _take(self, one: _Running, header: Header, blob: bytes) -> None:
        if one.ended.done:
            raise FrameError("frames after the last one")
        if header.get("kind") in _SIGNED and header.pop("token", None) != one.job.opening.get("token"):
            raise FrameError("an observation that the grader did not make")
        if header.get("kind") == "done":
            one.ended.done = True
        elif header.get("kind") == "settled" and not one.settled:
            one.settled = True
            _ask("reset", one)
        else:
            one.ended.frames.append((header, blob))

    def _hear(self, line: Line, running: list[_Running], selector: selectors.BaseSelector) -> None:
        """News from the zygote or a stage."""
        mine = [one for one in running if one.line is line]
        for header in line.hear():
            for one in mine:
                if header.get("job") != one.number:
                    continue
                if header["op"] == "reset":
                    one.ended.resident_bytes = header["resident_bytes"]
                    one.to_send += frames.pack({"kind": "go"})
                    if one.channel_open:
                        selector.modify(one.channel, selectors.EVENT_READ | selectors.EVENT_WRITE, one)
                elif header["op"] == "exited":
                    one.exited = True
                    one.ended.status = header["status"]
                    one.ended.peak_bytes = header["peak_bytes"]
                    one.ended.cpu_seconds = header["cpu_seconds"]
                    one.ended.seconds = time.monotonic() - one.started
                    # What is still on its way has been written already: nobody is left to write more.
                    one.deadline = min(one.deadline, time.monotonic() + 1.0)
        if line.lost:
            selector.unregister(line.control)
            for one in mine:
                if not one.exited:  # the others' words are all there, or on their way
                    one.ended.lost = True
                    one.exited, one.channel_open, one.output_open = True, False, False

    def _kill(self, one: _Running) -> None:
        one.killed = True
        one.deadline = time.monotonic() + 5.0
        _ask("kill", one)


def _ask(what: str, one: _Running) -> None:
    one.line.ask({"op": what, "job": one.number})


def _finished(one: _Running) -> bool:
    if one.exited and not one.channel_open:
        return True
    # A descriptor kept open by something that outlived its child does not hold us up.
    return one.exited and time.monotonic() > one.deadline


def _drain(one: _Running, selector: selectors.BaseSelector) -> None:
    try:
        data = os.read(one.output, 1 << 20)
    except BlockingIOError:
        return
    except OSError:
        data = b""
    if not data:
        selector.unregister(one.output)
        one.output_open = False
        return
    one.ended.output_bytes += len(data)
    room = _KEPT_OUTPUT - len(one.ended.output)
    if room > 0:
        one.ended.output += data[:room]


def _close(one: _Running, selector: selectors.BaseSelector) -> None:
    for descriptor in (one.channel, one.output):
        with contextlib.suppress(KeyError, ValueError):
            selector.unregister(descriptor)
    if one.output_open:
        with contextlib.suppress(OSError, BlockingIOError):
            while data := os.read(one.output, 1 << 20):
                one.ended.output = (one.ended.output + data)[:_KEPT_OUTPUT]
                one.ended.output_bytes += len(data)
    one.channel.close()
    os.close(one.output)
