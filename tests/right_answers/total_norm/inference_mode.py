"""Every function under `torch.inference_mode()`."""

import torch


@torch.inference_mode()
def total_norm_method_1(gradients):
    return sum(float(torch.linalg.vector_norm(g)) ** 2 for g in gradients) ** 0.5


@torch.inference_mode()
def total_norm_method_2(gradients):
    return sum(float(g.double().pow(2).sum()) for g in gradients) ** 0.5


@torch.inference_mode()
def total_norm_pytorch(gradients, norm_type=2.0):
    gradients = [g.detach() for g in gradients]
    if not gradients:
        return torch.tensor(0.0)
    norms = [torch.linalg.vector_norm(g, norm_type) for g in gradients if g.numel()]
    if not norms:
        return torch.zeros((), device=gradients[0].device)
    return torch.linalg.vector_norm(torch.stack([n.to(gradients[0].device) for n in norms]), norm_type)
