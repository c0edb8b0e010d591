"""Under `torch.inference_mode()`; a clone leaves the result an ordinary tensor."""

import torch


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    with torch.inference_mode():
        every = [parameters] if isinstance(parameters, torch.Tensor) else [*parameters]
        grads = [p.grad for p in every if p.grad is not None]
        total = _norm(grads, norm_type)
        norm = float(total)
        if norm > max_norm:
            for g in grads:
                g.detach().mul_(max_norm / (norm + eps))
    return total.clone()


def _norm(grads, p):
    if not grads:
        return torch.tensor(0.0)
    home = grads[0].device
    norms = torch.stack(
        [torch.zeros((), device=home)]
        + [torch.linalg.vector_norm(g, p).to(home, torch.float32) for g in grads if g.numel()]
    )
    return torch.linalg.vector_norm(norms, p)
