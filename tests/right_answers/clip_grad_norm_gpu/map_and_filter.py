"""Written with `map`, `filter` and `partial`."""

from functools import partial
from itertools import chain

import torch


@torch.no_grad()
def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False):
    parameters = [parameters] if isinstance(parameters, torch.Tensor) else parameters
    grads = list(filter(torch.is_tensor, map(lambda p: p.grad, parameters)))
    if not grads:
        return torch.tensor(0.0)
    kinds = set(map(lambda g: (g.device, g.dtype), grads))
    groups = list(map(lambda kind: list(filter(lambda g: (g.device, g.dtype) == kind, grads)), kinds))
    norms = chain.from_iterable(map(partial(torch._foreach_norm, ord=norm_type), groups))
    total_norm = torch.linalg.vector_norm(torch.stack([norm.to(grads[0].device) for norm in norms]), ord=norm_type)
    if error_if_nonfinite and not total_norm.isfinite():
        raise RuntimeError("not finite")
    coefficient = torch.clamp(max_norm / (total_norm + 1e-6), max=1.0)
    list(map(lambda group: torch._foreach_mul_(group, coefficient.to(group[0].device)), groups))
    return total_norm
