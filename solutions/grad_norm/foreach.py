"""The norms of a whole list in one call, for models with many small parameters.

`torch._foreach_norm` starts one kernel for many gradients of the same device and dtype, where a loop starts one for
each. The price is a name with an underscore, for which PyTorch promises nothing.
"""

from collections import defaultdict
from collections.abc import Iterable

import torch


@torch.no_grad()
def grad_norm(parameters: Iterable[torch.Tensor] | torch.Tensor, norm_type: float = 2) -> torch.Tensor:
    """The p-norm of all gradients together, a 0-d tensor on the first gradient's device."""
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)

    # The fast kernels want one device and one dtype, and refuse empty gradients at p = infinity.
    groups: defaultdict[tuple[torch.device, torch.dtype], list[torch.Tensor]] = defaultdict(list)
    for g in gradients:
        if g.numel() > 0:
            groups[g.device, g.dtype].append(g)

    # One total for each group first, so that a single number crosses from each device to the first one.
    device = gradients[0].device
    totals = []
    for group in groups.values():
        norms = torch.stack(torch._foreach_norm(group, norm_type))
        dtype = torch.promote_types(norms.dtype, torch.float32)
        totals.append(torch.linalg.vector_norm(norms, norm_type, dtype=dtype).to(device))
    if not totals:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(totals), norm_type)
