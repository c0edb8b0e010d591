"""The norm of the norms: one small tensor for each gradient, one for the total.

Nothing is written, nothing as large as a gradient is made, and the host never asks for a number: the result is a 0-d
tensor that a logger may read whenever it has the time.
"""

from collections.abc import Iterable

import torch


# The gradients may carry a graph (`create_graph=True`); a number for a log should not keep it alive.
@torch.no_grad()
def grad_norm(parameters: Iterable[torch.Tensor] | torch.Tensor, norm_type: float = 2) -> torch.Tensor:
    """The p-norm of all gradients together, a 0-d tensor on the first gradient's device."""
    # A tensor is iterable as well, and would fall apart into rows, which have no gradient. So it is asked for first.
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]

    # The only walk: a generator does not come back.
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)

    # Only 0-d norms move between devices, never a gradient. Empty gradients add nothing, and have to be left out: the
    # largest of no elements is not defined, so that vector_norm raises for them at p = infinity.
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)

    # (|g1|_p ** p + |g2|_p ** p + ...) ** (1 / p) is the p-norm of the vector (|g1|_p, |g2|_p, ...). In at least
    # float32: for p < 1 the total is much larger than its parts, and float16 ends at 65504.
    stacked = torch.stack(norms)
    return torch.linalg.vector_norm(stacked, norm_type, dtype=torch.promote_types(stacked.dtype, torch.float32))
