"""Builds all that a process will call its entry points with, before a submission is near.

A class meets the same cases. They are built once, in a process from which each submission's own is forked.
"""

from __future__ import annotations

import mmap
from typing import NamedTuple

from gradkata.protocol.messages import BatchMessage, ScenarioMessage, WorkMessage
from gradkata.worker import batch, build


class Staged(NamedTuple):
    """Scenarios and batches, each with what was built for it.

    None stands where it is built when its turn comes: what is measured or trained, what has a graph, and what belongs
    on a real device.
    """

    scenarios: list[tuple[ScenarioMessage, build.Built | None]]
    batches: list[tuple[BatchMessage, list[list[batch.Made]]]]


def build_all(work: WorkMessage, arena: mmap.mmap) -> Staged:
    """The first arguments of all calls, in the shared memory."""
    return Staged(
        [(scenario, build.build(scenario, arena) if _can_wait(scenario) else None) for scenario in work["scenarios"]],
        [(message, batch.make(message, arena)) for message in work["batches"]],
    )


def _can_wait(scenario: ScenarioMessage) -> bool:
    """Whether what is built for a scenario is the same in a process forked later."""
    if scenario["subject"] == "training" or scenario["mode"] in ("memory", "real"):
        return False
    return not any(item["graph"] for item in scenario["items"])
