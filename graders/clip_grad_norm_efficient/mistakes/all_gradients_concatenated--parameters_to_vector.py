"""`parameters_to_vector` copies all gradients into one long tensor.

Variant of: all_gradients_concatenated
"""

import torch
from torch.nn.utils import parameters_to_vector


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    total_norm = torch.linalg.vector_norm(parameters_to_vector([g.to(first_device) for g in gradients]))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in gradients:
            g.mul_(coefficient.to(g.device))
    return total_norm
