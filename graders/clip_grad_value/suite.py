"""How `clip_grad_value` is judged."""

from gradkata.judge.cases import GradientCases, generated
from gradkata.judge.clipping import LIBRARY
from gradkata.judge.contracts import ClipByValue
from gradkata.judge.suite import Suite
from gradkata.judge.value_clipping import clip_by_value


def signature(clip_value):
    """The arguments after the first."""


def arguments(random, flat):  # noqa: ARG001
    """Bounds that people use, whatever the gradients are."""
    return (random.choice([0.01, 0.1, 0.5, 1, 2.0, 10.0]),)


CASES = GradientCases("clip_grad_value")

POINTS = {
    "integrity.own_work": 1,
    "integrity.imports": 1,
    "integrity.channel": 1,
    "correctness.clamped": 14,
    "correctness.inside": 8,
    "correctness.every_call": 4,
    "parity.pytorch": 10,
    "robustness.generator": 6,
    "robustness.none_grads": 6,
    "robustness.no_grads": 3,
    "robustness.in_place": 6,
    "robustness.parameters": 3,
    "robustness.no_graph": 4,
    "robustness.half_precision": 3,
    "robustness.mixed_dtypes": 3,
    "robustness.zero_dim": 2,
    "robustness.empty": 2,
    "robustness.non_contiguous": 3,
    "robustness.infinite_clip_value": 2,
    "robustness.zero_clip_value": 2,
    "robustness.not_finite": 4,
    "intermediates": 5,
    "synchronisation": 4,
    "devices": 3,
}

SUITE = Suite(
    contract=ClipByValue(signature),
    checks=clip_by_value(CASES, lambda seed: generated(CASES, seed, 200, arguments)).pick(
        POINTS, optional=("intermediates", "synchronisation", "devices")
    ),
    arguments={"clip_grad_value": 2},
    forbidden_files=LIBRARY,
)
