"""Runs submissions on an exercise's cases and gathers what was seen. It judges nothing."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gradkata.content import Exercise
from gradkata.grading.hearing import Due, Heard, hear
from gradkata.grading.line import Line
from gradkata.grading.workers import Ended, Job, Zygote
from gradkata.judge.batch import PlacedBatch, SeenBatch, fill_batch, reserve_batch
from gradkata.judge.case import Case, Placed, fill, reserve
from gradkata.judge.judging import Run
from gradkata.judge.recall import Recall
from gradkata.judge.seen import Seen
from gradkata.judge.suite import Suite
from gradkata.protocol import frames
from gradkata.protocol.arena import Arena

MEMORY_LIMIT = 1 << 30
_START_ALLOWANCE = 1.0  # seconds on top of the submission's own limit, for fork and loading

_IN_ONE = -1  # the place of what has all its cases in one process
_PATIENCE = 0.2  # of the time limit: who has not answered in one process by then is run in several

# An entry point that touches nothing: what its process peaks at is what the measuring itself costs.
_IDLE = "def {name}(*args, **kwargs):\n    return 0.0\n"


class _Counted(NamedTuple):
    """A memory case, the last of `cases` that a process meets, and whether that process comes from a stage."""

    case: str
    cases: int
    staged: bool


@dataclass(slots=True)
class Prepared:
    """What one worker is to run, in memory that is shared with it: cases, those that run as a batch, a memory case.

    `work` is the frame that tells the worker of them; `met` says whether a submission has met them, and `stage` is a
    process that has built them already.
    """

    cases: tuple[Case, ...]
    placed: tuple[Placed, ...]
    batch: PlacedBatch | None
    arena: Arena
    work: bytes
    met: bool = False
    stage: Line | None = None

    @property
    def due(self) -> list[Due]:
        """What will be observed, in order."""
        memory = [one for one in self.placed if one.case.mode == "memory"]
        others = [one for one in self.placed if one.case.mode != "memory"]
        return [*others, *([] if self.batch is None else [self.batch]), *memory]

    @property
    def counted(self) -> _Counted | None:
        """The case of which the kernel counts the memory, if there is one, and how it is met."""
        last = self.placed[-1].case if self.placed else None
        if last is None or last.mode != "memory":
            return None
        return _Counted(last.id, len(self.cases), self.stage is not None)

    def close(self) -> None:
        if self.stage is not None:
            self.stage.close()
        self.arena.close()


def lay_out(cases: Sequence[Case]) -> Prepared:
    """Shared memory with the cases' values in it."""
    arena = Arena()
    placed = tuple(reserve(case, arena) for case in cases if case.flat is None)
    alike = [case for case in cases if case.flat is not None]
    batch = reserve_batch(alike, arena) if alike else None
    batches = [] if batch is None else [batch.message]
    work = frames.pack({"scenarios": [one.message for one in placed], "batches": batches})
    arena.seal()
    for one in placed:
        fill(one)
    if batch is not None:
        fill_batch(batch)
    arena.keep()
    return Prepared(tuple(cases), placed, batch, arena, work)


def shared_out(cases: Sequence[Case], memory: Sequence[Case] = (), *, in_one: bool = False) -> list[list[Case]]:
    """The cases of each process that a submission gets: those without a probe; those with one; those of `memory`.

    The kernel counts the peak of a whole process, from where it is told that a memory case begins: there is one to a
    process, and it comes last. The first is run behind the probes, which take next to nothing; with `in_one`, behind
    all others.
    """
    plain, probed = [[case for case in cases if (case.mode == "plain") is without] for without in (True, False)]
    first = [[*plain, *probed, *memory[:1]]] if in_one else [plain, [*probed, *memory[:1]]]
    groups = [*first, *([case] for case in memory[1:])]
    return [group for group in groups if group] or [[]]


def batched(names: Iterable[str], size: int) -> Iterator[list[str]]:
    """The names in lists of `size`, the last one perhaps shorter."""
    remaining = list(names)
    while remaining:
        yield remaining[:size]
        remaining = remaining[size:]


class Observer:
    """Runs submissions of one exercise in a zygote's children."""

    def __init__(
        self,
        zygote: Zygote,
        exercise: Exercise,
        suite: Suite,
        start_allowance: float = _START_ALLOWANCE,
        *,
        sparing: bool = False,
    ) -> None:
        """Run nothing yet. `sparing`: as few processes for a submission as will do, for who has work for all cores."""
        self._zygote = zygote
        self._sparing = sparing
        self._start_allowance = start_allowance
        self._exercise = exercise
        self._suite = suite
        self._baseline: dict[_Counted, Ended] = {}
        self._recall = Recall()
        # The last of each place: which of the programs that run at the same time, and which process of it.
        self._laid_out: dict[tuple[int, int], Prepared] = {}
        self._spoilt = False

    def observe(
        self,
        source: str,
        filename: str,
        cases: Sequence[Case],
        memory: Sequence[Case],
        while_waiting: Callable[[], None] | None = None,
    ) -> tuple[Run, Ended]:
        """Run a submission on `cases` and on those of `memory`, in several processes at the same time.

        Where one of them has to do, and does not get to its end, they run in several after all: what is lost, and the
        time that there is, are then the same for everybody. `while_waiting` is called while they run. Returns what was
        seen, and how the first process ended.
        """
        if self._sparing:
            run, ended = self._observe(source, filename, cases, memory, while_waiting, in_one=True)
            if run.ended_in is None:
                return run, ended
        return self._observe(source, filename, cases, memory, while_waiting, in_one=False)

    def _observe(
        self,
        source: str,
        filename: str,
        cases: Sequence[Case],
        memory: Sequence[Case],
        while_waiting: Callable[[], None] | None,
        *,
        in_one: bool,
    ) -> tuple[Run, Ended]:
        groups = shared_out(cases, memory, in_one=in_one)
        place = _IN_ONE if in_one else 0
        prepared = [self._make_ready(group, (place, number)) for number, group in enumerate(groups)]
        self._measure_idle(prepared)
        jobs = [self._job(source, filename, one, patient=in_one) for one in prepared]
        ended = self._run(jobs, while_waiting)
        return self._gather(prepared, ended), ended[0]

    def observe_together(self, sources: Mapping[str, str], cases: Sequence[Case]) -> dict[str, Run]:
        """Run several programs by name on the same cases, as many at a time as there are cores."""
        groups = shared_out(cases)
        runs: dict[str, Run] = {}
        for names in batched(sources, os.cpu_count() or 1):
            prepared = {
                name: [self._make_ready(group, (place, number)) for number, group in enumerate(groups)]
                for place, name in enumerate(names)
            }
            jobs = [self._job(sources[name], f"{name}.py", one) for name in names for one in prepared[name]]
            ended = iter(self._run(jobs))
            for name in names:
                runs[name] = self._gather(prepared[name], [next(ended) for _ in groups])
        return runs

    def close(self) -> None:
        """Let all shared memory go."""
        for prepared in self._laid_out.values():
            prepared.close()
        self._laid_out.clear()

    def _make_ready(self, cases: Sequence[Case], place: tuple[int, int]) -> Prepared:
        """Memory with these cases in it, and a stage where they are met again: for the second time, or in a class."""
        prepared = self._lay_out(cases, place)
        again = prepared.met or place[0] == _IN_ONE
        if again and (prepared.stage is None or prepared.stage.lost) and self._zygote.leaves_nothing:
            prepared.stage = self._zygote.stage(prepared.work, prepared.arena.descriptor)
        prepared.met = True
        return prepared

    def _lay_out(self, cases: Sequence[Case], place: tuple[int, int]) -> Prepared:
        """Memory with these cases in it; what was laid out last in this place is not done again."""
        if self._spoilt:
            self.close()
            self._spoilt = False
        last = self._laid_out.get(place)
        if last is not None and list(map(id, last.cases)) == list(map(id, cases)):
            last.arena.restore()
            return last
        if last is not None:
            last.close()
        self._laid_out[place] = lay_out(cases)
        return self._laid_out[place]

    def _run(self, jobs: Sequence[Job], while_waiting: Callable[[], None] | None = None) -> list[Ended]:
        """Run jobs, and note whether something that they started may still have their memory in its hands."""
        try:
            ended = self._zygote.run(jobs, while_waiting)
        except BaseException:
            self._spoilt = True
            raise
        self._spoilt = self._spoilt or not self._zygote.leaves_nothing or any(end.status is None for end in ended)
        return ended

    def _measure_idle(self, prepared: Sequence[Prepared]) -> None:
        """What a process peaks at that is given a memory case and leaves it alone."""
        asked = [one for one in prepared if (counted := one.counted) is not None and counted not in self._baseline]
        if not asked:
            return
        jobs = [self._job(self._idle_source(), "idle.py", one) for one in asked]
        for one, end in zip(asked, self._run(jobs), strict=True):
            one.arena.restore()  # later calls had their gradients copied in
            if one.counted is not None and end.peak_bytes is not None and end.done:
                self._baseline[one.counted] = end

    def _idle_source(self) -> str:
        return "\n".join(_IDLE.format(name=name) for name in self._exercise.entry_points)

    def _job(self, source: str, filename: str, prepared: Prepared, *, patient: bool = False) -> Job:
        """`patient`: what is seen may come all at once, at the end; where it does not come soon, others are asked."""
        exercise, suite = self._exercise, self._suite
        seconds = exercise.time_limit
        if patient:
            seconds = min(seconds, max(1.0, seconds * _PATIENCE))
        limits = {"cpu_seconds": seconds, "memory_bytes": MEMORY_LIMIT}
        arguments = {name: suite.arguments.get(name, 2) for name in exercise.entry_points}
        program = {
            "source": source,
            "filename": filename,
            "entry_points": list(exercise.entry_points),
            "arguments": arguments,
            "imports": list(exercise.imports),
            "forbidden_files": list(suite.forbidden_files),
        }
        opening = {
            "forbidden_files": list(suite.forbidden_files),
            "limits": limits,
            "patient": patient,
            "token": secrets.token_hex(16),
        }
        limit = seconds + self._start_allowance
        return Job(opening, prepared.work, program, prepared.arena.descriptor, limit, prepared.stage)

    def _gather(self, prepared: Sequence[Prepared], ended: Sequence[Ended]) -> Run:
        seen: dict[str, Seen] = {}
        batch: SeenBatch | None = None
        processes: list[Heard] = []
        for one, end in zip(prepared, ended, strict=True):
            heard = hear(one.due, end, self._exercise.time_limit, self._recall, self._peaks(one, end))
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
        counted = prepared.counted
        if counted is None or counted not in self._baseline or end.peak_bytes is None:
            return {}
        return {counted.case: _above(end, self._baseline[counted])}


def _above(end: Ended, idle: Ended) -> int:
    """How much further a process peaked than an idle one, in bytes: since its memory case began, where that is known.

    What a file does while it is loaded, a demonstration or a test, is not what its function takes.
    """
    assert end.peak_bytes is not None
    assert idle.peak_bytes is not None
    if end.resident_bytes is None or idle.resident_bytes is None:
        return end.peak_bytes - idle.peak_bytes
    return (end.peak_bytes - end.resident_bytes) - (idle.peak_bytes - idle.resident_bytes)
