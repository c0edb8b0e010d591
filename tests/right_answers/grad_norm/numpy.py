"""NumPy does the numbers; a tensor is made of the result. It waits for each gradient and copies it.

Loses: intermediates, synchronisation
"""

import numpy as np
import torch


def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    grads = [p.grad.detach() for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    flat = np.concatenate([g.cpu().double().numpy().ravel() for g in grads])
    total = np.linalg.norm(flat, norm_type) if flat.size else 0.0
    return torch.full((), float(total), dtype=torch.float64, device=grads[0].device)
