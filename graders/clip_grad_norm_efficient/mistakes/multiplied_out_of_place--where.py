"""`torch.where` chooses between the gradient and a scaled copy of it.

Variant of: multiplied_out_of_place
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    norms = [torch.linalg.vector_norm(g).to(first_device) for g in gradients]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    coefficient = max_norm / (total_norm + 1e-6)
    for g in gradients:
        g.copy_(torch.where((total_norm > max_norm).to(g.device), g * coefficient.to(g.device, g.dtype), g))
    return total_norm
