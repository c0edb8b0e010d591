"""Without any wait: the choice is made on the device with `torch.where`.

The host never learns whether it clipped. The price is a pass over all gradients at every step, clipping or not: right
on a GPU, where a wait costs more, wrong on a CPU, where nothing is waited for anyway.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type) for g in gradients if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=first_device)
    norms = [norm.to(first_device, torch.promote_types(norm.dtype, torch.float32)) for norm in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms), norm_type)

    # Not clamp(max=1): with eps the coefficient falls below 1 before the norm is above the threshold.
    # Multiplying by exactly 1 keeps every finite element bit for bit.
    coefficient = torch.where(total_norm > max_norm, max_norm / (total_norm + eps), 1.0)
    on_device = {first_device: coefficient}
    for g in gradients:
        # A 0-d tensor of one GPU cannot be mixed with another GPU's gradients: one copy for each device.
        if g.device not in on_device:
            on_device[g.device] = coefficient.to(g.device)
        g.mul_(on_device[g.device])
    return total_norm
