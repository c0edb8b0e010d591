"""The old idiom: `p.grad.data` everywhere, and `torch.norm`."""

import torch


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    parameters = list(filter(lambda p: p.grad is not None, parameters))
    max_norm = float(max_norm)
    norm_type = float(norm_type)
    if len(parameters) == 0:
        return torch.tensor(0.0)
    device = parameters[0].grad.device
    present = [p.grad.data for p in parameters if p.grad.data.numel() > 0]
    if not present:
        return torch.tensor(0.0).to(device)
    if norm_type == float("inf"):
        total_norm = torch.stack([g.abs().max().to(device).float() for g in present]).max()
    else:
        total_norm = torch.norm(torch.stack([torch.norm(g, norm_type).to(device).float() for g in present]), norm_type)
    norm = total_norm.item()
    if norm > max_norm:
        for p in parameters:
            p.grad.data.mul_(max_norm / (norm + eps))
    return total_norm
