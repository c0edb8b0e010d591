"""How `grad_norm` is judged."""

import torch

from gradkata.judge.cases import GradientCases, generated
from gradkata.judge.clipping import LIBRARY
from gradkata.judge.contracts import ReadNorm
from gradkata.judge.reading import read_norm
from gradkata.judge.suite import Suite


def signature(norm_type=2.0):
    """The arguments after the first."""


def arguments(random, flat):
    """Whole orders. Cubes only where they fit: overflow is a check of its own."""
    half = flat.dtype in {torch.float16, torch.bfloat16}
    return (random.choice([1.0, 2.0] if half else [1.0, 2.0, 2, 3.0]),)


CASES = GradientCases("grad_norm", active=(2.0,), idle=(1.0,))

POINTS = {
    "integrity.own_work": 1,
    "integrity.imports": 1,
    "integrity.channel": 1,
    "correctness.norm": 12,
    "correctness.p_norm": 8,
    "correctness.infinity": 6,
    "correctness.below_one": 2,
    "correctness.every_call": 4,
    "parity.pytorch": 10,
    "robustness.single_tensor": 4,
    "robustness.generator": 5,
    "robustness.none_grads": 5,
    "robustness.no_grads": 3,
    "robustness.gradients": 5,
    "robustness.parameters": 2,
    "robustness.no_graph": 4,
    "robustness.return_type": 2,
    "robustness.half_precision": 4,
    "robustness.mixed_dtypes": 2,
    "robustness.zero_dim": 2,
    "robustness.empty": 2,
    "robustness.non_contiguous": 2,
    "robustness.not_finite": 3,
    "intermediates": 4,
    "synchronisation": 3,
    "devices": 3,
}

SUITE = Suite(
    contract=ReadNorm(signature),
    checks=read_norm(CASES, lambda seed: generated(CASES, seed, 200, arguments)).pick(
        POINTS, optional=("intermediates", "synchronisation", "devices")
    ),
    arguments={"grad_norm": 2},
    forbidden_files=LIBRARY,
)
