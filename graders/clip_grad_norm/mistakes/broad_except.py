"""An `except` swallows the error of a gradient, which is then left out without a word.

`try: ... except Exception: continue` was written for `None`, but it also hides what fails for another reason: here
`.view(-1)` on a non-contiguous gradient. Such a gradient is neither measured nor scaled. Test for `None`, and let
real errors be seen.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads, norms = [], []
    for p in parameters:
        try:
            norms.append(torch.linalg.vector_norm(p.grad.view(-1)))
            grads.append(p.grad)
        except Exception:
            continue
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
