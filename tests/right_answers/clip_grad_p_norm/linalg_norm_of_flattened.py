"""`torch.linalg.norm` and `Tensor.norm` on what is flattened or stacked: there they are vector norms."""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    norm_type = float(norm_type)
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    grads = []
    for p in parameters:
        if p.grad is None:
            continue
        grads.append(p.grad)
    if len(grads) == 0:
        return torch.tensor(0.0)
    first = grads[0].device
    norms = []
    for g in grads:
        if g.numel() == 0:
            continue
        norms.append(torch.linalg.norm(g.flatten(), norm_type).to(first, torch.float32))
    if len(norms) == 0:
        return torch.zeros((), device=first)
    total_norm = torch.stack(norms).norm(norm_type)
    if bool(total_norm > max_norm):
        clip_coef = max_norm / (total_norm + eps)
        for g in grads:
            g.mul_(clip_coef.to(g.device))
    return total_norm
