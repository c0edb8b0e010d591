"""The checks of a function that clips by value. An exercise picks from them and sets the points."""

from __future__ import annotations

import torch

from gradkata.judge.case import Case, parameters_of
from gradkata.judge.cases import GradientCases, pattern, vector
from gradkata.judge.clipping import Table, integrity_checks
from gradkata.judge.gradient_checks import BASICS, gradient_checks, with_cases
from gradkata.judge.suite import Check, Generate

_INF = float("inf")
_NAN = float("nan")
_GRADIENTS = ("gradients",)


def clip_by_value(cases: GradientCases, parity: Generate) -> Table:
    """Every check of a function that clamps each element into `[-clip_value, clip_value]`, keyed by id.

    `cases.active` is `(1.0,)`: the cases that exercises share hold elements beyond it.
    """
    checks = [*integrity_checks(), *_mathematics(cases, parity), *_robustness(cases), *_machine(cases)]
    return Table({check.id: check for check in checks})


def _mathematics(cases: GradientCases, parity: Generate) -> list[Check]:
    needs = ("integrity",)
    return [
        Check(
            "correctness.clamped",
            "Elements beyond the range become clip_value or -clip_value, each by itself.",
            0,
            "a clamp limits every element alone; scaling, mirroring or dropping elements is something else.",
            cases=(
                cases.case("both_signs", parameters_of(vector(0.5, -0.25, 3.0, -4.0))),
                cases.two_numbers(),
                cases.shapes(),
                cases.one_matrix(),
                cases.signs(),
                cases.spread(),
                cases.double(),
                cases.case("fraction", parameters_of(pattern(4), pattern(2, 3, start=6)), (0.5,)),
                cases.case("whole_number", parameters_of(pattern(5, scale=8.0), vector(-9.0, 2.0)), (7,)),
                cases.case("tiny_bound", parameters_of(vector(2e-6, -2e-6, 1e-7)), (2.5e-7,)),
                cases.case("huge_bound", parameters_of(vector(1e8, -1e8, 300.0)), (20000.5,)),
            ),
            facets=_GRADIENTS,
            needs=needs,
        ),
        Check(
            "correctness.inside",
            "Elements within the range stay as they are, bit for bit.",
            0,
            "small gradients are what the last steps of training are made of; clipping must not touch them.",
            cases=(
                cases.case("on_the_bound", parameters_of(vector(0.5, -0.5, 0.25)), (0.5,)),
                cases.case("inside_0.3", parameters_of(pattern(40, scale=0.17, dtype=torch.float16)), (0.3,)),
                cases.case("inside_0.7", parameters_of(pattern(17, scale=0.39, start=5, dtype=torch.float64)), (0.7,)),
                cases.below(),
                cases.small_below(),
            ),
            facets=("gradients", "bits"),
            needs=needs,
        ),
        Check(
            "correctness.every_call",
            "Every call clips the gradients of now.",
            0,
            "a training loop calls the function on the same parameters thousands of times.",
            cases=(cases.steps(),),
            facets=_GRADIENTS,
            needs=needs,
        ),
        Check(
            "parity.pytorch",
            "The numbers are PyTorch's own, on cases generated anew for each grading.",
            0,
            "fixed examples can be learned by heart; these cannot.",
            cases=(cases.many(), cases.long(), cases.traced()),
            generate=parity,
            facets=_GRADIENTS,
            needs=BASICS,
        ),
    ]


def _robustness(cases: GradientCases) -> list[Check]:
    shared = {check.id: check for check in gradient_checks(cases, _GRADIENTS)}
    mixed = with_cases(shared.pop("robustness.mixed_dtypes"), cases.mixed("mixed", 0.1))
    shared.pop("robustness.single_tensor")
    shapes = cases.shapes().items
    return [
        *shared.values(),
        mixed,
        Check(
            "robustness.in_place",
            "p.grad remains the same tensor object on the same storage.",
            0,
            "optimizers, gradient buckets and flat parameters hold on to that memory.",
            cases=(
                cases.two_numbers(),
                cases.shapes(),
                cases.below(),
                cases.half_elements(torch.float16, 500.0),
                cases.half_elements(torch.bfloat16, 500.0),
                cases.mixed("mixed", 0.1),
                cases.non_contiguous(),
                cases.graph(),
                cases.case("zero_bound", shapes, (0.0,)),
            ),
            facets=("in_place",),
            needs=BASICS,
        ),
        Check(
            "robustness.no_graph",
            "No graph is recorded, even where gradients carry one.",
            0,
            "a recorded clamp keeps the whole graph of the step alive and changes second derivatives.",
            cases=(cases.graph(), cases.graph_idle()),
            facets=("graph", "gradients"),
            needs=BASICS,
        ),
        Check(
            "robustness.half_precision",
            "Half-precision gradients are clipped at the bound that their own dtype writes.",
            0,
            "float16 ends at 65504 and bfloat16 does not; squares of 300 overflow in one of them.",
            cases=(
                cases.half_elements(torch.float16, 500.0),
                cases.half_elements(torch.bfloat16, 500.0),
                *(_tenth(cases, dtype) for dtype in (torch.float16, torch.bfloat16)),
                cases.case("bfloat16_range", parameters_of(vector(3e5, -3e5, 300.0, dtype=torch.bfloat16)), (1e5,)),
            ),
            facets=_GRADIENTS,
            needs=BASICS,
        ),
        Check(
            "robustness.infinite_clip_value",
            "clip_value may be infinite: nothing is clipped.",
            0,
            "infinity is how a configuration says that clipping is off.",
            cases=(
                # Beyond any number that might stand for infinity; the argument comes by its name.
                cases.case("infinite", parameters_of(pattern(3, scale=1e30), pattern(2, 2)), (), clip_value=_INF),
                cases.case("infinite_idle", parameters_of(pattern(5), vector(0.5, -_INF)), (_INF,)),
            ),
            facets=("gradients", "bits"),
            needs=BASICS,
        ),
        Check(
            "robustness.zero_clip_value",
            "clip_value may be 0: every element becomes zero.",
            0,
            "0 is a number like others; `if not clip_value` takes it for none.",
            cases=(cases.case("zero_bound", shapes, (0.0,)), cases.case("zero_bound_int", shapes, (0,))),
            facets=_GRADIENTS,
            needs=BASICS,
        ),
        Check(
            "robustness.not_finite",
            "NaN stays NaN, its neighbours are clipped, and infinity becomes the bound of its sign.",
            0,
            "a NaN is an alarm; a clamp that repairs it hides the fault that made it.",
            cases=(
                cases.case("nan_among", parameters_of(vector(_NAN, 5.0, -0.5), vector(-7.0))),
                cases.case("infinities", parameters_of(vector(_INF, -_INF, 0.5), vector(-7.0))),
                *cases.not_finite(),
            ),
            facets=_GRADIENTS,
            needs=BASICS,
        ),
    ]


def _tenth(cases: GradientCases, dtype: torch.dtype) -> Case:
    """0.1, which no half-precision number is."""
    name = f"tenth_{str(dtype).removeprefix('torch.')}"
    return cases.case(name, parameters_of(vector(0.5, -0.05, -2.0, dtype=dtype)), (0.1,))


def _machine(cases: GradientCases) -> list[Check]:
    return [
        Check(
            "intermediates",
            "Nothing is allocated that grows with a gradient.",
            0,
            "at the time of clipping memory is at its fullest; a copy of the gradients may not fit.",
            cases=(cases.traced(), cases.traced(torch.float16, "traced_half"), cases.traced_idle(), cases.large()),
            facets=("gradients", "new_bytes", "memory"),
            needs=BASICS,
        ),
        Check(
            "synchronisation",
            "The host never waits for the device.",
            0,
            "whether anything needs clipping is a question that stops the host; the clamp needs no answer.",
            cases=(cases.one_device(),),
            facets=("gradients", "waits"),
            needs=BASICS,
        ),
        Check(
            "devices",
            "It works when gradients live on several devices.",
            0,
            "a model that is split over GPUs has its gradients on all of them.",
            cases=(cases.two_devices(), cases.two_devices("two_devices_idle", cases.idle)),
            facets=_GRADIENTS,
            needs=BASICS,
        ),
    ]
