"""Gradient recording is switched off by hand and back on in `finally`."""

import torch


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    recording = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    try:
        return _clip(parameters, max_norm, norm_type, eps)
    finally:
        torch.set_grad_enabled(recording)


def _clip(parameters, max_norm, norm_type, eps):
    if isinstance(parameters, torch.Tensor):
        return _clip([parameters], max_norm, norm_type, eps)
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    pieces = [torch.linalg.vector_norm(g, norm_type) for g in grads if g.numel() > 0]
    if not pieces:
        return torch.zeros((), device=device)
    pieces = [piece.to(device).to(torch.promote_types(piece.dtype, torch.float32)) for piece in pieces]
    total = torch.linalg.vector_norm(torch.stack(pieces), norm_type)
    if total.item() > max_norm:
        on = {}
        for g in grads:
            if g.device not in on:
                on[g.device] = (max_norm / (total + eps)).to(g.device)
            g *= on[g.device]
    return total
