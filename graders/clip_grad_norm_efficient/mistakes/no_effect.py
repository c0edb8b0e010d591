"""The product is given a name and dropped: no gradient changes.

`g = g * coefficient` makes a new tensor and calls it `g`; the gradient itself stays as it was, and a copy as large as
it was made for nothing. `g.mul_(coefficient)` writes into the gradient.

Seen: 4 of 153 public implementations
Facets: gradients
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    norms = [torch.linalg.vector_norm(g).to(first_device) for g in gradients]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in gradients:
            g = g * coefficient.to(g.device)
    return total_norm
