"""CONTRIBUTING says how to add an exercise: three folders, and no line of the program. Here it is done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradkata.cli import main

FILES = {
    "exercises/scale_grads/exercise.toml": """
title = "Scale gradients"
category = "coding"
difficulty = 1
tags = ["coding", "training"]
track = "gradient-clipping"
order = 5
entry_points = ["scale_grads"]
""",
    "exercises/scale_grads/README.md": '''
# Scale gradients

**Category:** coding
**Difficulty:** 1
**Tags:** coding, training

## Question

Multiply every gradient by a factor.

## Signature

```python
def scale_grads(parameters, factor):
    """Multiply the gradients in place.

    Args:
        parameters: a list of parameters
        factor: a number
    Returns:
        None
    """
    raise NotImplementedError("write me")
```

## Contract

- Every gradient is multiplied by the factor.
- In place: `p.grad` remains the same tensor.
- Parameters without a gradient are skipped.

## Example

```python
p = torch.nn.Parameter(torch.ones(2))
p.grad = torch.ones(2)
scale_grads([p], 0.5)
assert p.grad.tolist() == [0.5, 0.5]
```

## Follow-up questions

- When is this needed?

## Clarifying questions

- **May the factor be zero?** Yes.
''',
    "exercises/scale_grads/hints.md": """
## Hint 1

Where are the gradients?

## Hint 2

In `p.grad`, which may be `None`.

## Hint 3

`p.grad.mul_(factor)`
""",
    "solutions/scale_grads/reference.py": '''
"""One by one.

It teaches the in-place product.
"""


def scale_grads(parameters, factor):
    for p in parameters:
        if p.grad is not None:
            p.grad.mul_(factor)
''',
    "solutions/scale_grads/answer.md": """
## Key concepts

In place.

## Why each line stands where it stands

The test comes before the product.

## Trade-offs

None.

## Follow-up questions

### When is this needed?

When gradients are accumulated.

Key points:

- the mean of means

## Sources

- PyTorch's documentation
""",
    "graders/scale_grads/suite.py": '''
"""How `scale_grads` is judged."""

import torch

from gradkata.judge.cases import GradientCases
from gradkata.judge.clipping import integrity_checks
from gradkata.judge.contract import Contract, Expectation, Range
from gradkata.judge.suite import Check, Suite
from dataclasses import replace

CASES = GradientCases("scale_grads", active=(0.5,), idle=(1.0,))


class Scaled(Contract):
    """Every gradient times the factor; any return value."""

    returns = "anything"

    def expect(self, case, call):
        (factor,) = case.args
        grads = [None if grad is None else Range(grad.double() * factor) for grad in case.visible(call)]
        return Expectation(None, grads, 1e-5, f"every gradient times {factor}")


def check(id_, title, points, *cases, facets=()):
    return Check(id_, title, points, "it is asked.", cases=cases, facets=facets)


channel = next(check for check in integrity_checks() if check.id == "integrity.channel")

SUITE = Suite(
    Scaled(),
    (
        replace(channel, points=1),
        check(
            "correctness.scaled", "Every gradient is multiplied by the factor.", 59,
            CASES.two_numbers(), CASES.shapes(), facets=("gradients",),
        ),
        check("robustness.in_place", "`p.grad` remains the same.", 20, CASES.two_numbers(), facets=("in_place",)),
        check("robustness.none_grads", "Parameters without a gradient are skipped.", 20, CASES.none_middle()),
    ),
)
''',
    "graders/scale_grads/mistakes/divided.py": '''
"""The gradients are divided by the factor.

A factor of one half makes them twice as large. Multiply.
"""


def scale_grads(parameters, factor):
    for p in parameters:
        if p.grad is not None:
            p.grad.div_(factor)
''',
    "graders/scale_grads/mistakes/rebound.py": '''
"""A new tensor takes the gradient's place.

Whoever holds the old one sees no change. Use `mul_`.
"""


def scale_grads(parameters, factor):
    for p in parameters:
        if p.grad is not None:
            p.grad = p.grad * factor
''',
    "graders/scale_grads/mistakes/no_none_check.py": '''
"""A parameter without a gradient ends the call.

Its `.grad` is None, which has no `mul_`. Skip it.
"""


def scale_grads(parameters, factor):
    for p in parameters:
        p.grad.mul_(factor)
''',
}


@pytest.fixture
def kit(tmp_path, monkeypatch) -> Path:
    """A kit of one new exercise, whose stub `gradkata reset` has written."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("GRADKATA_STATE", str(tmp_path / "state"))
    root = tmp_path / "kit"
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip("\n"))
    assert call("--kit", root, "reset", "scale_grads", "--yes") == 0
    return root


def call(*arguments: object) -> int:
    with pytest.raises(SystemExit) as caught:
        main([str(argument) for argument in arguments])
    return int(caught.value.code or 0)


def test_an_exercise_is_added_by_three_folders_and_nothing_else(kit, tmp_path, capsys):
    assert (call("--kit", kit, "dev", "check"), capsys.readouterr().out.splitlines()[-1]) == (
        0,
        "1 exercise is in order.",
    )
    sources = {
        "right": FILES["solutions/scale_grads/reference.py"],
        "wrong": FILES["graders/scale_grads/mistakes/rebound.py"].replace("p.grad * factor", "factor * p.grad"),
        "stub": (kit / "exercises/scale_grads/scale_grads.py").read_text(),
    }
    files = [tmp_path / f"{name}.py" for name in sources]
    for path, source in zip(files, sources.values(), strict=True):
        path.write_text(source)
    assert call("--kit", kit, "grade", "scale_grads", *files) == 1
    right, wrong, stub = map(json.loads, capsys.readouterr().out.splitlines())
    assert (right["verdict"], right["points"]) == ("passed", 100)
    assert (wrong["verdict"], wrong["points"]) == ("failed", 80)
    assert [diagnosis["title"] for diagnosis in wrong["diagnosis"]] == ["A new tensor takes the gradient's place."]
    assert (stub["verdict"], stub["points"]) == ("failed", 0)
    assert [diagnosis["title"] for diagnosis in stub["diagnosis"]] == ["Nothing is written yet."]


def test_dev_check_names_what_is_missing_from_a_new_exercise(kit, capsys):
    (kit / "graders/scale_grads/mistakes/rebound.py").unlink()
    (kit / "exercises/scale_grads/hints.md").write_text("## Hint 1\n\nOne.\n")
    alone = "no mistake is refused by robustness.in_place alone; write one or drop the check"
    assert call("--kit", kit, "dev", "check") == 1
    assert capsys.readouterr().out.splitlines()[-2:] == [
        f"{kit}/exercises/scale_grads/hints.md: has 1 hints; have 3, headed `## Hint 1` and so on",
        f"{kit}/graders/scale_grads/suite.py: {alone}",
    ]
