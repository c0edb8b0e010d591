"""Only the returned norm is rounded to float16, where the first gradient is bfloat16.

Variant of: bfloat16_taken_for_float16
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g) for g in grads]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    coefficient = torch.where(total_norm > max_norm, max_norm / (total_norm + 1e-6), 1.0)
    for g in grads:
        g.mul_(coefficient.to(g.device))
    if grads[0].dtype == torch.bfloat16:  # "half precision"
        total_norm = total_norm.half().float()
    return total_norm
