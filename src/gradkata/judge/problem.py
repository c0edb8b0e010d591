"""What a facet reports when it is not as it should be."""

from __future__ import annotations

from dataclasses import dataclass, field

Evidence = dict[str, str | int | float | bool | None]


@dataclass(frozen=True, slots=True)
class Problem:
    """Expected and seen, each the end of the sentence `Expected: ...` and `Seen: ...`."""

    expected: str
    seen: str
    evidence: Evidence = field(default_factory=dict)
