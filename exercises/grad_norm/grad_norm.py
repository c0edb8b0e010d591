"""Monitor the gradient norm.

Write the body, then run: gradkata check grad_norm
When stuck: gradkata hint grad_norm. The whole contract stands in README.md beside this file.
"""

from collections.abc import Iterable

import torch


def grad_norm(parameters: Iterable[torch.Tensor] | torch.Tensor, norm_type: float = 2) -> torch.Tensor:
    """
    Compute the global p-norm of gradients, and change nothing.

    Args:
        parameters: a single parameter or an iterable of parameters (with .grad); each .grad is None
            or a tensor of any shape (...), in float16, bfloat16, float32 or float64
        norm_type: the order p of the norm, any number > 0 or float("inf")
    Returns:
        total_norm: the norm of all gradients together, a 0-d floating tensor, shape (), on the
            device of the first gradient
    """
    raise NotImplementedError("write me")
