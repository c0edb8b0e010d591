"""The gradients are changed in place and restored afterwards, but not every bit comes back.

`g.mul_(sign)` gives back the size, not everything: a zero that was negative is positive now, and whoever looks at the
gradient meanwhile, as a second stream does, sees another one. Read only: `vector_norm` writes nothing.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    signs = [g.sign() for g in gradients]
    for g in gradients:
        g.abs_()
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    norms = torch.stack([n.to(torch.promote_types(n.dtype, torch.float32)) for n in norms])
    total = torch.linalg.vector_norm(norms, norm_type)
    for g, sign in zip(gradients, signs, strict=True):
        g.mul_(sign)
    return total
