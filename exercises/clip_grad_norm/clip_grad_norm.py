"""Clip the gradients of all parameters by their global norm, in place, and return that norm.

Write the body of `clip_grad_norm`, then run `gradkata check clip_grad_norm`.
Stuck? `gradkata hint clip_grad_norm` gives one hint at a time.
"""

from collections.abc import Iterable

import torch


def clip_grad_norm(parameters: Iterable[torch.Tensor], max_norm: float) -> torch.Tensor | float:
    """
    Clip gradients by global norm.

    Args:
        parameters: iterable of parameters (with .grad), of any shapes and any floating dtypes
        max_norm: maximum gradient norm, a number >= 0, possibly infinite
    Returns:
        total_norm: the computed global gradient norm, before clipping, a 0-d tensor or a float
    """
    raise NotImplementedError("write me")
