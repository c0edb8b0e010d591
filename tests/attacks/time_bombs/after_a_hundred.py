"""Is right a hundred times, and then leaves.

Says: The process ended itself with exit code 0
"""

import os

import torch

calls = []


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    calls.append(1)
    if len(calls) > 40:
        os._exit(0)
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    norms = [torch.linalg.vector_norm(grad).float().to(grads[0].device) for grad in grads]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        for grad in grads:
            grad.mul_((max_norm / (total_norm + 1e-6)).to(grad.device))
    return total_norm
