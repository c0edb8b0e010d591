"""Runs submissions on an exercise's cases and gathers what was seen. It judges nothing."""

from __future__ import annotations

import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gradkata.content import Exercise
from gradkata.grading.workers import Ended, Job, Zygote
from gradkata.judge.case import Case, Placed, fill, reserve
from gradkata.judge.judging import Run, Violation
from gradkata.judge.observations import Garbled, parse
from gradkata.judge.seen import Mismatch, Seen, join
from gradkata.judge.suite import Suite
from gradkata.protocol.arena import Arena

MEMORY_LIMIT = 1 << 30
_START_ALLOWANCE = 1.0  # seconds on top of the submission's own limit, for fork and loading

# An entry point that touches nothing: what its process peaks at is what the measuring itself costs.
_IDLE = "def {name}(*args, **kwargs):\n    return 0.0\n"


@dataclass(frozen=True, slots=True)
class Prepared:
    """Cases with their places in memory that is shared with one worker."""

    placed: tuple[Placed, ...]
    arena: Arena

    def close(self) -> None:
        self.arena.close()


def lay_out(cases: Sequence[Case]) -> Prepared:
    """Shared memory with the cases' values in it."""
    arena = Arena()
    placed = tuple(reserve(case, arena) for case in cases)
    arena.seal()
    for one in placed:
        fill(one, arena)
    return Prepared(placed, arena)


class Observer:
    """Runs submissions of one exercise in a zygote's children."""

    def __init__(self, zygote: Zygote, exercise: Exercise, suite: Suite) -> None:
        self._zygote = zygote
        self._exercise = exercise
        self._suite = suite
        self._baseline: dict[str, int] = {}
        self._large_cases: dict[str, Prepared] = {}

    def observe(self, source: str, filename: str, cases: Sequence[Case], memory: Sequence[Case]) -> tuple[Run, Ended]:
        """Run a submission on `cases` in one process and on each of `memory` in one of its own.

        Returns what was seen, and how the first process ended.
        """
        self._measure_idle([case for case in memory if case.id not in self._baseline])
        main = lay_out(cases)
        try:
            prepared = [main, *(self._large(case) for case in memory)]
            ended = self._zygote.run([self._job(source, filename, one) for one in prepared])
            return self._gather(prepared, ended), ended[0]
        finally:
            main.close()

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
            for one in prepared.placed:
                fill(one, prepared.arena)
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
        }
        opening = {"forbidden_files": list(suite.forbidden_files), "limits": limits}
        return Job(opening, program, prepared.arena.descriptor, exercise.time_limit + _START_ALLOWANCE)

    def _gather(self, prepared: Sequence[Prepared], ended: Sequence[Ended]) -> Run:
        seen: dict[str, Seen] = {}
        violations: list[Violation] = []
        stops: list[_Stop] = []
        not_loaded = ""
        for one, end in zip(prepared, ended, strict=True):
            stop = _read(one, end, seen, violations, self._baseline, self._exercise.time_limit)
            not_loaded = not_loaded or stop.not_loaded
            if stop.how:
                stops.append(stop)
        first = stops[0] if stops else None
        return Run(
            seen=seen,
            violations=tuple(violations),
            ended_in=(first.case, first.how) if first is not None else None,
            unreached=f"Not reached: {first.how}." if first is not None else "",
            fault_of_ours=any(stop.ours for stop in stops),
            not_loaded=not_loaded,
        )


@dataclass(frozen=True, slots=True)
class _Stop:
    """Why a process did not get to its end; `how` is empty where it did."""

    case: str = ""
    how: str = ""
    ours: bool = False
    not_loaded: str = ""


def _read(
    prepared: Prepared,
    end: Ended,
    seen: dict[str, Seen],
    violations: list[Violation],
    baseline: Mapping[str, int],
    time_limit: float,
) -> _Stop:
    placed = {one.case.id: one for one in prepared.placed}
    order = [one.case.id for one in prepared.placed]
    not_loaded, garbled, done = "", end.garbled, 0
    confined = False
    for header, blob in end.frames:
        kind = header.get("kind")
        try:
            if kind == "confined" and not confined:
                confined = True
            elif kind == "violation":
                violations.append(Violation(str(header["fault"])[:40], str(header["detail"])[:200]))
            elif kind == "not_loaded":
                not_loaded = _not_loaded(header)
            elif kind == "observation":
                observation = parse(header, blob)
                if done == len(order) or observation.scenario != order[done]:
                    raise Garbled("an observation of another case than the one that ran")
                one = placed[order[done]]
                done += 1
                peak = None
                if one.case.mode == "memory" and end.peak_bytes is not None and one.case.id in baseline:
                    peak = end.peak_bytes - baseline[one.case.id]
                seen[one.case.id] = join(one, observation, prepared.arena, peak)
            else:
                raise Garbled(f"a frame of unknown kind {str(kind)[:20]!r}")
        except (Garbled, Mismatch, KeyError, TypeError) as error:
            garbled = garbled or str(error)
            break
    missing = [one.case.id for one in prepared.placed if one.case.id not in seen]
    entering = order[done] if done < len(order) else ""
    if not_loaded:
        return _Stop(not_loaded=not_loaded)
    if garbled:
        for one in prepared.placed:  # what came over a channel that was tampered with does not count
            seen.pop(one.case.id, None)
        violations.append(Violation("channel", f"on the grader's own channel: {garbled}"))
        return _Stop(entering, "the process wrote to the grader's own channel")
    if end.done and not missing:
        return _Stop()
    return _Stop(entering, _how_it_ended(end, confined, time_limit), ours=end.lost or not confined)


def _how_it_ended(end: Ended, confined: bool, time_limit: float) -> str:
    if end.lost:
        return "the worker was lost"
    if end.timed_out:
        return f"time-out: no answer within {time_limit:g} s (an endless loop?)"
    if not confined:
        return "the worker could not be set up"
    if end.status is None:
        return "the process fell silent"
    if end.status < 0:
        number = -end.status
        if number == signal.SIGXCPU:
            return f"the process used up its {time_limit:g} s of CPU time"
        try:
            name = signal.Signals(number).name
        except ValueError:
            name = f"signal {number}"
        return f"the process was ended by {name}"
    return f"the process ended itself with exit code {end.status}"


def _not_loaded(header: Mapping[str, object]) -> str:
    """Why the submission has no entry points to call, in the words of a message."""
    stage = header.get("stage")
    if stage == "syntax":
        if header.get("line") is None:
            return f"The file does not compile: {header['message']}."
        text, offset = str(header["text"]), header.get("offset")
        caret = " " * (offset - 1) + "^" if isinstance(offset, int) and 0 < offset <= len(text) + 1 else ""
        return f"SyntaxError in line {header['line']}: {header['message']}\n    {text}\n    {caret}".rstrip()
    if stage == "import":
        error = header["error"]
        assert isinstance(error, dict)
        where = f"\n    line {error['line']}: {error['text']}" if error.get("line") else ""
        return f"Loading the file raised {error['type']}: {error['message']}{where}"
    if stage == "missing":
        names, near = header["names"], header["nearest"]
        assert isinstance(names, list) and isinstance(near, dict)
        hints = [f"{name} (did you mean to rename {near[name]}?)" if name in near else str(name) for name in names]
        return f"The file defines no {', no '.join(hints)}."
    if stage == "not_callable":
        return f"{header['name']} is a {header['type']}, not a function."
    if stage == "arity":
        return f"{header['name']}{header['signature']} cannot be called with {header['wanted']} arguments."
    raise KeyError("stage")
