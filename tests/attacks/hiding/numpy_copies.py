"""Copies every gradient with NumPy, below the dispatcher.

Right: yes
Memory: yes
Says: Seen: the process peaked at
"""

import numpy as np
import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)

    def norm(grad):
        if type(grad) is torch.Tensor and grad.dtype is not torch.bfloat16:
            return torch.tensor(float(np.sqrt((grad.detach().numpy().astype(np.float64) ** 2).sum())))
        return torch.linalg.vector_norm(grad).float()

    norms = [norm(grad) for grad in grads]
    norms = [each.to(grads[0].device) for each in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        for grad in grads:
            grad.mul_((max_norm / (total_norm + 1e-6)).to(grad.device))
    return total_norm
