"""How `clip_grad_norm_efficient` is judged."""

from gradkata.judge.cases import GradientCases, generated, threshold
from gradkata.judge.clipping import LIBRARY, clip_by_norm
from gradkata.judge.device_checks import ANY_NUMBER, ClipOnDevices, extended, intermediates_checks
from gradkata.judge.suite import Suite


def signature(max_norm):
    """The arguments after the first."""


def arguments(random, flat):
    """The arguments of a generated case."""
    return (threshold(random, flat),)


CASES = GradientCases("clip_grad_norm_efficient")

POINTS = {
    "integrity.own_work": 1,
    "integrity.imports": 1,
    "integrity.channel": 1,
    "correctness.norm": 8,
    "correctness.clipped": 8,
    "correctness.untouched": 6,
    "correctness.every_call": 4,
    "parity.pytorch": 8,
    "robustness.generator": 4,
    "robustness.none_grads": 3,
    "robustness.no_grads": 2,
    "robustness.in_place": 3,
    "robustness.parameters": 2,
    "robustness.no_graph": 2,
    "robustness.return_type": 2,
    "robustness.half_precision": 4,
    "robustness.mixed_dtypes": 2,
    "robustness.zero_dim": 2,
    "robustness.empty": 2,
    "robustness.non_contiguous": 2,
    "robustness.infinite_max_norm": 2,
    "robustness.zero_max_norm": 2,
    "robustness.zero_gradients": 2,
    "robustness.not_finite": 3,
    "intermediates.clipping": 8,
    "intermediates.half_precision": 6,
    "intermediates.non_contiguous": 6,
    "devices": 4,
}

TABLE = clip_by_norm(CASES, lambda seed: generated(CASES, seed, 200, arguments))

SUITE = Suite(
    contract=ClipOnDevices(signature, waits_allowed=ANY_NUMBER),
    checks=extended(TABLE, *intermediates_checks(CASES)).pick(POINTS, optional=("devices",)),
    arguments={"clip_grad_norm_efficient": 2},
    forbidden_files=LIBRARY,
)
