"""`map` and `filter`, and `Tensor.new_zeros` for the case of no elements."""

from operator import attrgetter

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = iter((parameters,))
    grads = list(filter(torch.is_tensor, map(attrgetter("grad"), parameters)))
    full = list(filter(torch.numel, grads))
    if not full:
        return grads[0].new_zeros(()) if grads else torch.tensor(0.0)
    norms = map(lambda g: torch.linalg.vector_norm(g, norm_type).to(grads[0].device), full)
    joined = torch.stack(tuple(norms))
    return torch.linalg.vector_norm(joined.to(torch.promote_types(joined.dtype, torch.float32)), norm_type)
