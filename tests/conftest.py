"""Fixtures that more than one room's tests use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

CARD = '''# Scale a list

**Category:** coding
**Difficulty:** 1
**Tags:** coding, lists

## Question

Multiply every number by a factor.

## Signature

```python
def scale(numbers: list[float], factor: float) -> None:
    """Multiply in place.

    Args:
        numbers: the list.
        factor: any number.

    Returns:
        Nothing.
    """
    raise NotImplementedError("write me")
```

## Contract

- The list is changed in place.
- An empty list
  stays empty.

## Example

```python
numbers = [1.0, 2.0]
scale(numbers, 2.0)
assert numbers == [2.0, 4.0]
```

## Follow-up questions

- Why in place?

## Clarifying questions

- **May the list be empty?** Yes.
'''

TOML = """title = "Scale a list"
category = "coding"
difficulty = 1
tags = ["coding", "lists"]
track = "lists"
order = {order}
entry_points = ["{entry_point}"]
"""

HINTS = """## Hint 1

Which operator?

## Hint 2

Assign to each index.

## Hint 3

A loop over `range(len(numbers))`.
"""

REFERENCE = '''"""Index by index.

It teaches assignment.

Loses: launches, waits
"""


def {entry_point}(numbers, factor):
    for index in range(len(numbers)):
        numbers[index] *= factor
'''

ANSWER = """## Key concepts

References.

## Why each line stands where it stands

The loop assigns.

## Trade-offs

None.

## Follow-up questions

### Why in place?

Because others hold the list.

Key points:

- aliasing

## Sources

- the Python tutorial
"""

REBOUND = '''"""The local name was bound to a new list, so the caller's list stays as it was.

`numbers = ...` makes the name mean another list.
Assign to `numbers[:]` instead.

Seen: 4 of 153 public implementations
Facets: in_place, outcome
"""


def {entry_point}(numbers, factor):
    numbers = [number * factor for number in numbers]
'''

REBOUND_BY_MAP = '''"""With map.

Variant of: rebound
"""


def {entry_point}(numbers, factor):
    numbers = list(map(factor.__mul__, numbers))
'''

QUICK_SUITE = """
import runpy
from dataclasses import replace

whole = runpy.run_path({path!r})["SUITE"]


def first(check):
    cases = tuple(case for case in check.cases if case.mode != "memory")[:1]
    return replace(check, cases=cases, generate=None)


SUITE = replace(whole, checks=tuple(map(first, whole.checks)))
"""

KitMaker = Callable[..., Path]


@pytest.fixture(autouse=True, scope="session")
def _state_of_nobody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What programs remember while the tests run is not remembered of the person who runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADKATA_STATE", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session")
def quick_kit(tmp_path_factory) -> Path:
    """A kit that is quick to grade with: the real exercises and suites, of which every check keeps its first case.

    It has no mistakes, so that nothing is run for a diagnosis.
    """
    here = Path(__file__).parents[1]
    root = tmp_path_factory.mktemp("quick")
    for folder in ("exercises", "solutions"):
        (root / folder).symlink_to(here / folder)
    for whole in here.glob("graders/*/suite.py"):
        suite = root / "graders" / whole.parent.name / "suite.py"
        suite.parent.mkdir(parents=True)
        suite.write_text(QUICK_SUITE.format(path=str(whole)))
    return root


@dataclass(frozen=True)
class Outcome:
    """What a call of the program left."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Calls the program in this process as a person calls it, with state and cache of its own."""
    from gradkata.cli import main

    monkeypatch.setenv("GRADKATA_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("GRADKATA_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("GRADKATA_KIT", raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("PATH", "")  # the program calls itself `gradkata` in what it says, wherever the tests run

    def call(*arguments: object) -> Outcome:
        with pytest.raises(SystemExit) as caught:
            main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Outcome(int(caught.value.code or 0), captured.out, captured.err)

    return call


@pytest.fixture
def make_kit(tmp_path: Path) -> KitMaker:
    """Makes a kit of small, valid exercises with the given ids in a temporary folder, and returns the folder."""

    def make(*ids: str, name: str = "kit") -> Path:
        root = tmp_path / name
        for number, exercise_id in enumerate(ids, 1):
            _write_exercise(root, exercise_id, order=10 * number)
        return root

    return make


def _write_exercise(root: Path, exercise_id: str, order: int) -> None:
    from gradkata.content import Kit

    files = {
        f"exercises/{exercise_id}/exercise.toml": TOML.format(order=order, entry_point=exercise_id),
        f"exercises/{exercise_id}/README.md": CARD.replace("scale(", f"{exercise_id}("),
        f"exercises/{exercise_id}/hints.md": HINTS,
        f"solutions/{exercise_id}/reference.py": REFERENCE.format(entry_point=exercise_id),
        f"solutions/{exercise_id}/answer.md": ANSWER,
        f"graders/{exercise_id}/suite.py": '"""The suite."""\n',
        f"graders/{exercise_id}/mistakes/rebound.py": REBOUND.format(entry_point=exercise_id),
        f"graders/{exercise_id}/mistakes/rebound--by_map.py": REBOUND_BY_MAP.format(entry_point=exercise_id),
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    exercise = Kit(root).exercise(exercise_id)
    exercise.stub_path.write_text(exercise.stub, encoding="utf-8")
