"""seccomp: which system calls a worker may make, as a program for the kernel's packet-filter machine.

The program is assembled once, in the zygote; a child writes its own process number into it and loads it. A refused
call fails with EPERM, so that Python raises PermissionError and the learner reads a message; it does not kill.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from dataclasses import dataclass
from typing import Final

from gradkata.worker.confine import kernel, syscalls

# linux/bpf_common.h: load a word from the call's record; jump if equal, greater, or any bit set; return.
_LOAD, _JUMP_EQUAL, _JUMP_GREATER, _JUMP_BITS, _RETURN = 0x20, 0x15, 0x25, 0x45, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16  # struct seccomp_data

_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050000 | errno.EPERM
_UNKNOWN: Final = 0x00050000 | errno.ENOSYS  # the C library falls back to an older call that we can judge
_SECCOMP_MODE_FILTER = 2

_AUDIT_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}

_OWN: Final = -1  # stands for the process's own number, which only the child knows

# What an inherited terminal or pipe is asked: isatty, window size, bytes waiting, close-on-exec, non-blocking.
_IOCTLS = (0x5401, 0x5413, 0x541B, 0x5450, 0x5451, 0x5421)
# dup, get and set flags, dup with close-on-exec, pipe size, seals. Not: owners and signals, locks, leases, sealing.
_FCNTLS = (0, 1, 2, 3, 4, 1030, 1032, 1034)
# Names of threads and of memory (glibc), and questions. Not: undoing the confinement.
_PRCTLS = (15, 16, 0x53564D41, 2, 3, 21, 39)
_CLONE_THREAD = 0x00010000
_CLONE_NAMESPACES = 0x7E020000 | 0x80  # every CLONE_NEW*
_OPEN_TO_WRITE = 0o3 | 0o100 | 0o1000  # O_WRONLY, O_RDWR, O_CREAT, O_TRUNC


class Instruction(tuple[int, int, int, int]):
    """Operation, jump if true, jump if false, constant: struct sock_filter."""

    __slots__ = ()


def _step(operation: int, constant: int, if_true: int = 0, if_false: int = 0) -> Instruction:
    return Instruction((operation, if_true, if_false, constant))


def _argument(index: int) -> Instruction:
    # The low half: all arguments that we weigh are 32 bits wide in the kernel, which is little-endian on both machines.
    return _step(_LOAD, _ARGUMENTS_AT + 8 * index)


def _among(index: int, allowed: tuple[int, ...]) -> list[Instruction]:
    """Allow if the argument is one of `allowed`."""
    last = len(allowed)
    tests = [_step(_JUMP_EQUAL, value, if_true=last - position) for position, value in enumerate(allowed)]
    return [_argument(index), *tests, _step(_RETURN, _REFUSE), _step(_RETURN, _ALLOW)]


def _flags(index: int, refused: int, needed: int = 0) -> list[Instruction]:
    """Allow if the argument has no bit of `refused` and, where some are `needed`, one of those."""
    tests = [_step(_JUMP_BITS, refused, if_true=1 if needed else 0, if_false=0 if needed else 1)]
    if needed:
        tests.append(_step(_JUMP_BITS, needed, if_true=1))
    return [_argument(index), *tests, _step(_RETURN, _REFUSE), _step(_RETURN, _ALLOW)]


def _weighing() -> dict[str, list[Instruction]]:
    own = (_OWN,)
    own_or_zero = (0, _OWN)
    return {
        "kill": _among(0, own),
        "tgkill": _among(0, own),  # `raise` and `abort`
        "prlimit64": _among(0, own_or_zero),
        "sched_setaffinity": _among(0, own_or_zero),
        "sched_setscheduler": _among(0, own_or_zero),
        "sched_setparam": _among(0, own_or_zero),
        "sched_setattr": _among(0, own_or_zero),
        "ioctl": _among(1, _IOCTLS),
        "fcntl": _among(1, _FCNTLS),
        "prctl": _among(0, _PRCTLS),
        "clone": _flags(0, refused=_CLONE_NAMESPACES, needed=_CLONE_THREAD),
        "open": _flags(1, refused=_OPEN_TO_WRITE),
        "openat": _flags(2, refused=_OPEN_TO_WRITE),
        # Their arguments lie in memory, where a filter cannot look.
        "clone3": [_step(_RETURN, _UNKNOWN)],
        "openat2": [_step(_RETURN, _UNKNOWN)],
    }


@dataclass(frozen=True, slots=True)
class Program:
    """The assembled filter, and where in it the process's own number belongs."""

    code: bytes
    own_at: tuple[int, ...]

    def load(self, process: int) -> None:
        """Put the filter on this thread and all that it will start, for good. Needs `PR_SET_NO_NEW_PRIVS`."""
        code = bytearray(self.code)
        for offset in self.own_at:
            struct.pack_into("=I", code, offset, process)
        buffer = (ctypes.c_char * len(code)).from_buffer(code)
        program = ctypes.create_string_buffer(struct.pack("@HP", len(code) // 8, ctypes.addressof(buffer)))
        kernel.prctl(kernel.PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(program))


def machine() -> str:
    """This machine's architecture by the kernel's name."""
    name = platform.machine().lower()
    return _MACHINES.get(name, name)


def assemble(architecture: str) -> Program | None:
    """The filter for `x86_64` or `aarch64`; None for another architecture, whose numbers we do not have."""
    if architecture not in _AUDIT_ARCHITECTURES:
        return None
    refuse = _step(_RETURN, _REFUSE)
    steps = [
        _step(_LOAD, _ARCHITECTURE_AT),
        _step(_JUMP_EQUAL, _AUDIT_ARCHITECTURES[architecture], if_true=1),
        refuse,  # a call in the 32-bit convention has other numbers
        _step(_LOAD, _NUMBER_AT),
        _step(_JUMP_GREATER, syscalls.NEWEST, if_false=1),
        _step(_RETURN, _UNKNOWN),
    ]
    rules = {number: [refuse] for number in syscalls.refused(architecture).values()}
    weighing = _weighing()
    rules |= {number: weighing[name] for name, number in syscalls.weighed(architecture).items()}
    for number, body in sorted(rules.items()):
        steps += [_step(_JUMP_EQUAL, number, if_false=len(body)), *body]
    steps.append(_step(_RETURN, _ALLOW))

    own_at = tuple(8 * position + 4 for position, step in enumerate(steps) if step[3] == _OWN)
    code = b"".join(struct.pack("=HBBI", step[0], step[1], step[2], step[3] & 0xFFFFFFFF) for step in steps)
    return Program(code, own_at)
