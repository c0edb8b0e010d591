"""All norms are converted to the dtype of the first gradient.

Where the first gradient is float16 and a later one is float32, the later norm may not fit: above 65504 it becomes
infinite. `torch.stack` promotes to the widest dtype by itself; move the norms to a device, not to a dtype.
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    norms = [torch.linalg.vector_norm(g).to(first_device, gradients[0].dtype) for g in gradients]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in gradients:
            g.mul_(coefficient.to(g.device))
    return total_norm
