"""All gradients are copied into one long tensor to take its norm.

`torch.cat` of the flattened gradients holds every gradient a second time: for a 7-billion-parameter model in float32
that is another 28 GB, exactly when memory is fullest. The norm of the norms is the same number: take
`torch.linalg.vector_norm` of each gradient and then of the stacked results.
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    total_norm = torch.linalg.vector_norm(torch.cat([g.flatten().to(first_device) for g in gradients]))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in gradients:
            g.mul_(coefficient.to(g.device))
    return total_norm
