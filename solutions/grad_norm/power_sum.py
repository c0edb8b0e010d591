"""The formula as it is written: add up powers, take the root at the end.

This is the sum of powers that textbooks have. It teaches what the norm of the norms does in one step, and what that
spares us: infinity is a case of its own here (x ** inf is 0, 1 or infinite), and powers need more room than norms.
"""

import math
from collections.abc import Iterable

import torch


@torch.no_grad()
def grad_norm(parameters: Iterable[torch.Tensor] | torch.Tensor, norm_type: float = 2) -> torch.Tensor:
    """The p-norm of all gradients together, a 0-d tensor on the first gradient's device."""
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)

    # float64 for the running total: it is one number, and norm ** p leaves float16 at once and float32 for large p.
    total = torch.zeros((), dtype=torch.float64, device=gradients[0].device)
    for g in gradients:
        if g.numel() == 0:
            continue
        norm = torch.linalg.vector_norm(g, norm_type).to(total)
        # The maximum is torch's, which lets NaN through, where Python's may drop it.
        total = torch.maximum(total, norm) if norm_type == math.inf else total + norm**norm_type
    return total if norm_type == math.inf else total ** (1 / norm_type)
