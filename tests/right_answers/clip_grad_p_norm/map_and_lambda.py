"""Maps, filters and lambdas; the scaling is a map that is exhausted by a deque."""

import collections

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    parameters = (parameters,) if torch.is_tensor(parameters) else parameters
    grads = list(filter(lambda g: g is not None, map(lambda p: p.grad, parameters)))
    if not grads:
        return torch.tensor(0.0)
    norm = lambda x: torch.linalg.vector_norm(x, norm_type)  # noqa: E731
    norms = [*map(lambda g: norm(g).to(grads[0].device).float(), filter(lambda g: g.numel(), grads))]
    total = norm(torch.stack(norms)) if norms else torch.zeros((), device=grads[0].device)
    if (value := float(total)) > max_norm:
        collections.deque(map(lambda g: g.mul_(max_norm / (value + eps)), grads), maxlen=0)
    return total
