"""What time it is, so that an interview's clock is right after a crash, a restart, and a clock that was set.

The wall clock survives a restart of the machine but may be set; the time since the machine's start cannot be set but
ends with it. Each event keeps both, and the second is trusted as long as it lasts.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
NOTICEABLE = 2.0
"""Seconds: less than this is a clock being kept right, not one that was set."""


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment. `up` is seconds since the start of the machine that `boot` names; if that is "", it says nothing."""

    wall: float
    boot: str = ""
    up: float = 0.0


def now() -> Instant:
    """This moment."""
    boot = _boot()
    return Instant(time.time(), boot, time.clock_gettime(time.CLOCK_BOOTTIME) if boot else 0.0)


def seconds_between(earlier: Instant, later: Instant) -> float:
    """How long it took, never less than nothing; a suspended machine's time counts."""
    if earlier.boot and earlier.boot == later.boot and later.up >= earlier.up:
        return later.up - earlier.up
    return max(0.0, later.wall - earlier.wall)


def jump(earlier: Instant, later: Instant) -> float:
    """By how many seconds the wall clock was set in between, forward or (negative) back; 0 if by none that shows."""
    by = later.wall - earlier.wall - seconds_between(earlier, later)
    return by if abs(by) >= NOTICEABLE else 0.0


@cache
def _boot() -> str:
    """The name of this start of the machine, or "" where it or the time since it cannot be had."""
    if not hasattr(time, "CLOCK_BOOTTIME"):
        return ""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""
