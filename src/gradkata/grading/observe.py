"""Runs submissions on an exercise's cases and gathers what was seen. It judges nothing."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gradkata.content import Exercise
from gradkata.grading.hearing import Due, Heard, hear
from gradkata.grading.workers import Ended, Job, Zygote
from gradkata.judge.batch import PlacedBatch, SeenBatch, fill_batch, reserve_batch
from gradkata.judge.case import Case, Placed, fill, reserve
from gradkata.judge.judging import Run
from gradkata.judge.seen import Seen
from gradkata.judge.suite import Suite
from gradkata.protocol.arena import Arena

MEMORY_LIMIT = 1 << 30
_START_ALLOWANCE = 1.0  # seconds on top of the submission's own limit, for fork and loading

# An entry point that touches nothing: what its process peaks at is what the measuring itself costs.
_IDLE = "def {name}(*args, **kwargs):\n    return 0.0\n"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What one worker is to run, in memory that is shared with it: cases, then those that run as a batch."""

    placed: tuple[Placed, ...]
    batch: PlacedBatch | None
    arena: Arena

    @property
    def due(self) -> list[Due]:
        """What will be observed, in order."""
        return [*self.placed, *([] if self.batch is None else [self.batch])]

    def fill(self) -> None:
        """Write the cases' values to their places."""
        for one in self.placed:
            fill(one)
        if self.batch is not None:
            fill_batch(self.batch)

    def close(self) -> None:
        self.arena.close()


def lay_out(cases: Sequence[Case]) -> Prepared:
    """Shared memory with the cases' values in it."""
    arena = Arena()
    placed = tuple(reserve(case, arena) for case in cases if case.flat is None)
    alike = [case for case in cases if case.flat is not None]
    prepared = Prepared(placed, reserve_batch(alike, arena) if alike else None, arena)
    arena.seal()
    prepared.fill()
    return prepared


def batched(names: Iterable[str], size: int) -> Iterator[list[str]]:
    """The names in lists of `size`, the last one perhaps shorter."""
    remaining = list(names)
    while remaining:
        yield remaining[:size]
        remaining = remaining[size:]


class Observer:
    """Runs submissions of one exercise in a zygote's children."""

    def __init__(
        self, zygote: Zygote, exercise: Exercise, suite: Suite, start_allowance: float = _START_ALLOWANCE
    ) -> None:
        self._zygote = zygote
        self._start_allowance = start_allowance
        self._exercise = exercise
        self._suite = suite
        self._baseline: dict[str, int] = {}
        self._large_cases: dict[str, Prepared] = {}

    def observe(
        self,
        source: str,
        filename: str,
        cases: Sequence[Case],
        memory: Sequence[Case],
        while_waiting: Callable[[], None] | None = None,
    ) -> tuple[Run, Ended]:
        """Run a submission on `cases` in one process and on each of `memory` in one of its own.

        What else a process does would count as memory, too. `while_waiting` is called while they run. Returns what was
        seen, and how the first process ended.
        """
        self._measure_idle([case for case in memory if case.id not in self._baseline])
        main = lay_out(cases)
        try:
            prepared = [main, *(self._large(case) for case in memory)]
            ended = self._zygote.run([self._job(source, filename, one) for one in prepared], while_waiting)
            return self._gather(prepared, ended), ended[0]
        finally:
            main.close()

    def observe_together(self, sources: Mapping[str, str], cases: Sequence[Case]) -> dict[str, Run]:
        """Run several programs by name on the same cases, as many at a time as there are cores."""
        runs: dict[str, Run] = {}
        for names in batched(sources, os.cpu_count() or 1):
            prepared = [lay_out(cases) for _ in names]
            try:
                jobs = [self._job(sources[name], f"{name}.py", one) for name, one in zip(names, prepared, strict=True)]
                for name, one, end in zip(names, prepared, self._zygote.run(jobs), strict=True):
                    runs[name] = self._gather([one], [end])
            finally:
                for one in prepared:
                    one.close()
        return runs

    def close(self) -> None:
        """Let the memory of large cases go."""
        for prepared in self._large_cases.values():
            prepared.close()
        self._large_cases.clear()

    def _large(self, case: Case) -> Prepared:
        """A memory case with its values in place. Its memory is kept: making it anew would cost more than the run."""
        prepared = self._large_cases.get(case.id)
        if prepared is None:
            prepared = self._large_cases[case.id] = lay_out([case])
        else:
            prepared.fill()
        return prepared

    def _measure_idle(self, cases: Sequence[Case]) -> None:
        """What a process peaks at that is given a memory case and leaves it alone."""
        if not cases:
            return
        jobs = [self._job(self._idle_source(), "idle.py", self._large(case)) for case in cases]
        for case, end in zip(cases, self._zygote.run(jobs), strict=True):
            if end.peak_bytes is not None and end.done:
                self._baseline[case.id] = end.peak_bytes

    def _idle_source(self) -> str:
        return "\n".join(_IDLE.format(name=name) for name in self._exercise.entry_points)

    def _job(self, source: str, filename: str, prepared: Prepared) -> Job:
        exercise, suite = self._exercise, self._suite
        limits = {"cpu_seconds": exercise.time_limit, "memory_bytes": MEMORY_LIMIT}
        arguments = {name: suite.arguments.get(name, 2) for name in exercise.entry_points}
        program = {
            "source": source,
            "filename": filename,
            "entry_points": list(exercise.entry_points),
            "arguments": arguments,
            "imports": list(exercise.imports),
            "forbidden_files": list(suite.forbidden_files),
            "scenarios": [one.message for one in prepared.placed],
            "batches": [] if prepared.batch is None else [prepared.batch.message],
        }
        opening = {"forbidden_files": list(suite.forbidden_files), "limits": limits, "token": secrets.token_hex(16)}
        return Job(opening, program, prepared.arena.descriptor, exercise.time_limit + self._start_allowance)

    def _gather(self, prepared: Sequence[Prepared], ended: Sequence[Ended]) -> Run:
        seen: dict[str, Seen] = {}
        batch: SeenBatch | None = None
        processes: list[Heard] = []
        for one, end in zip(prepared, ended, strict=True):
            heard = hear(one.due, end, self._exercise.time_limit, self._peaks(one, end))
            seen |= heard.seen
            batch = batch or heard.batch
            processes.append(heard)
        stopped = next((heard for heard in processes if heard.stopped), None)
        return Run(
            seen=seen,
            batch=batch,
            violations=tuple(violation for heard in processes for violation in heard.violations),
            ended_in=(stopped.case, stopped.stopped) if stopped is not None else None,
            unreached=f"Not reached: {stopped.stopped}." if stopped is not None else "",
            fault_of_ours=any(heard.ours for heard in processes),
            not_loaded=next((heard.not_loaded for heard in processes if heard.not_loaded), ""),
        )

    def _peaks(self, prepared: Prepared, end: Ended) -> dict[str, int]:
        """How far a memory case's process peaked above what measuring costs."""
        cases = [one.case for one in prepared.placed if one.case.mode == "memory" and one.case.id in self._baseline]
        return {} if end.peak_bytes is None else {case.id: end.peak_bytes - self._baseline[case.id] for case in cases}
