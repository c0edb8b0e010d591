"""One norm for each gradient, then the norm of those norms.

Nothing here is as large as a gradient: each norm is one number, and the multiplication writes where it reads. The
comparison asks the device once.
"""

from collections.abc import Iterable

import torch


def clip_grad_norm_efficient(parameters: Iterable[torch.Tensor], max_norm: float) -> torch.Tensor:
    # A generator can be walked once, so the gradients come first. detach() shares the memory: no copy, no graph.
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)

    # vector_norm reads the gradient and keeps one accumulator: no squares are written anywhere. It accumulates in
    # float32 for half precision by itself; asking for dtype=... would make it copy the gradient first.
    first_device = gradients[0].device
    norms = [torch.linalg.vector_norm(g).to(first_device) for g in gradients]

    # The norm of the norms is the norm of everything; the stack has one number for each gradient. These few numbers
    # may well be widened, so that the coefficient is not rounded to half precision.
    stacked = torch.stack(norms)
    if stacked.dtype in (torch.float16, torch.bfloat16):
        stacked = stacked.float()
    total_norm = torch.linalg.vector_norm(stacked)

    # The only wait. On the CPU it is free, and when nothing needs clipping it saves reading and writing every gradient.
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in gradients:
            # mul_ writes into the gradient's own memory; g * coefficient would hold a second copy for a moment.
            g.mul_(coefficient.to(g.device))
    return total_norm
