"""How `clip_grad_norm` is judged."""

from gradkata.judge.cases import GradientCases, generated, threshold
from gradkata.judge.clipping import LIBRARY, clip_by_norm
from gradkata.judge.contracts import ClipByNorm
from gradkata.judge.suite import Suite


def signature(max_norm):
    """The arguments after the first."""


def arguments(random, flat):
    """Of a generated case: its threshold."""
    return (threshold(random, flat),)


CASES = GradientCases("clip_grad_norm")

POINTS = {
    "integrity.own_work": 1,
    "integrity.imports": 1,
    "integrity.channel": 1,
    "correctness.norm": 9,
    "correctness.clipped": 9,
    "correctness.untouched": 7,
    "correctness.every_call": 4,
    "parity.pytorch": 10,
    "robustness.generator": 5,
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
    "robustness.not_finite": 3,
    "intermediates": 6,
    "synchronisation": 4,
    "devices": 4,
}

SUITE = Suite(
    contract=ClipByNorm(signature),
    checks=clip_by_norm(CASES, lambda seed: generated(CASES, seed, 200, arguments)).pick(
        POINTS, optional=("intermediates", "synchronisation", "devices")
    ),
    arguments={"clip_grad_norm": 2},
    forbidden_files=LIBRARY,
)
