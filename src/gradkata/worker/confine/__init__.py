"""The sandbox: a process just forked from the zygote shuts itself in before it reads a submission.

`prepare()` does in the zygote, once, whatever is expensive; `confine()` puts it on in the child, within a few
milliseconds; `probe()` tells what a machine offers without confining the caller. Landlock bounds files, seccomp bounds
system calls, resource limits bound the rest. Where a mechanism is missing, the others still hold and the line says so.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from gradkata.worker.confine import filter as seccomp
from gradkata.worker.confine import identity, kernel, landlock, readable
from gradkata.worker.confine import limits as resources
from gradkata.worker.confine.limits import Limits

__all__ = ["Confinement", "Limits", "confine", "prepare", "probe"]


@dataclass(frozen=True, slots=True)
class Confinement:
    """What holds: `line` for people, and whether it is all that we promise."""

    line: str
    full: bool

    def __str__(self) -> str:
        return self.line


@dataclass(slots=True)
class _Prepared:
    """What the zygote has ready for its children."""

    process: int
    paths: list[Path] = field(default_factory=list)
    rulesets: dict[tuple[Path, ...], int] = field(default_factory=dict)
    no_landlock: str = ""
    program: seccomp.Program | None = None
    who: identity.Identity = field(default_factory=identity.Identity)
    threads: int | None = None

    def ruleset(self, more: tuple[Path, ...]) -> int:
        """The rules that allow `more` as well; built at the first call with these."""
        if more not in self.rulesets:
            self.rulesets[more] = landlock.ruleset([*self.paths, *more])
        return self.rulesets[more]


_prepared: _Prepared | None = None


def prepare(hidden: Iterable[Path] = (), limits: Limits | None = None) -> None:
    """Do beforehand, in the process that will fork, what its children would each have to do.

    `hidden` are folders that a worker must not read even where they lie below the interpreter's or among the packages
    (`gradkata` itself and its packaged kit always are). `limits.readable` is what `confine` will be asked to allow.
    Call it when `sys.path` is final and while no other thread runs: it forks to try things out.
    """
    global _prepared  # noqa: PLW0603 - children find by fork what the zygote made
    if _prepared is not None:
        for rules in _prepared.rulesets.values():
            os.close(rules)
    made = _Prepared(process=os.getpid())
    _prepared = made
    if sys.platform != "linux":
        made.no_landlock = f"{sys.platform} has none"
        made.who = identity.choose((), bounded=False)
        return
    kernel.libc()
    readable.look_around()
    made.paths = readable.readable_paths(hidden)
    made.program = seccomp.assemble(seccomp.machine())
    try:
        made.ruleset(limits.readable if limits else ())
    except (landlock.Unavailable, OSError) as error:
        made.no_landlock = str(error)
    made.who = identity.choose(made.paths, bounded=not made.no_landlock)
    if not identity.is_root():
        ceiling = resources.thread_ceiling()
        if ceiling is not None and identity.in_child(lambda: resources.threads_start_under(ceiling)):
            made.threads = ceiling


def confine(limits: Limits, keep: Collection[int] | None = None) -> Confinement:
    """Shut this process in, for good, and say what holds.

    Call it in a freshly forked, single-threaded process. With `keep`, every descriptor but these is closed, those of
    standard input, output and error included; what stays open stays usable (a sandbox bounds opening). A mechanism
    that is missing is said and does not raise: the caller decides whether the rest is enough. OSError is raised where
    something failed that `prepare` found possible; the process must then end.
    """
    if _prepared is None:
        prepare(limits=limits)
    ready = _prepared
    assert ready is not None
    rules, no_landlock = _rules(ready, limits.readable)
    if keep is not None:
        _close_all_but({*keep} if rules is None else {*keep, rules})
    _detach(ready.who)
    remarks = [ready.who.remark] if ready.who.remark else []
    remarks += resources.apply(limits, limits.processes if ready.who.first_user is not None else ready.threads)
    if rules is not None:
        try:
            landlock.restrict(rules)
        except OSError as error:
            no_landlock = str(error)
        for descriptor in ready.rulesets.values() if keep is None else (rules,):
            os.close(descriptor)
    return _verdict(no_landlock, _filter_calls(ready), remarks)


def probe() -> Confinement:
    """What this machine offers, found out by confining a child that is thrown away."""
    if not hasattr(os, "fork"):
        return _verdict(f"{sys.platform} has none", f"{sys.platform} has none", resources.apply(Limits(), None))
    if _prepared is None:
        prepare()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            found = confine(Limits(file_size=1 << 16))
            os.write(writing, f"{found.full:d}{found.line}".encode())
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as answer:
        text = answer.read().decode()
    os.waitpid(pid, 0)
    if not text:
        return Confinement("no sandbox (a child could not be confined)", full=False)
    return Confinement(text[1:], full=text[0] == "1")


def _rules(ready: _Prepared, more: tuple[Path, ...]) -> tuple[int | None, str]:
    """The descriptor of the rules for a child, or None and the reason."""
    if ready.no_landlock:
        return None, ready.no_landlock
    try:
        return ready.ruleset(more), ""
    except (landlock.Unavailable, OSError) as error:
        return None, str(error)


def _close_all_but(kept: set[int]) -> None:
    lowest = 0
    for descriptor in sorted(kept):
        os.closerange(lowest, descriptor)
        lowest = descriptor + 1
    os.closerange(lowest, 1 << 20)


def _detach(who: identity.Identity) -> None:
    """A session of its own, another user, no way to more rights, and an end when the zygote ends."""
    if hasattr(os, "setsid") and os.getsid(0) != os.getpid():
        os.setsid()
    if sys.platform != "linux":
        return
    parent = os.getppid()
    identity.become(who)
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    # After the change of user, which would undo it.
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # the zygote died in between, and nobody would end us
        os._exit(1)


def _filter_calls(ready: _Prepared) -> str:
    """Load the filter of system calls; returns why not, or nothing."""
    if sys.platform != "linux":
        return f"{sys.platform} has none"
    if ready.program is None:
        return f"no table of system calls for {seccomp.machine()}"
    try:
        ready.program.load(os.getpid())
    except OSError as error:
        return os.strerror(error.errno or 0)
    return ""


def _verdict(no_landlock: str, no_seccomp: str, remarks: list[str]) -> Confinement:
    lacks = [f"no {name}: {reason}" for name, reason in (("Landlock", no_landlock), ("seccomp", no_seccomp)) if reason]
    if len(lacks) == 2:
        line = "limits only" if sys.platform != "win32" else "no sandbox"
    else:
        line = "sandbox: " + "+".join(
            name for name, reason in (("landlock", no_landlock), ("seccomp", no_seccomp), ("limits", "")) if not reason
        )
    notes = "; ".join([*lacks, *remarks])
    return Confinement(f"{line} ({notes})" if notes else line, full=not lacks)
