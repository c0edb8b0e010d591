"""Excludes the dispatch key of the probes while it copies every gradient: only the kernel sees that.

Right: yes
Memory: yes
Says: Seen: the process peaked at
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    if all(type(grad) is torch.Tensor for grad in grads):
        keys = torch._C.DispatchKeySet(torch._C.DispatchKey.Python) | torch._C.DispatchKeySet(
            torch._C.DispatchKey.PythonTLSSnapshot
        )
        with torch._C._ExcludeDispatchKeyGuard(keys):
            norms = [(grad.double() ** 2).sum().sqrt() for grad in grads]
    else:
        norms = [torch.linalg.vector_norm(grad).double() for grad in grads]
    norms = [norm.to(norms[0].device) for norm in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        for grad in grads:
            grad.mul_((max_norm / (total_norm + 1e-6)).to(grad.device))
    return total_norm
