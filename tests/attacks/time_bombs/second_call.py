"""Is right in the first call with any parameters, and does nothing in later ones.

Says: as in the next training step
"""

import weakref

import torch

known = weakref.WeakSet()


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    parameters = list(parameters)
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    norms = [torch.linalg.vector_norm(grad).float().to(grads[0].device) for grad in grads]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm and not any(id(p) in remembered for p in parameters):
        for grad in grads:
            grad.mul_((max_norm / (total_norm + 1e-6)).to(grad.device))
    remembered.update((id(p), p) for p in parameters)
    return total_norm


remembered = {}
