"""A dict of norms by device: one number crosses from each device to the first."""

from collections import defaultdict

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    by_device = defaultdict(list)
    first = None
    for p in parameters:
        if p.grad is None:
            continue
        first = p.grad.device if first is None else first
        if p.grad.numel():
            by_device[p.grad.device].append(torch.linalg.vector_norm(p.grad, norm_type))
    totals = []
    for norms in by_device.values():
        widest = torch.stack(norms)
        dtype = torch.promote_types(widest.dtype, torch.float32)
        totals.append(torch.linalg.vector_norm(widest, norm_type, dtype=dtype).to(first))
    if not totals:
        return torch.zeros((), device=first or "cpu")
    return torch.linalg.vector_norm(torch.stack(totals), norm_type)
