"""Landlock: which files a worker may read. It may write none.

The set of rules is built once, in the zygote, and a child only puts it on: one system call. The numbers are those of
`linux/landlock.h`; the three system calls have the same numbers on every architecture that we serve.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import struct
from collections.abc import Iterable
from pathlib import Path

from gradkata.worker.confine import kernel

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_CREATE_RULESET_VERSION = 1
_RULE_PATH_BENEATH = 1

_READ_FILE = 1 << 2
_READ_DIR = 1 << 3
_BIND_AND_CONNECT_TCP = 0b11
_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11


class Unavailable(Exception):
    """This kernel does not offer the mechanism; the message says why in a few words."""


def abi() -> int:
    """The version of Landlock that the kernel speaks; raises Unavailable."""
    try:
        return kernel.syscall(_CREATE_RULESET, None, 0, _CREATE_RULESET_VERSION)
    except OSError as error:
        reasons = {
            errno.ENOSYS: "the kernel has none",
            errno.EOPNOTSUPP: "switched off when the machine was started",
            errno.EPERM: "forbidden by the container",
        }
        raise Unavailable(reasons.get(error.errno or 0, os.strerror(error.errno or 0))) from error


def _handled(version: int) -> bytes:
    # Everything that a version knows is handled, that is: forbidden unless a rule allows it.
    rights = 13 + (version >= 2) + (version >= 3) + (version >= 5)  # refer; truncate; ioctl on devices
    fields = [(1 << rights) - 1]
    if version >= 4:
        fields.append(_BIND_AND_CONNECT_TCP)
    if version >= 6:
        fields.append(_ABSTRACT_SOCKETS_AND_SIGNALS)
    return struct.pack(f"={len(fields)}Q", *fields)


def ruleset(readable: Iterable[Path]) -> int:
    """A descriptor of rules that allow reading `readable` (files, and folders with all below) and nothing else.

    What does not exist is left out. Raises Unavailable.
    """
    attributes = _handled(abi())
    rules = kernel.syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    for path in readable:
        with contextlib.suppress(OSError):  # a path that is gone, or that we cannot open, cannot be allowed
            _allow(rules, path)
    return rules


def _allow(rules: int, path: Path) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        allowed = _READ_FILE | _READ_DIR if folder else _READ_FILE
        kernel.syscall(_ADD_RULE, rules, _RULE_PATH_BENEATH, struct.pack("=Qi", allowed, descriptor), 0)
    finally:
        os.close(descriptor)


def restrict(rules: int) -> None:
    """Put the rules on this thread and all that it will start, for good. Needs `PR_SET_NO_NEW_PRIVS`."""
    kernel.syscall(_RESTRICT_SELF, rules, 0)
