"""bfloat16 is taken for float16, and a norm beyond 65,504 becomes infinite.

Both have 16 bits; the largest float16 is 65,504, the largest bfloat16 that of float32. The total is rounded to float16
because the first gradient is "half", and other gradients make it larger than that. Keep norms in float32 or wider.
"""

import torch


@torch.no_grad()
def clip_grad_norm_efficient(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g) for g in grads]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if grads[0].dtype == torch.bfloat16:  # "half precision"
        total_norm = total_norm.half().float()
    coefficient = torch.where(total_norm > max_norm, max_norm / (total_norm + 1e-6), 1.0)
    for g in grads:
        g.mul_(coefficient.to(g.device))
    return total_norm
