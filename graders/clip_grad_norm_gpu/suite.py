"""How `clip_grad_norm_` for several GPUs is judged."""

from gradkata.judge.case import parameters_of
from gradkata.judge.cases import GradientCases, generated, threshold, vector
from gradkata.judge.clipping import LIBRARY, clip_by_norm
from gradkata.judge.device_checks import (
    ClipOnDevices,
    Untouched,
    errors_checks,
    extended,
    norm_type_checks,
    several_devices_checks,
    waits_checks,
)
from gradkata.judge.gradient_checks import with_cases
from gradkata.judge.suite import Suite


def signature(max_norm, norm_type=2.0, error_if_nonfinite=False):
    """The arguments after the first."""


def arguments(random, flat):
    """The arguments of a generated case."""
    return (threshold(random, flat),)


CASES = GradientCases("clip_grad_norm_")
PROMISES = {"returns": "tensor", "waits_allowed": 0}

POINTS = {
    "integrity.own_work": 1,
    "integrity.imports": 1,
    "integrity.channel": 1,
    "correctness.norm": 4,
    "correctness.clipped": 4,
    "correctness.untouched": 4,
    "correctness.every_call": 3,
    "correctness.norm_type": 4,
    "correctness.infinity": 3,
    "parity.pytorch": 5,
    "robustness.generator": 3,
    "robustness.single_tensor": 2,
    "robustness.none_grads": 2,
    "robustness.no_grads": 2,
    "robustness.in_place": 3,
    "robustness.parameters": 1,
    "robustness.no_graph": 2,
    "robustness.return_type": 2,
    "robustness.half_precision": 3,
    "robustness.mixed_dtypes": 2,
    "robustness.zero_dim": 1,
    "robustness.empty": 1,
    "robustness.non_contiguous": 2,
    "robustness.infinite_max_norm": 1,
    "robustness.zero_max_norm": 1,
    "robustness.zero_gradients": 1,
    "robustness.not_finite": 2,
    "robustness.raises_when_asked": 3,
    "robustness.raises_before_touching": 3,
    "robustness.asked_and_finite": 2,
    "intermediates": 3,
    "devices.two_gpus": 6,
    "devices.result_device": 3,
    "devices.gradients_stay": 4,
    "devices.launches": 6,
    "synchronisation.default": 5,
    "synchronisation.on_request": 4,
}

TABLE = clip_by_norm(CASES, lambda seed: generated(CASES, seed, 200, arguments))

# The largest element is found by comparing, and nothing compares with NaN.
NAN_AT_INFINITY = CASES.case(
    "nan_at_infinity", parameters_of(vector(2.0, -1.0), vector(float("nan"), 3.0), vector(1.0)), norm_type=float("inf")
)
ERRORS = errors_checks(CASES, Untouched(signature, **PROMISES))
RAISING = next(check.cases[0] for check in ERRORS if check.id == "robustness.raises_when_asked")
# Whoever wraps a single tensor and calls again has the other arguments to pass on.
SINGLE_ORDER = CASES.case("single_order", parameters_of(vector(3.0, -4.0)), container="single", norm_type=1.0)
# Zero is finite.
NONE_ASKED = CASES.case("all_none_asked", parameters_of(None, None), error_if_nonfinite=True)

SUITE = Suite(
    contract=ClipOnDevices(signature, **PROMISES),
    checks=extended(
        TABLE,
        *norm_type_checks(CASES),
        *ERRORS,
        with_cases(TABLE.checks["robustness.not_finite"], NAN_AT_INFINITY),
        with_cases(TABLE.checks["robustness.parameters"], RAISING),
        with_cases(TABLE.checks["robustness.single_tensor"], SINGLE_ORDER),
        with_cases(TABLE.checks["robustness.no_grads"], NONE_ASKED),
        *several_devices_checks(CASES),
        *waits_checks(CASES),
    ).pick(POINTS, optional=("intermediates",)),
    arguments={"clip_grad_norm_": 4},
    forbidden_files=LIBRARY,
)
