"""The zygote: imports PyTorch once and forks a child for each submission.

Started as `python -I -m gradkata.worker FD [MODE]`, where FD is the worker's end of a socket pair. It reads requests
`{"op": "run", "job": n}` that bring three descriptors (channel, output, shared memory), and writes `ready`, `started`
and `exited` frames. `kill` ends a job; `reset` has the kernel forget how large it has been. It never sees a submission:
that goes to the child directly, over the channel. With the mode `unconfined` children have no sandbox: for real GPUs,
whose driver needs what a sandbox forbids.

`{"op": "stage"}` brings a control socket of its own and shared memory: a process is forked that reads from there what
is to be run, builds it, and then serves requests as the zygote does, but for the shared memory, which it has.
`{"op": "clone"}` brings a control socket: another zygote is forked, which need not import PyTorch.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradkata.protocol import frames
from gradkata.worker import pages

_DESCRIPTORS = {"run": 3, "stage": 2, "clone": 1}
"""How many come with a request to the zygote."""


@dataclass(frozen=True, slots=True)
class _Job:
    """A child's number with the judge, and the file that has the kernel forget its peak (-1: there is none)."""

    number: int
    peak: int


def main() -> None:
    """Serve the judge until it hangs up."""
    control = socket.socket(fileno=int(sys.argv[1]))
    # What the submission and the probes need is imported here, once, so that a fork has it for nothing.
    import torch

    from gradkata.worker import child

    child.prepare(confined=sys.argv[2:] != ["unconfined"])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.collect()
    gc.freeze()
    ready = {"op": "ready", "torch": torch.__version__, **child.sandbox()}
    frames.send(control, ready)
    _Forker(control, child.run, _DESCRIPTORS, ready).serve()


class _Forker:
    """A process that forks others, one for each job.

    `descriptors` says what each request brings; with those of a job, `run` serves it in its child. `ready` is the
    frame with which a clone tells that it is there.
    """

    def __init__(
        self,
        control: socket.socket,
        run: Callable[..., None],
        descriptors: dict[str, int],
        ready: frames.Header | None = None,
        *,
        scattered: bool = True,
    ) -> None:
        self._control = control
        self._run = run
        self._descriptors = descriptors
        self._ready = ready
        self._scattered = scattered  # whether this process's memory lies in small pages
        self._jobs: dict[int, _Job] = {}  # by process
        self._others: set[int] = set()  # stages and clones
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_write, False)
        os.set_blocking(self._wake_read, False)
        signal.set_wakeup_fd(self._wake_write)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        _become_subreaper()

    def serve(self) -> None:
        """Do what the judge asks for until it hangs up."""
        reader = frames.FrameReader()
        while True:
            readable, _, _ = select.select([self._control.fileno(), self._wake_read], [], [])
            if self._wake_read in readable:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._wake_read, 4096)
                self._reap()
                if not self._jobs:  # not before the first: who has but one submission need not wait for it
                    self._put_together()
            if self._control.fileno() in readable:
                data, descriptors, _, _ = socket.recv_fds(self._control, 1 << 16, 16)
                if not data:
                    break
                for header, _ in reader.feed(data):
                    count = self._descriptors.get(header["op"], 0)
                    mine, descriptors = descriptors[:count], descriptors[count:]
                    self._take(header, mine, descriptors)
        for pid in self._jobs:
            _kill_group(pid)

    def _take(self, header: frames.Header, mine: list[int], not_mine: list[int]) -> None:
        if header["op"] == "run":
            self._fork(header["job"], mine, not_mine)
        elif header["op"] == "stage":
            self._fork_other(mine, not_mine, _serve_stage)
        elif header["op"] == "clone":
            self._put_together()
            self._fork_other(mine, not_mine, self._serve_clone)
        else:
            for pid in [pid for pid, job in self._jobs.items() if job.number == header["job"]]:
                if header["op"] == "kill":
                    _kill_group(pid)
                else:
                    _reset_peak(self._control, pid, self._jobs[pid])

    def _fork(self, job: int, mine: list[int], not_mine: list[int]) -> None:
        may_start, start = os.pipe()
        pid = os.fork()
        if pid == 0:
            leave = os._exit  # bound before the submission could replace it
            try:
                os.close(start)
                os.read(may_start, 1)
                os.close(may_start)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                self._let_go(not_mine)
                self._run(*mine)
            finally:
                leave(70)
        # Once it is confined, its files below /proc are root's.
        self._jobs[pid] = _Job(job, _open_peak(pid))
        for descriptor in (*mine, may_start, start):  # with the last one it starts
            os.close(descriptor)
        frames.send(self._control, {"op": "started", "job": job, "pid": pid})

    def _put_together(self) -> None:
        if self._scattered:
            pages.put_together()
            self._scattered = False

    def _fork_other(self, mine: list[int], not_mine: list[int], serve: Callable[..., None]) -> None:
        """Fork a process that forks in its turn."""
        pid = os.fork()
        if pid == 0:
            from gradkata.worker.confine import kernel

            try:
                kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)  # with the zygote all ends that it forked
                self._let_go(not_mine)
                serve(*mine)
            finally:
                os._exit(0)
        self._others.add(pid)
        for descriptor in mine:
            os.close(descriptor)

    def _serve_clone(self, control_descriptor: int) -> None:
        assert self._ready is not None
        control = socket.socket(fileno=control_descriptor)
        frames.send(control, self._ready)
        _Forker(control, self._run, self._descriptors, self._ready, scattered=False).serve()

    def _let_go(self, not_mine: list[int]) -> None:
        """In a child: close all that is this process's."""
        signal.set_wakeup_fd(-1)
        self._control.close()
        # Who could write to another's would have the kernel forget its peak.
        peaks = [one.peak for one in self._jobs.values() if one.peak >= 0]
        for descriptor in (self._wake_read, self._wake_write, *not_mine, *peaks):
            os.close(descriptor)

    def _reap(self) -> None:
        """Tell the judge of children that ended, with the kernel's own count of memory and time."""
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid in self._others:
                self._others.remove(pid)
                continue
            job = self._jobs.pop(pid, None)
            _kill_group(pid)
            _kill_orphans(self._jobs.keys() | self._others)
            if job is None:
                continue  # an orphan of a submission, adopted and now dead
            if job.peak >= 0:
                os.close(job.peak)
            scale = 1 if sys.platform == "darwin" else 1024
            frames.send(
                self._control,
                {
                    "op": "exited",
                    "job": job.number,
                    "status": os.waitstatus_to_exitcode(status),
                    "peak_bytes": usage.ru_maxrss * scale,
                    "cpu_seconds": usage.ru_utime + usage.ru_stime,
                },
            )


def _serve_stage(control_descriptor: int, arena_descriptor: int) -> None:
    """Serve as a stage: the first frame is what is to be run."""
    from gradkata.worker import child

    control = socket.socket(fileno=control_descriptor)
    work: Any
    with contextlib.suppress(EOFError):  # the judge has hung up already
        work, _ = frames.receive_alone(control)
        _Forker(control, child.set_up(work, arena_descriptor), {"run": 2}, scattered=False).serve()


def _open_peak(pid: int) -> int:
    try:
        return os.open(f"/proc/{pid}/clear_refs", os.O_WRONLY | os.O_CLOEXEC)
    except OSError:
        return -1


def _reset_peak(control: socket.socket, pid: int, job: _Job) -> None:
    """Have the kernel count a child's peak of memory from now on; tell how much it has now, or null if that fails."""
    resident = None
    with contextlib.suppress(OSError):
        os.write(job.peak, b"5")
        resident = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
    frames.send(control, {"op": "reset", "job": job.number, "resident_bytes": resident})


def _kill_group(pid: int) -> None:
    # The child is its own session and group leader as soon as it runs; until then only the process itself is there.
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def _kill_orphans(known: set[int]) -> None:
    """End what a submission left behind, and wait until it is gone.

    As subreaper, the zygote becomes the parent of every orphan; the children of one that dies become ours in turn.
    """
    children = f"/proc/self/task/{os.getpid()}/children"
    if not os.path.exists(children):
        return
    while True:
        with open(children) as file:
            orphans = set(map(int, file.read().split())) - known
        if not orphans:
            return
        for pid in orphans:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in orphans:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _become_subreaper() -> None:
    if sys.platform == "linux":
        from gradkata.worker.confine import kernel

        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)


if __name__ == "__main__":
    main()
