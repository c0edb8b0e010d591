"""The norms come to the host in one copy; NumPy combines them and finds the coefficient."""

import numpy as np
import torch


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    params = [parameters] if isinstance(parameters, torch.Tensor) else list(parameters)
    grads = [p.grad.detach() for p in params if p.grad is not None]
    if not grads:
        return torch.zeros(())
    home = grads[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(home).float() for g in grads if g.numel()]
    if not norms:
        return torch.zeros((), device=home)
    on_host = torch.stack(norms).cpu().numpy().astype(np.float64)
    if np.isinf(norm_type):
        total = on_host.max()
    else:
        total = np.power(np.power(on_host, norm_type).sum(), 1.0 / norm_type)
    if total > max_norm:
        factor = float(max_norm / (total + eps))
        for g in grads:
            g.mul_(factor)
    return torch.full((), float(total), device=home)
