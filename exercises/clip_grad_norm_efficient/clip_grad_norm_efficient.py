"""Clip gradients by their global norm, without a second copy.

Write the body, then run: gradkata check clip_grad_norm_efficient
When stuck: gradkata hint clip_grad_norm_efficient. The whole contract stands in README.md beside this file.
"""

from collections.abc import Iterable

import torch


def clip_grad_norm_efficient(parameters: Iterable[torch.Tensor], max_norm: float) -> torch.Tensor | float:
    """
    Clip gradients by global norm, creating no tensor that grows with a gradient.

    Args:
        parameters: iterable of parameters (with .grad), of any shapes and any floating dtypes
        max_norm: maximum gradient norm, a number >= 0, possibly infinite
    Returns:
        total_norm: the computed global gradient norm, before clipping, a 0-d tensor or a float
    """
    raise NotImplementedError("write me")
