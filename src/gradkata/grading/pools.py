"""Where many submissions are graded: in this process, in several, or on a cluster."""

from __future__ import annotations

import os
from contextlib import ExitStack

from gradkata.grading.many import Pool
from gradkata.grading.pool import Here, ProcessPool
from gradkata.grading.task import Beginning

_WORTH_A_PROCESS = 8  # submissions: starting another grader costs about as much as grading these


def open_pool(count: int, stack: ExitStack, *, jobs: int | None = None, dask: str | None = None) -> Pool:
    """The pool for `count` submissions. What it holds open beside its executor is closed with `stack`.

    Args:
        count: how many submissions there are to grade.
        stack: of the caller.
        jobs: how many at a time; by default one for each core, if that is worth the processes.
        dask: the address of a scheduler whose workers do it instead.

    Raises:
        UserError: the cluster cannot be reached.
    """
    if dask is not None:
        from gradkata.grading.cluster import Cluster

        cluster = stack.enter_context(Cluster.connect(dask))
        return Pool(cluster.executor(), cluster.size)
    worth = -(-count // _WORTH_A_PROCESS)
    size = min(_cores(), worth) if jobs is None else min(jobs, count)
    return Pool(Here(), 1) if size <= 1 else Pool(ProcessPool(size, Beginning), size)


def _cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
