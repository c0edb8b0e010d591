"""The zygote: imports PyTorch once and forks a child for each submission.

Started as `python -I -m gradkata.worker FD [MODE]`, where FD is the worker's end of a socket pair. It reads requests
`{"op": "run", "job": n}` that bring three descriptors (channel, output, shared memory), and writes `ready`, `started`
and `exited` frames. `kill` ends a job; `reset` has the kernel forget how large it has been. It never sees a submission:
that goes to the child directly, over the channel. With the mode `unconfined` children have no sandbox: for real GPUs,
whose driver needs what a sandbox forbids.
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
from typing import NoReturn

from gradkata.protocol import frames


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

    from gradkata.worker import child, pages

    child.prepare(confined=sys.argv[2:] != ["unconfined"])
    _become_subreaper()
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    os.set_blocking(wake_read, False)
    signal.set_wakeup_fd(wake_write)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.collect()
    gc.freeze()
    frames.send(control, {"op": "ready", "torch": torch.__version__, **child.sandbox()})

    jobs: dict[int, _Job] = {}  # by process
    scattered = True
    reader = frames.FrameReader()
    while True:
        readable, _, _ = select.select([control.fileno(), wake_read], [], [])
        if wake_read in readable:
            with contextlib.suppress(BlockingIOError):
                os.read(wake_read, 4096)
            _reap(control, jobs)
            if scattered and not jobs:  # not before the first: who has but one submission need not wait for it
                pages.put_together()
                scattered = False
        if control.fileno() in readable:
            data, descriptors, _, _ = socket.recv_fds(control, 1 << 16, 16)
            if not data:
                break
            for header, _ in reader.feed(data):
                if header["op"] == "run":
                    mine, descriptors = descriptors[:3], descriptors[3:]
                    _fork(control, header["job"], mine, [wake_read, wake_write, *descriptors], jobs)
                else:
                    for pid in [pid for pid, job in jobs.items() if job.number == header["job"]]:
                        if header["op"] == "kill":
                            _kill_group(pid)
                        else:
                            _reset_peak(control, pid, jobs[pid])
    for pid in jobs:
        _kill_group(pid)


def _fork(control: socket.socket, job: int, mine: list[int], not_mine: list[int], jobs: dict[int, _Job]) -> None:
    from gradkata.worker import child

    may_start, start = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(start)
        # Who could write to another's would have the kernel forget its peak.
        peaks = [one.peak for one in jobs.values() if one.peak >= 0]
        _in_child(control, [*not_mine, *peaks], mine, may_start, child.run)
    # Once it is confined, its files below /proc are root's.
    jobs[pid] = _Job(job, _open_peak(pid))
    for descriptor in (*mine, may_start, start):  # with the last one it starts
        os.close(descriptor)
    frames.send(control, {"op": "started", "job": job, "pid": pid})


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


def _in_child(
    control: socket.socket,
    to_close: list[int],
    mine: list[int],
    may_start: int,
    run: Callable[[int, int, int], None],
) -> NoReturn:
    leave = os._exit  # bound before the submission could replace it
    try:
        os.read(may_start, 1)
        os.close(may_start)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        control.close()
        for descriptor in to_close:
            os.close(descriptor)
        run(*mine)
    finally:
        leave(70)


def _kill_group(pid: int) -> None:
    # The child is its own session and group leader as soon as it runs; until then only the process itself is there.
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def _reap(control: socket.socket, jobs: dict[int, _Job]) -> None:
    """Tell the judge of children that ended, with the kernel's own count of memory and time."""
    while True:
        try:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        job = jobs.pop(pid, None)
        _kill_group(pid)
        _kill_orphans(set(jobs))
        if job is None:
            continue  # an orphan of a submission, adopted and now dead
        if job.peak >= 0:
            os.close(job.peak)
        scale = 1 if sys.platform == "darwin" else 1024
        frames.send(
            control,
            {
                "op": "exited",
                "job": job.number,
                "status": os.waitstatus_to_exitcode(status),
                "peak_bytes": usage.ru_maxrss * scale,
                "cpu_seconds": usage.ru_utime + usage.ru_stime,
            },
        )


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
        import ctypes

        PR_SET_CHILD_SUBREAPER = 36
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


if __name__ == "__main__":
    main()
