"""Limits on what a worker uses up: time, memory, threads, files, output. As far as the platform has them."""

from __future__ import annotations

import math
import os
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

if sys.platform != "win32":
    import resource

_THREAD_RESERVE = 72 << 20  # address space for one thread: 8 MiB stack, 64 MiB that malloc sets aside and hardly uses
_SPARE_THREADS = 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one submission may use.

    Attributes:
        cpu_seconds: Processor time of all its threads together; whole seconds, rounded up.
        memory_bytes: Growth of its memory over what the process has when it is confined.
        processes: Threads at one time, the main one included (other processes are refused in a full sandbox).
        file_size: The largest file it may write, in bytes, inherited regular files included.
        open_files: Descriptors at one time, inherited ones included.
        readable: Files and folders that it may read beside the interpreter and its packages.
    """

    cpu_seconds: float = 10.0
    memory_bytes: int = 1 << 30
    processes: int = 16
    file_size: int = 0
    open_files: int = 64
    readable: tuple[Path, ...] = ()


def thread_ceiling() -> int | None:
    """How many threads this user runs now, and many more: a limit that stops a thread bomb and nothing else.

    Where a worker shares its user with a desktop or with other graders, the kernel counts all their threads together.
    None where they cannot be counted.
    """
    mine, count = os.getuid(), 0
    with suppress(OSError):
        for entry in os.scandir("/proc"):
            if entry.name.isdigit():
                with suppress(OSError):
                    if entry.stat().st_uid == mine:
                        count += len(os.listdir(f"/proc/{entry.name}/task"))
    return count + _SPARE_THREADS if count else None


def threads_start_under(ceiling: int) -> bool:
    """Whether a thread can be started under such a limit. Call it in a child that is thrown away."""
    _limit("RLIMIT_NPROC", ceiling)
    thread = threading.Thread(target=bool)
    thread.start()
    thread.join()
    return True


def apply(limits: Limits, threads: int | None) -> list[str]:
    """Set the limits on this process, for good; `threads` None leaves their number open.

    Returns what is not limited here, in words.
    """
    if sys.platform == "win32":
        return ["time, memory and files not limited"]
    open_ends = []
    seconds = max(1, math.ceil(limits.cpu_seconds))
    # At the soft limit SIGXCPU ends the process, unless it is caught; a second later the kernel kills.
    if not _limit("RLIMIT_CPU", seconds, seconds + 1):
        open_ends.append("time not limited")
    if not _limit_memory(limits):
        open_ends.append("memory not limited")
    _limit("RLIMIT_FSIZE", limits.file_size)
    _limit("RLIMIT_NOFILE", limits.open_files)
    for name in ("RLIMIT_CORE", "RLIMIT_MEMLOCK", "RLIMIT_MSGQUEUE", "RLIMIT_RTPRIO"):
        _limit(name, 0)
    if threads is not None:
        _limit("RLIMIT_NPROC", threads)
    return open_ends


def _limit_memory(limits: Limits) -> bool:
    if sys.platform != "linux":
        return False  # macOS accepts the limit and does not keep it
    statm = Path("/proc/self/statm").read_bytes().split()
    page = os.sysconf("SC_PAGE_SIZE")
    space, data = int(statm[0]) * page, int(statm[5]) * page
    # RLIMIT_DATA counts private writable memory, exactly; shared anonymous memory counts only as address space.
    private = _limit("RLIMIT_DATA", data + limits.memory_bytes)
    return _limit("RLIMIT_AS", space + limits.memory_bytes + limits.processes * _THREAD_RESERVE) and private


def _limit(name: str, soft: int, hard: int | None = None) -> bool:
    kind = None if sys.platform == "win32" else getattr(resource, name, None)
    if kind is None:
        return False
    hard = soft if hard is None else hard
    _, highest = resource.getrlimit(kind)
    if highest != resource.RLIM_INFINITY:
        soft, hard = min(soft, highest), min(hard, highest)
    try:
        resource.setrlimit(kind, (soft, hard))
    except (OSError, ValueError):
        return False
    return True
