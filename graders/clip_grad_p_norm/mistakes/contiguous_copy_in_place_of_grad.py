"""A gradient with gaps is replaced by a contiguous copy.

`p.grad = p.grad.contiguous()` makes a new tensor where the old one had gaps. Whoever held the old one, such as an
optimizer's flat buffer, keeps the gradient that was never clipped. No operator that is needed here asks for
contiguous memory.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    grads = []
    for p in parameters:
        if p.grad is not None:
            p.grad = p.grad.contiguous()
            grads.append(p.grad)
    if not grads:
        return torch.tensor(0.0)
    norms = [torch.linalg.vector_norm(g, float(norm_type)) if g.numel() else g.new_zeros(()) for g in grads]
    norms = [n.to(grads[0].device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms), float(norm_type))
    if total_norm > max_norm:
        c = max_norm / (total_norm + eps)
        for g in grads:
            g.mul_(c.to(g.device))
    return total_norm
