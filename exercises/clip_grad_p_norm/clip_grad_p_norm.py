"""Clip gradients by any p-norm.

Write the body, then run: gradkata check clip_grad_p_norm
When stuck: gradkata hint clip_grad_p_norm. The whole contract stands in README.md beside this file.
"""

from collections.abc import Iterable

import torch


def clip_grad_norm(
    parameters: Iterable[torch.Tensor] | torch.Tensor,
    max_norm: float,
    norm_type: float = 2,
    eps: float = 1e-7,
) -> torch.Tensor:
    """Clip gradients in place by their global p-norm.

    Args:
        parameters: iterable of parameters, or a single one, whose `.grad` is clipped. Those without one are skipped.
        max_norm: the largest global norm allowed; may be 0 or infinite.
        norm_type: the p of the norm: any number > 0, or float("inf").
        eps: added to the norm in the denominator of the clipping coefficient.

    Returns:
        The global norm before clipping: a 0-d tensor on the first gradient's device.
    """
    raise NotImplementedError("write me")
