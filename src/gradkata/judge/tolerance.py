"""How close is close enough, by dtype.

`torch.testing.assert_close` has 1e-7 for float64, 1.3e-6 for float32, 1e-3 for float16 and 1.6e-2 for bfloat16, meant
for one operation. A clip rounds four times (each norm, the total, the coefficient, the product), and a right answer
may add up in another order, or keep the total of float64 gradients in a float32 tensor; so each figure is widened to
what those answers need. No wrong answer hides in the difference: the cases are chosen so that mistakes show at 1e-3
or more.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch

RELATIVE: dict[torch.dtype, float] = {
    torch.float64: 1e-6,
    torch.float32: 1e-5,
    torch.float16: 4e-3,
    torch.bfloat16: 3.2e-2,
}


def relative_for(dtypes: Iterable[torch.dtype]) -> float:
    """The relative tolerance where these dtypes meet: that of the coarsest."""
    return max((RELATIVE[dtype] for dtype in dtypes), default=RELATIVE[torch.float32])


def smallest_step(dtype: torch.dtype) -> float:
    """The distance between neighbouring subnormal numbers: rounding near zero cannot do better."""
    info = torch.finfo(dtype)
    return info.smallest_normal * info.eps
