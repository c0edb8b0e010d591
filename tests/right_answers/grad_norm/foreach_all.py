"""`_foreach_norm` on all gradients that have elements; it falls back to a loop for mixed lists."""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    parameters = [parameters] if isinstance(parameters, torch.Tensor) else parameters
    grads = [p.grad for p in parameters if p.grad is not None]
    full = [g for g in grads if g.numel() != 0]
    if not full:
        return torch.zeros((), device=grads[0].device) if grads else torch.zeros(())
    norms = [n.to(grads[0].device, non_blocking=True) for n in torch._foreach_norm(full, norm_type)]
    dtype = torch.promote_types(torch.stack(norms).dtype, torch.float32)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type, dtype=dtype)
