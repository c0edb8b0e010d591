"""The norm is asked for in float64, and the operator copies the whole gradient to get there.

`torch.linalg.vector_norm(g, dtype=torch.float64)` looks like one number out. On the CPU it first writes the gradient
again in float64: 514 MB beside a gradient of 256 MB. float32 accumulation is enough; widen the norms, not the
gradients.

Facets: memory
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, dtype=torch.float64).to(first_device) for g in gradients]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in gradients:
            g.mul_(coefficient.to(g.device))
    return total_norm
