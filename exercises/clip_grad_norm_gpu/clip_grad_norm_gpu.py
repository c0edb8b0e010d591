"""Clip gradients by their global norm, on several GPUs and without waiting.

Write the body, then run: gradkata check clip_grad_norm_gpu
When stuck: gradkata hint clip_grad_norm_gpu. The whole contract stands in README.md beside this file.
"""

from collections.abc import Iterable

import torch


def clip_grad_norm_(
    parameters: Iterable[torch.Tensor] | torch.Tensor,
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
) -> torch.Tensor:
    """
    Clip gradients by global norm, on any devices and without waiting for them.

    Args:
        parameters: iterable of parameters (with .grad) or a single one, of any shapes, floating dtypes and devices
        max_norm: maximum gradient norm, a number >= 0, possibly infinite
        norm_type: order p of the norm, a number >= 1, possibly infinite
        error_if_nonfinite: raise a RuntimeError if the total norm is NaN or infinite, before any gradient is changed
    Returns:
        total_norm: the computed global gradient norm, before clipping, a 0-d tensor on the first gradient's device
    """
    raise NotImplementedError("write me")
