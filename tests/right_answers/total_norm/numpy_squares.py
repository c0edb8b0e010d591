"""Method 2 squares and adds in NumPy; Method 1 adds in NumPy and returns its float64."""

import numpy as np
import torch


def total_norm_method_1(gradients):
    norms = np.array([torch.linalg.vector_norm(g.detach()).item() for g in gradients], dtype=np.float64)
    return np.sqrt(np.square(norms).sum())


def total_norm_method_2(gradients):
    arrays = [g.detach().cpu().double().numpy() for g in gradients]
    return float(np.sqrt(sum((array * array).sum() for array in arrays)))


@torch.no_grad()
def total_norm_pytorch(gradients, norm_type=2.0):
    gradients = list(gradients)
    if not gradients:
        return torch.tensor(0.0)
    home = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(home) for g in gradients if g.numel()]
    return torch.linalg.vector_norm(torch.stack(norms), norm_type) if norms else torch.zeros((), device=home)
