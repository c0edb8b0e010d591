"""The three ways into the kernel that Python's standard library leaves out: `prctl`, `capset` and raw system calls.

They go through `ctypes`, because the libraries that offer them cost more than they save here: `sandlock.confine()`
builds its rules anew in every child, and `pyseccomp` needs a Debian package (`libseccomp2`) that slim images lack.
Importing this module is safe on every platform; calling it is for Linux.
"""

from __future__ import annotations

import ctypes
import os
import struct
from functools import cache

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_KEEPCAPS = 8
PR_SET_SECCOMP = 22
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4

CAP_DAC_READ_SEARCH = 1 << 2
_CAPABILITY_VERSION_3 = 0x20080522


@cache
def libc() -> ctypes.CDLL:
    """The C library of this process."""
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def prctl(option: int, second: int = 0, third: int = 0) -> int:
    """`prctl(2)`; raises OSError where the kernel refuses."""
    long = ctypes.c_ulong
    result: int = libc().prctl(option, long(second), long(third), long(0), long(0))
    return _checked(result, f"prctl({option})")


def syscall(number: int, *arguments: int | bytes | None) -> int:
    """A system call by its number; integers go as 64 bits, `bytes` as a pointer. Raises OSError."""
    passed = [ctypes.c_long(value) if isinstance(value, int) else ctypes.c_char_p(value) for value in arguments]
    result: int = libc().syscall(ctypes.c_long(number), *passed)
    return _checked(result, f"system call {number}")


def keep_capabilities(mask: int) -> None:
    """Give up every capability outside `mask`, for good (together with `PR_SET_NO_NEW_PRIVS`)."""
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    low, high = mask & 0xFFFFFFFF, mask >> 32
    data = struct.pack("=6I", low, low, 0, high, high, 0)  # effective, permitted, inheritable; twice 32 bits
    _checked(libc().capset(header, data), "capset")
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
