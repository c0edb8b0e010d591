"""How `clip_grad_p_norm` is judged: the shared checks of clipping by a norm, and those of p and eps."""

from dataclasses import replace

import torch

from gradkata.judge.case import parameters_of
from gradkata.judge.cases import GradientCases, generated, threshold, vector
from gradkata.judge.clipping import LIBRARY, VALUES, clip_by_norm
from gradkata.judge.contracts import ClipByNorm
from gradkata.judge.device_checks import extended
from gradkata.judge.gradient_checks import with_cases
from gradkata.judge.suite import Check, Suite

INFINITY = float("inf")
CASES = GradientCases("clip_grad_norm")


def signature(max_norm, norm_type=2, eps=1e-7):
    """The arguments after the first."""


def arguments(random, flat):
    """One of four norms; fractions are a check of their own."""
    norm_type = random.choice([2.0, 1.0, 3.0, INFINITY])
    return (threshold(random, flat, norm_type), norm_type)


def of_types(case, *norm_types, max_norm=None):
    """The same case with other norms, and perhaps another threshold."""
    threshold = case.args[0] if max_norm is None else max_norm
    return tuple(
        CASES.case(f"{case.id}_p_{p:g}", case.items, (threshold, p), container=case.container) for p in norm_types
    )


def numbers(name, *args, **kwargs):
    """The gradients 3 and 4, whose norms are 5, 7 and 4."""
    return CASES.case(name, parameters_of(vector(3.0), vector(-4.0)), args, **kwargs)


def wide(name, *args):
    """A narrow dtype first, whose range the others' norms exceed."""
    grads = (
        vector(3.0, 4.0, dtype=torch.float16),
        vector(3e5, -4e5),
        torch.tensor([[1e5]], dtype=torch.float64),
        vector(2.0, dtype=torch.bfloat16),
    )
    return CASES.case(name, parameters_of(*grads), args)


POINTS = {
    "integrity.own_work": 1,
    "integrity.imports": 1,
    "integrity.channel": 1,
    "correctness.norm": 7,
    "correctness.clipped": 7,
    "correctness.untouched": 6,
    "correctness.norm_type": 6,
    "correctness.eps": 5,
    "correctness.every_call": 3,
    "parity.pytorch": 7,
    "robustness.single_tensor": 3,
    "robustness.generator": 4,
    "robustness.none_grads": 4,
    "robustness.no_grads": 3,
    "robustness.in_place": 4,
    "robustness.parameters": 2,
    "robustness.no_graph": 3,
    "robustness.return_type": 2,
    "robustness.half_precision": 4,
    "robustness.mixed_dtypes": 2,
    "robustness.zero_dim": 2,
    "robustness.empty": 2,
    "robustness.non_contiguous": 2,
    "robustness.infinite_max_norm": 2,
    "robustness.zero_max_norm": 2,
    "robustness.zero_gradients": 2,
    "robustness.not_finite": 2,
    "intermediates": 5,
    "synchronisation": 3,
    "devices": 3,
}

SHARED = clip_by_norm(CASES, lambda seed: generated(CASES, seed, 200, arguments))


def more(name, *cases, **changes):
    """A shared check with cases of this exercise's own, and what else is different about it."""
    return replace(with_cases(SHARED.checks[name], *cases), **changes)


TABLE = extended(
    SHARED,
    more(
        "correctness.clipped",
        title="Above the threshold every gradient is multiplied by max_norm / (norm + eps).",
    ),
    more(
        "correctness.untouched",
        numbers("at_threshold", 5.0),
        numbers("at_threshold_eps", 5.0, eps=0.5),
        numbers("at_threshold_p_inf", 4.0, INFINITY, 0.5),
        numbers("below_by_less_than_eps", 5.25, eps=0.5),
        CASES.case("half_of_threshold", parameters_of(vector(0.3), vector(-0.4)), (1.0,)),
    ),
    Check(
        "correctness.norm_type",
        "norm_type is the p of the norm: any number above 0, fractions and infinity included.",
        0,
        "the same p belongs to the elements and to the norms.",
        cases=tuple(
            CASES.case(f"{name}_p_{p:g}", CASES.shapes().items, (max_norm,), norm_type=p)
            for name, max_norm, orders in (
                ("clipped", 1.0, (1, 3, INFINITY, 4.0, 0.5, 1.5, 2.75, 7, 0.3, 32.0)),
                ("kept", 1e6, (1, 3, INFINITY, 0.5, 1.5)),
            )
            for p in orders
        ),
        facets=VALUES,
        needs=("integrity",),
    ),
    Check(
        "correctness.eps",
        "eps is added to the norm in the denominator, as it is given; its default is 1e-7.",
        0,
        "a documented argument that does nothing, or something else, misleads its callers.",
        cases=(
            numbers("eps_half", 1.0, eps=0.5),
            numbers("eps_two_p_1", 1.0, 1, 2.0),
            numbers("eps_half_p_inf", 1.0, INFINITY, 0.5),
            numbers("eps_two_p_half", 1.0, 0.5, 2.0),
            numbers("eps_half_p_3", 1.0, 3, 0.5),
            CASES.case("eps_zero", parameters_of(vector(3e-4), vector(-4e-4)), (1e-4,), eps=0.0),
            CASES.case("eps_default", parameters_of(vector(3e-4), vector(-4e-4)), (1e-4,)),
        ),
        facets=("gradients",),
        needs=("integrity",),
    ),
    more("parity.pytorch", title="The numbers are right on cases generated anew for each grading, for four norms."),
    more(
        "robustness.single_tensor",
        CASES.case("single_vector", parameters_of(vector(3.0, -4.0)), (1.0, 1), container="single"),
        CASES.case("single_kept", parameters_of(vector(3.0, -4.0)), CASES.idle, container="single"),
    ),
    more(
        "robustness.return_type",
        *(CASES.case(f"clipped_p_{p:g}", CASES.shapes().items, (1.0,), norm_type=p) for p in (INFINITY, 1, 3, 0.5)),
        CASES.case("single_vector", parameters_of(vector(3.0, -4.0)), (1.0, 1), container="single"),
    ),
    more("robustness.no_grads", CASES.case("single_none", parameters_of(None), container="single")),
    more(
        "robustness.half_precision",
        *of_types(CASES.half_elements(torch.float16, 100.0), 1, 3, INFINITY),
        *of_types(CASES.half_elements(torch.bfloat16, 100.0), 3),
        CASES.case("half_p_1.5", parameters_of(torch.full((4,), 1000.0, dtype=torch.float16)), (100.0, 1.5)),
    ),
    more("robustness.mixed_dtypes", wide("wide_kept", 1e9, 1), wide("wide", 1e5)),
    more(
        "robustness.empty",
        *of_types(CASES.empty(), 1, INFINITY),
        *of_types(CASES.only_empty(), INFINITY),
    ),
    more("robustness.infinite_max_norm", *of_types(CASES.shapes(), INFINITY, max_norm=INFINITY)),
    more("robustness.zero_gradients", *of_types(CASES.zero_gradients(), 1, INFINITY)),
    more(
        "robustness.not_finite",
        *(copy for case in CASES.not_finite()[:3] for copy in of_types(case, 1, INFINITY)),
    ),
    more(
        "synchronisation",
        CASES.one_device("one_device_kept", (*CASES.idle, INFINITY)),
        CASES.one_device("one_device_p_1", (*CASES.active, 1.0), count=4),
        CASES.one_device("one_device_p_3", (*CASES.active, 3.0), count=4),
    ),
    more(
        "devices",
        CASES.two_devices("two_devices_p_1", (*CASES.active, 1.0)),
        CASES.two_devices("two_devices_p_inf", (*CASES.idle, INFINITY)),
        title="It works when gradients live on several devices; the result is on the first one's.",
        facets=("returned", "gradients", "device"),
    ),
)

SUITE = Suite(
    contract=ClipByNorm(signature, eps="eps", returns="tensor"),
    checks=TABLE.pick(POINTS, optional=("intermediates", "synchronisation", "devices")),
    arguments={"clip_grad_norm": 4},
    forbidden_files=LIBRARY,
)
