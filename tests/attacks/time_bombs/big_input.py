"""Is right on small inputs and wrong on the big one.

Right: yes
Memory: yes
Says: gradient 0
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    norms = [torch.linalg.vector_norm(grad).float().to(grads[0].device) for grad in grads]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        for grad in grads:
            if grad.numel() < 1 << 20:
                grad.mul_((max_norm / (total_norm + 1e-6)).to(grad.device))
    return total_norm
