"""If the first parameter has no gradient, the function returns zero and looks at no other.

A frozen embedding or a layer that was not used comes first in many models. Only where no parameter at all has a
gradient is there nothing to do: filter first, then ask whether the list is empty.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    parameters = list(parameters)
    if not parameters or parameters[0].grad is None:
        return torch.tensor(0.0)
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in grads if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
