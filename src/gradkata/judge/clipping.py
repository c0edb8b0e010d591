"""The checks that every exercise on clipping by a norm shares. An exercise picks from them and sets the points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch

from gradkata.judge.case import Case, parameters_of
from gradkata.judge.cases import GradientCases, pattern, vector
from gradkata.judge.gradient_checks import BASICS, gradient_checks, with_cases
from gradkata.judge.suite import Check, Generate

LIBRARY = ("torch/nn/utils/clip_grad.py",)
"""Where PyTorch keeps its own clipping and total-norm functions."""

_INF = float("inf")
VALUES = ("returned", "gradients")


@dataclass(frozen=True, slots=True)
class Table:
    """Checks by id, from which a suite is put together."""

    checks: Mapping[str, Check]

    def pick(self, points: Mapping[str, float], optional: tuple[str, ...] = ()) -> tuple[Check, ...]:
        """The checks that `points` names, in its order; those in `optional` are not needed to pass."""
        return tuple(
            replace(self.checks[name], points=worth, required=name not in optional) for name, worth in points.items()
        )


def integrity_checks() -> list[Check]:
    """The answer is the submission's own, and leaves the grader alone."""
    return [
        Check(
            "integrity.own_work",
            "The answer is written, not borrowed from the library.",
            0,
            "the exercise asks for what these functions do; in an interview they would end the conversation.",
            violations=("borrowed",),
            needs=("correctness",),
        ),
        Check(
            "integrity.imports",
            "Only modules on the exercise's list are imported.",
            0,
            "an answer must run where only PyTorch, NumPy and the standard library are.",
            violations=("import",),
            needs=("correctness",),
        ),
        Check(
            "integrity.channel",
            "The grader's own files and descriptors are left alone.",
            0,
            "observations that a submission could have written itself count for nothing.",
            violations=("channel", "measurements"),
            needs=("correctness",),
        ),
    ]


def clip_by_norm(cases: GradientCases, parity: Generate) -> Table:
    """Every check of a function that clips by a norm, keyed by id.

    `cases.active` clips gradients of norm 5 and less; its first value is `max_norm`.
    """
    needs = ("integrity",)
    shared = {check.id: check for check in gradient_checks(cases, VALUES)}
    shared["robustness.no_grads"] = replace(
        shared["robustness.no_grads"],
        title="With no gradient at all nothing happens and zero is returned.",
        facets=(*VALUES, "kind"),
    )
    shared["robustness.mixed_dtypes"] = with_cases(
        shared["robustness.mixed_dtypes"],
        cases.mixed("mixed_idle", 100.0),
        cases.mixed("mixed", 1.0),
        cases.mixed_large("mixed_large_idle", 1e7, first=torch.bfloat16),
        cases.mixed_large("mixed_large", 1e5),
        facets=("returned", "gradients", "bits"),
    )
    checks = [
        *integrity_checks(),
        *shared.values(),
        Check(
            "correctness.norm",
            "The norm is that of all gradients as if concatenated, and is returned as it was before clipping.",
            0,
            "the returned norm is what a training run logs to see trouble coming.",
            cases=(
                cases.two_numbers(),
                cases.shapes(),
                cases.one_matrix(),
                cases.signs(),
                cases.spread(),
                cases.double(),
                cases.below(),
                cases.tiny(1e-4),
            ),
            facets=("returned",),
            needs=needs,
        ),
        Check(
            "correctness.clipped",
            "Above the threshold every gradient is multiplied by max_norm / (total_norm + 1e-6).",
            0,
            "one factor for all keeps the direction of the step; the norm afterwards is max_norm.",
            cases=(
                cases.two_numbers(),
                cases.shapes(),
                cases.one_matrix(),
                cases.signs(),
                cases.spread(),
                cases.double(),
                cases.huge(0.5),
                cases.just_above(5.004),
                cases.case("fraction", parameters_of(vector(0.3), vector(0.4)), (0.25, *cases.active[1:])),
            ),
            facets=("gradients",),
            needs=needs,
        ),
        Check(
            "correctness.untouched",
            "At or below the threshold gradients stay as they are, bit for bit.",
            0,
            "clipping limits large steps; it must not touch, and never enlarge, the others.",
            cases=(cases.just_below(5.006), cases.below(), cases.small_below()),
            facets=("gradients", "bits"),
            needs=needs,
        ),
        Check(
            "correctness.every_call",
            "Every call looks at the gradients of now.",
            0,
            "a training loop calls the function on the same parameters thousands of times.",
            cases=(cases.steps(),),
            facets=VALUES,
            needs=needs,
        ),
        Check(
            "parity.pytorch",
            "The numbers are PyTorch's own, on cases generated anew for each grading.",
            0,
            "fixed examples can be learned by heart; these cannot.",
            cases=(cases.many(), cases.long(), cases.traced()),
            generate=parity,
            facets=VALUES,
            needs=BASICS,
        ),
        Check(
            "robustness.in_place",
            "p.grad remains the same tensor object on the same storage.",
            0,
            "optimizers, gradient buckets and flat parameters hold on to that memory.",
            cases=(
                cases.two_numbers(),
                cases.shapes(),
                cases.below(),
                cases.half_elements(torch.float16, 100.0),
                cases.half_elements(torch.bfloat16, 100.0),
                cases.mixed("mixed", 1.0),
                cases.non_contiguous(),
                cases.graph(),
                _zero_max_norm(cases),
            ),
            facets=("in_place",),
            needs=BASICS,
        ),
        Check(
            "robustness.parameters",
            "The parameters, their hooks and PyTorch's settings are untouched.",
            0,
            "clipping is about gradients; only the optimizer changes weights.",
            cases=(
                cases.two_numbers(),
                cases.shapes(),
                cases.below(),
                cases.none_middle(),
                cases.frozen(),
                cases.all_none(),
            ),
            facets=("parameters",),
            needs=BASICS,
        ),
        Check(
            "robustness.no_graph",
            "No graph is recorded, even where gradients carry one.",
            0,
            "a recorded clip keeps the whole graph of the step alive and changes second derivatives.",
            cases=(cases.graph(), cases.graph_idle()),
            facets=("graph", "gradients"),
            needs=BASICS,
        ),
        Check(
            "robustness.return_type",
            "The result is of the kind that the contract names.",
            0,
            "callers format, compare and log it as a number.",
            cases=(
                cases.two_numbers(),
                cases.one_matrix(),
                cases.below(),
                cases.spread(),
                _zero_max_norm(cases),
                _infinite(cases),
            ),
            facets=("kind",),
            needs=BASICS,
        ),
        Check(
            "robustness.half_precision",
            "Half-precision values up to 1000.0 do not overflow on the way.",
            0,
            "300 squared is infinite in float16; the coefficient is then 0 and the gradients vanish.",
            cases=(
                cases.half_elements(torch.float16, 100.0),
                cases.half_elements(torch.bfloat16, 100.0),
                cases.half_norms(100.0),
            ),
            facets=VALUES,
            needs=BASICS,
        ),
        Check(
            "robustness.infinite_max_norm",
            "max_norm may be infinite: nothing is clipped.",
            0,
            "clip_grad_norm(parameters, inf) is how one only reads the norm.",
            cases=(_infinite(cases),),
            facets=("returned", "gradients", "bits"),
            needs=BASICS,
        ),
        Check(
            "robustness.zero_max_norm",
            "max_norm may be 0: every gradient becomes zero.",
            0,
            "0 is a number like others; `if not max_norm` takes it for none.",
            cases=(_zero_max_norm(cases),),
            facets=VALUES,
            needs=BASICS,
        ),
        Check(
            "robustness.zero_gradients",
            "All-zero gradients stay zero.",
            0,
            "0/0 is NaN, and one NaN in a gradient spoils every weight.",
            cases=(
                cases.zero_gradients(),
                cases.zero_gradients("zero_gradients_zero", (0.0, *cases.active[1:])),
            ),
            facets=VALUES,
            needs=BASICS,
        ),
        Check(
            "robustness.not_finite",
            "A NaN or infinity is never hidden: the returned norm is then not finite.",
            0,
            "the norm is the alarm; an alarm that is silenced costs days of training.",
            cases=tuple(cases.not_finite()),
            facets=("returned",),
            needs=BASICS,
        ),
        Check(
            "intermediates",
            "Nothing is allocated that grows with a gradient.",
            0,
            "at the time of clipping memory is at its fullest; a copy of the gradients may not fit.",
            cases=(
                cases.traced(),
                cases.traced(torch.float16, "traced_half"),
                cases.traced_idle(),
                cases.large(),
            ),
            facets=("gradients", "new_bytes", "memory"),
            needs=BASICS,
        ),
        Check(
            "synchronisation",
            "The host waits for the device at most once.",
            0,
            "each .item() or `if tensor:` stops the host until the GPU has caught up.",
            cases=(cases.one_device(),),
            facets=("returned", "gradients", "waits"),
            needs=BASICS,
        ),
        Check(
            "devices",
            "It works when gradients live on several devices.",
            0,
            "a model that is split over GPUs has its gradients on all of them.",
            cases=(cases.two_devices(), cases.two_devices("two_devices_idle", cases.idle)),
            facets=("returned", "gradients"),
            needs=BASICS,
        ),
    ]
    return Table({check.id: check for check in checks})


def _infinite(cases: GradientCases) -> Case:
    """Gradients beyond any number that might stand for infinity; the argument comes by its name."""
    grads = [pattern(3, scale=1e15), pattern(4, 5, start=7, scale=1e15)]
    return cases.case("infinite", parameters_of(*grads), (), max_norm=_INF)


def _zero_max_norm(cases: GradientCases) -> Case:
    return cases.case("zero_max_norm", cases.shapes().items, (0.0, *cases.active[1:]))
