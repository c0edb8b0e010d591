"""A suite: an exercise's checks, each of them cases times facets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gradkata.judge.case import Case
from gradkata.judge.contract import Contract
from gradkata.report.model import Kind

Generate = Callable[[int], list[Case]]


@dataclass(frozen=True, slots=True)
class Check:
    """One judgement, worth points.

    Attributes:
        id: `kind.name`, or the kind alone.
        title: the sentence of the contract that the learner reads.
        why: why it matters, the last line of the message when it fails.
        cases: fixed cases, the simplest first: a failing check shows the first that fails.
        facets: what of each call is judged; `outcome` always is.
        generate: cases made from the report's seed, judged like the others.
        violations: kinds of fault that the worker's tripwires report, judged instead of cases.
        needs: ids of checks that must pass before this one is judged.
    """

    id: str
    title: str
    points: float
    why: str
    cases: tuple[Case, ...] = ()
    facets: tuple[str, ...] = ()
    generate: Generate | None = None
    violations: tuple[str, ...] = ()
    required: bool = True
    needs: tuple[str, ...] = ()
    contract: Contract | None = None

    @property
    def kind(self) -> Kind:
        return Kind(self.id.partition(".")[0])


@dataclass(frozen=True, slots=True)
class Suite:
    """All that an exercise is judged by.

    Attributes:
        contract: what the entry points promise, for the checks that name no contract of their own.
        arguments: for each entry point, how many arguments it is called with at most.
        forbidden_files: endings of the paths of source files whose functions an answer may not call.
    """

    contract: Contract
    checks: tuple[Check, ...]
    arguments: dict[str, int] = field(default_factory=dict)
    forbidden_files: tuple[str, ...] = ()

    @property
    def max_points(self) -> float:
        return sum(check.points for check in self.checks)

    def contract_of(self, check: Check) -> Contract:
        return check.contract or self.contract

    def fixed_cases(self) -> list[Case]:
        """Every fixed case once, without those that need a process of their own."""
        return [case for case in _unique(self.checks) if case.mode != "memory"]

    def memory_cases(self) -> list[Case]:
        """The cases whose peak memory the kernel counts: there is one to a process."""
        return [case for case in _unique(self.checks) if case.mode == "memory"]

    def on_real_devices(self, homes: Mapping[str, str]) -> Suite:
        """The checks that look at devices, with their cases on real ones: `homes` says which for each simulated one."""
        there = {case.id: case.on_real_devices(homes) for case in self.fixed_cases() if case.mode == "devices"}
        checks = []
        for check in self.checks:
            cases = tuple(there[case.id] for case in check.cases if case.id in there)
            if cases:
                checks.append(replace(check, cases=cases, generate=None, needs=()))
        return replace(self, checks=tuple(checks))

    def generated_cases(self, seed: int) -> dict[str, list[Case]]:
        """The generated cases of each check that has some."""
        return {check.id: check.generate(seed) for check in self.checks if check.generate is not None}


def _unique(checks: Sequence[Check]) -> list[Case]:
    cases: dict[str, Case] = {}
    for check in checks:
        for case in check.cases:
            known = cases.setdefault(case.id, case)
            if known is not case:
                raise ValueError(f"two cases are called {case.id}")
    return list(cases.values())
