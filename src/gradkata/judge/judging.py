"""From what was seen to check results: first each check by itself, then what waits for what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gradkata.judge.batch import SeenBatch
from gradkata.judge.case import Case
from gradkata.judge.contract import Contract
from gradkata.judge.problem import Evidence, Problem
from gradkata.judge.seen import Seen
from gradkata.judge.suite import Check, Suite
from gradkata.report.model import CheckResult, Status

Key = tuple[str, int, str]  # case, call, facet
GENERATED = "generated"
"""Stands for the case where a run ended in a batch, and for the facet where a case of one is wrong in any."""
_COUNTED = {"waits", "new_bytes", "launches", "way"}  # facets that rest on a probe's counts


@dataclass(frozen=True, slots=True)
class Violation:
    """A tripwire that the submission touched."""

    fault: str
    detail: str


@dataclass(frozen=True, slots=True)
class Run:
    """All that is known of a submission's run.

    Attributes:
        seen: what was seen, by case.
        ended_in: the case in which the run ended early, and how, in the words of a message; None if it did not.
        unreached: why cases that are missing were not reached.
        fault_of_ours: set where the machine or the kit failed: then nothing missing is held against the submission.
        not_loaded: why no entry point could be called at all.
        batch: what was seen of the generated cases.
    """

    seen: Mapping[str, Seen]
    violations: tuple[Violation, ...] = ()
    ended_in: tuple[str, str] | None = None
    unreached: str = ""
    fault_of_ours: bool = False
    not_loaded: str = ""
    batch: SeenBatch | None = None


@dataclass(frozen=True, slots=True)
class Raw:
    """A check's judgement by itself: `failing` holds every case, call and facet that is wrong."""

    check: Check
    status: Status
    message: str
    evidence: Evidence = field(default_factory=dict)
    failing: tuple[Key, ...] = ()


def judge(suite: Suite, run: Run, generated: Mapping[str, list[Case]]) -> list[Raw]:
    """Every check by itself, in the suite's order."""
    return [_judge_check(suite, check, run, generated.get(check.id, [])) for check in suite.checks]


def _judge_check(suite: Suite, check: Check, run: Run, generated: list[Case]) -> Raw:
    if check.violations:
        return _judge_violations(check, run)
    if run.not_loaded:
        return Raw(check, Status.NOT_JUDGED, run.not_loaded)
    contract = suite.contract_of(check)
    failing: list[Key] = []
    first: tuple[Case, int, Problem] | None = None
    missing: list[Case] = []
    for case in check.cases:
        seen = run.seen.get(case.id)
        if seen is None or (case.mode == "memory" and seen.peak_bytes is None):
            missing.append(case)
            continue
        for call, facet, problem in _problems(check, contract, seen):
            failing.append((case.id, call, facet))
            first = first or (case, call, problem)
    if generated and run.batch is not None:
        numbers = run.batch.failing(contract, check.facets, run.batch.numbers_of(generated))
        for number in numbers[:1] if first is None else []:
            seen = run.batch.seen(number)
            first = next((seen.case, call, problem) for call, _, problem in contract.problems(check.facets, seen))
        failing.extend((run.batch.placed.cases[number].id, 0, GENERATED) for number in numbers)
    elif generated:
        missing.extend(generated)
    if first is not None:
        case, call, problem = first
        where = case.describe(call)
        if len(suite.arguments) > 1:  # the learner must be told which of their functions it was
            where = f"{case.entry}, {where}"
        message = _message(
            problem, where, check.why, len({key[0] for key in failing}), len(check.cases) + len(generated)
        )
        return Raw(check, Status.FAILED, message, problem.evidence, tuple(failing))
    if missing:
        return _judge_missing(check, run, missing)
    return Raw(check, Status.PASSED, "", _counts(check, run, len(generated)))


def _problems(check: Check, contract: Contract, seen: Seen) -> tuple[tuple[int, str, Problem], ...]:
    """What is wrong about a case: the same for whoever is seen to do the same in it."""
    if check.id not in seen.judgements:
        seen.judgements[check.id] = tuple(contract.problems(check.facets, seen))
    return seen.judgements[check.id]


def _judge_violations(check: Check, run: Run) -> Raw:
    touched = [violation for violation in run.violations if violation.fault in check.violations]
    if touched:
        detail = ", ".join(dict.fromkeys(violation.detail for violation in touched))
        return Raw(
            check,
            Status.FAILED,
            f"Expected: {check.title[0].lower()}{check.title[1:]}\nSeen: {detail}\nWhy: {check.why}",
            {"touched": detail},
            tuple(("violation", 0, violation.fault) for violation in touched),
        )
    if run.not_loaded or not run.seen:
        return Raw(check, Status.NOT_JUDGED, run.not_loaded or run.unreached)
    return Raw(check, Status.PASSED, "")


def _judge_missing(check: Check, run: Run, missing: list[Case]) -> Raw:
    if run.ended_in is not None and not run.fault_of_ours:
        ended_case, how = run.ended_in
        for case in missing:
            in_batch = ended_case == GENERATED and case.flat is not None
            if case.id == ended_case or in_batch:
                problem = Problem("the call to return", how)
                where = "one of the generated cases" if in_batch else case.describe()
                message = _message(problem, where, check.why, 1, 1)
                return Raw(check, Status.FAILED, message, {}, ((case.id, 0, "ended"),))
    return Raw(check, Status.NOT_JUDGED, run.unreached or "not reached")


def _message(problem: Problem, where: str, why: str, failing: int, cases: int) -> str:
    more = f" ({failing} of {cases} cases fail)" if cases > 1 else ""
    return f"Expected: {problem.expected}\nSeen: {problem.seen}\nInput: {where}{more}\nWhy: {why}"


def _counts(check: Check, run: Run, generated: int) -> Evidence:
    """Figures worth showing although all is well: the most waits, launches and new bytes of each entry point."""
    evidence: Evidence = {"cases": len(check.cases) + generated}
    if not _COUNTED & set(check.facets):
        return evidence
    entries = dict.fromkeys(case.entry for case in check.cases)
    for entry in entries:
        calls = [call for case in check.cases if case.entry == entry for call in run.seen[case.id].calls]
        probes = [call.probe for call in calls if call.probe is not None]
        prefix = f"{entry} " if len(entries) > 1 else ""
        if probes:
            evidence[f"{prefix}waits"] = max(probe.waits for probe in probes)
            evidence[f"{prefix}launches"] = max(probe.launches for probe in probes)
            evidence[f"{prefix}largest new bytes"] = max(probe.largest_new_bytes for probe in probes)
    return evidence


def settle(raws: list[Raw]) -> list[CheckResult]:
    """Check results with points: a check whose needs are not met is not judged and earns nothing."""
    status = {raw.check.id: raw.status for raw in raws}
    results = []
    for raw in raws:
        check = raw.check
        unmet = [need for need in _all_needs(check, raws) if status[need] is not Status.PASSED]
        state, message, evidence = raw.status, raw.message, raw.evidence
        # What a submission touched is said in any case, and where it ended; that it touched nothing is worth nothing.
        ended = any(facet == "ended" for _, _, facet in raw.failing)
        stands = state is Status.NOT_JUDGED or (state is Status.FAILED and (ended or bool(check.violations)))
        if unmet and not stands:
            state, message, evidence = Status.NOT_JUDGED, f"Waits for {unmet[0]}.", {}
        results.append(
            CheckResult(
                id=check.id,
                kind=check.kind,
                title=check.title,
                required=check.required,
                status=state,
                points=check.points if state is Status.PASSED else 0.0,
                max_points=check.points,
                message=message,
                evidence=evidence,
            )
        )
    return results


def _all_needs(check: Check, raws: list[Raw]) -> list[str]:
    """Needs by id; a need that is a kind stands for all checks of it."""
    ids = [raw.check.id for raw in raws if raw.check is not check]
    found: list[str] = []
    for need in check.needs:
        found += [id_ for id_ in ids if id_ == need or id_.partition(".")[0] == need]
    return found


def verdict(results: list[CheckResult], fault_of_ours: bool) -> Status:
    """Passed when every required check is; not judged only where the fault is ours."""
    if all(result.status is Status.PASSED for result in results if result.required):
        return Status.PASSED
    if fault_of_ours and not any(result.status is Status.FAILED for result in results):
        return Status.NOT_JUDGED
    return Status.FAILED
