"""The report: the one object that every face (terminal, JSON, notebook, gradebook) is drawn from.

`schema` is the version of this layout. Fields are only ever added within a version.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

STUB = "stub"
"""What the diagnosis of an untouched stub calls itself."""


class Status(StrEnum):
    """The three states of a check. Only `passed` earns points."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_JUDGED = "not_judged"


class Kind(StrEnum):
    """What a check is about."""

    CORRECTNESS = "correctness"
    PARITY = "parity"
    ROBUSTNESS = "robustness"
    ORDERING = "ordering"
    INTERMEDIATES = "intermediates"
    SYNCHRONISATION = "synchronisation"
    DEVICES = "devices"
    INTEGRITY = "integrity"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CheckResult(_Model):
    """One check's judgement."""

    id: str
    kind: Kind
    title: str = Field(description="The sentence of the contract that this check stands for.")
    required: bool = Field(description="Whether the verdict `passed` needs this check.")
    status: Status
    points: float
    max_points: float
    message: str = Field(description="At most four lines: expected, seen, on which input, why it matters.")
    evidence: dict[str, str | int | float | bool | None] = Field(
        default_factory=dict, description="The facts behind the message, by name."
    )


class Diagnosis(_Model):
    """A named mistake that behaves as the submission does."""

    mistake: str
    title: str
    explanation: str


class SubmissionInfo(_Model):
    """Which source text was judged."""

    name: str
    sha256: str


class Environment(_Model):
    """What the judgement depended on besides the source."""

    gradkata: str
    suite: str = Field(description="Digest of the exercise's suite, mistakes and metadata.")
    torch: str
    python: str
    platform: str
    sandbox: str = Field(description="How the worker was confined, in one line.")
    devices: str = Field(default="", description="The real devices that checks on devices ran on too, if any.")
    program: str = Field(default="", description="Digest of the program that ran and judged the submission.")


class Report(_Model):
    """The verdict on one submission."""

    schema_version: Literal[1] = Field(default=1, alias="schema")
    exercise: str
    submission: SubmissionInfo
    verdict: Status
    points: float
    max_points: float
    checks: list[CheckResult]
    diagnosis: list[Diagnosis]
    unexplained: bool = Field(
        description="A check failed in a way that no known mistake explains: only the evidence is shown."
    )
    fault: str = Field(default="", description="What kept the submission as a whole from being judged, if anything.")
    output: Annotated[str, Field(description="The start of what the submission printed.")] = ""
    seed: int = Field(description="`--seed` with this number repeats the generated cases.")
    seconds: float
    environment: Environment

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    @property
    def passed(self) -> bool:
        return self.verdict is Status.PASSED

    def to_json(self) -> str:
        """One line of JSON."""
        return self.model_dump_json(by_alias=True)
