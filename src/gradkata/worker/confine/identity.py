"""Who a worker is: where the zygote runs as root, its children run as nobody in particular and without capabilities.

Limits on processes do not bind root, and root's files are root's to change. Every child gets a user number of its own
from a range that no distribution hands out (systemd's UIDS-GIDS lists 60706 to 61183 as unused): the kernel counts
processes per user, so graders side by side do not use up each other's limit, and no child may signal another.

Where the interpreter or its packages lie in a private folder (root's home, say), such a user could not import
anything. The child then keeps one capability, CAP_DAC_READ_SEARCH: it may read whatever Landlock lets it read, and
write nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from gradkata.worker.confine import kernel

_FIRST_USER, _USERS = 60706, 478
_NOBODY = 65534


@dataclass(frozen=True, slots=True)
class Identity:
    """What a child shall become."""

    first_user: int | None = None  # None: it stays who it is
    users: int = 1
    may_read: bool = False  # keeps CAP_DAC_READ_SEARCH
    remark: str = ""  # what a reader of the report should know


def is_root() -> bool:
    """Whether this process runs as root."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def choose(needed: Iterable[Path], bounded: bool) -> Identity:
    """Find out, in children that are thrown away, whom a child of this process can become.

    `needed` are the paths that it must be able to read; `bounded` says whether Landlock bounds what it reads.
    """
    if not is_root():
        return Identity()
    if sys.platform != "linux":
        return Identity(remark="as root")
    paths = list(needed)
    for first, users in ((_FIRST_USER, _USERS), (_NOBODY, 1)):
        for may_read in (False, True):
            candidate = Identity(first, users, may_read, "" if bounded or not may_read else "reads all files")
            if in_child(partial(_can_live_as, candidate, paths)):
                return candidate
    return Identity(remark="root without capabilities, threads not limited")


def _can_live_as(candidate: Identity, paths: list[Path]) -> bool:
    become(candidate)
    for path in paths:
        if path.is_dir():
            os.listdir(path)
        else:
            with path.open("rb"):
                pass
    return True


def become(identity: Identity) -> None:
    """Take on the identity, for good."""
    keep = 0
    if identity.first_user is not None:
        user = identity.first_user + os.getpid() % identity.users
        if identity.may_read:
            kernel.prctl(kernel.PR_SET_KEEPCAPS, 1)
            keep = kernel.CAP_DAC_READ_SEARCH
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    kernel.keep_capabilities(keep)


def in_child(trial: Callable[[], bool]) -> bool:
    """Whether `trial` answers True in a forked child, which is then gone."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            code = 0 if trial() else 1
        except Exception:
            code = 1
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status) == 0
