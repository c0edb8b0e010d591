"""The checks that every function of parameters with gradients shares, whatever it does with them."""

from __future__ import annotations

from dataclasses import replace

from gradkata.judge.case import Case, Item
from gradkata.judge.cases import GradientCases, pattern, vector
from gradkata.judge.suite import Check

BASICS = ("integrity", "correctness")
"""What must pass before a check beyond the mathematics counts."""


def weights(cases: GradientCases) -> Case:
    """Parameters that hold numbers of their own, larger than the gradients."""
    grads = [vector(0.5, -2.0), pattern(2, 2, start=3)]
    data = [vector(3.0, -3.0), pattern(2, 2, start=8, scale=4.0)]
    items = tuple(Item(grad, values) for grad, values in zip(grads, data, strict=True))
    return cases.case("weights", items, says="parameters with values such as 3 and -3, gradients such as 0.5 and -2")


def gradient_checks(cases: GradientCases, facets: tuple[str, ...]) -> list[Check]:
    """Checks of how parameters and gradients may come, in which `facets` are judged.

    A table that has more to say about one of them replaces it by its own.
    """

    def check(name: str, title: str, why: str, *cases_: Case) -> Check:
        return Check(f"robustness.{name}", title, 0, why, cases=cases_, facets=facets, needs=BASICS)

    return [
        check(
            "generator",
            "`parameters` may be an iterable that can be walked only once, such as `model.parameters()`.",
            "model.parameters() is a generator: a second loop over it sees nothing.",
            cases.generator(),
            cases.once(),
            *cases.other_containers(),
        ),
        check(
            "single_tensor",
            "`parameters` may be a single tensor.",
            "a tensor can be iterated too, by rows, and its rows have no gradients.",
            cases.single(),
        ),
        check(
            "none_grads",
            "Parameters whose .grad is None are skipped.",
            "frozen and unused layers have no gradient in any real model.",
            cases.none_first(),
            cases.none_middle(),
            cases.none_last(),
            cases.frozen(),
        ),
        replace(
            check(
                "zero_dim",
                "A gradient may be 0-d.",
                "a learned temperature or scale is a single number.",
                cases.zero_dim(),
            ),
            facets=(*facets, "in_place"),
        ),
        check(
            "empty",
            "A gradient may have no element.",
            "sharded parameters leave some processes with an empty piece.",
            cases.empty(),
            cases.only_empty(),
        ),
        check(
            "non_contiguous",
            "A gradient need not be contiguous in memory.",
            "transposed and sliced weights have gradients with gaps; .view() refuses them.",
            cases.non_contiguous(),
        ),
        check(
            "mixed_dtypes",
            "Gradients of several dtypes may stand in one list.",
            "mixed precision keeps some layers in float32 beside half-precision ones.",
        ),
        check(
            "no_grads",
            "With no gradient at all nothing happens.",
            "a call before the first backward() must not end a training run.",
            cases.all_none(),
            cases.no_parameters(),
            cases.no_parameters_generator(),
        ),
        replace(
            check(
                "parameters",
                "The parameters, their hooks and PyTorch's settings are untouched.",
                "this is about gradients; only the optimizer changes weights.",
                weights(cases),
                cases.shapes(),
                cases.below(),
                cases.none_middle(),
                cases.frozen(),
                cases.all_none(),
            ),
            facets=("parameters",),
        ),
    ]


def with_cases(check: Check, *more: Case, facets: tuple[str, ...] | None = None) -> Check:
    """The check with further cases, and other facets where they are given."""
    return replace(check, cases=(*check.cases, *more), facets=check.facets if facets is None else facets)
