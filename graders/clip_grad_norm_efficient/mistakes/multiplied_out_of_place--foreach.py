"""`torch._foreach_mul` makes all scaled gradients at once, then copies them back.

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
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        scaled = torch._foreach_mul(gradients, float(coefficient))
        for g, new in zip(gradients, scaled, strict=True):
            g.copy_(new)
    return total_norm
