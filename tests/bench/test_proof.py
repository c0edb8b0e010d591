"""`dev check` looks at what `bench` needs, too."""

from __future__ import annotations

import pytest

from gradkata.bench.proof import problems
from gradkata.content import Kit, find_kit

BENCH = """
from gradkata.bench import Baseline, Bench, Case


def double(parameters, factor):
    for parameter in parameters:
        parameter.grad.mul_(factor)


BENCH = Bench(
    baselines=(Baseline("double", double),),
    cases=(Case("few", "", ((2048, 2048),), lambda gradients: (len(gradients),)),),
    entry_points={"scale": ""},
)
"""


@pytest.fixture
def bench_says(make_kit):
    """The problems of a kit whose exercise has this `bench.py`."""
    root = make_kit("scale")
    path = root / "graders" / "scale" / "bench.py"

    def says(source: str) -> list[str]:
        path.write_text(source)
        return [line.removeprefix(f"{path}: ") for line in problems(Kit(root))]

    return says


def test_every_bench_of_the_kit_is_in_order():
    assert problems(find_kit()) == []


def test_one_that_fits_its_exercise_is_in_order_and_none_is_needed(bench_says, make_kit):
    assert bench_says(BENCH) == []
    assert problems(Kit(make_kit("add", name="without"))) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("BENCH =", "OTHER ="), "BENCH is not defined; define BENCH = Bench(...)"),
        (("scale", "scales"), "the exercise has no entry point scales; there is scale"),
        (
            ("len(gradients)", "1 / 0"),
            "no arguments for `few` (line 12: ZeroDivisionError: division by zero); mend them",
        ),
        (
            ("mul_(factor)", "mul(factors)"),
            "double does not run on `few` (line 7: NameError: name 'factors' is not defined); mend it",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_the_mend(bench_says, change, said):
    assert bench_says(BENCH.replace(*change)) == [said]
