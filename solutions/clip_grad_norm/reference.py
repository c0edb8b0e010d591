"""The plain reference: a norm for each gradient, then the norm of the norms.

Each gradient is read once to measure it and, only if the global norm is too large, once more to scale it. It works
over several devices, waits for them once, at the `if`, and creates nothing larger than a list of scalars.
"""

from collections.abc import Iterable

import torch


@torch.no_grad()  # gradients may carry a graph (create_graph=True): clipping is no part of it
def clip_grad_norm(parameters: Iterable[torch.Tensor], max_norm: float) -> torch.Tensor:
    # One walk, because a generator has no second one. The gradients are all that is needed afterwards.
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)  # torch.stack refuses an empty list

    # vector_norm takes a gradient of any shape as one vector, and sums half precision in float32 inside.
    # Asking it for dtype=torch.float32 would first copy a half-precision gradient as a whole.
    norms = [torch.linalg.vector_norm(grad) for grad in grads]

    # The scalars are widened instead, and brought together on one device, as torch.stack wants them.
    first_device = grads[0].device
    widened = [norm.to(first_device, torch.promote_types(norm.dtype, torch.float32)) for norm in norms]

    # The root of the sum of the squared norms is the norm of all gradients as if concatenated.
    total_norm = torch.linalg.vector_norm(torch.stack(widened))

    # The host waits for the device here. What it buys: gradients within the limit are not touched at all, and
    # neither max_norm=inf nor zero gradients ever reach the division.
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for grad in grads:
            grad.mul_(coefficient.to(grad.device))  # in place: p.grad stays the same tensor

    return total_norm  # as it was before clipping: this is what one logs
