"""`torch.hstack` copies all gradients into one long tensor.

Variant of: all_gradients_concatenated
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    total_norm = torch.hstack([g.ravel().to(first_device) for g in gradients]).norm(2)
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in gradients:
            g.mul_(coefficient.to(g.device))
    return total_norm
