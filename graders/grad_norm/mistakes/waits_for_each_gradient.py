"""The host waits for the device once for each gradient.

`.item()` stops the host until the device has done all its work, and the tensor made of the numbers at the end
does not undo that. Keep the norms as tensors.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    total = 0.0
    for g in gradients:
        if g.numel() > 0:
            norm = torch.linalg.vector_norm(g, norm_type).item()
            if norm_type == float("inf"):
                total = norm if norm != norm else max(norm, total)
            else:
                total += norm**norm_type
    total = total if norm_type == float("inf") else total ** (1 / norm_type)
    return torch.full((), total, dtype=torch.float64, device=device)
