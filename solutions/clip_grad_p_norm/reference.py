"""Clip by the global p-norm, in the plainest form that keeps the whole contract.

The norm stays on the device until the one question that the host has to ask: is it above the threshold? Only then is
anything divided or multiplied.
"""

import torch


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    # A tensor can be iterated too: without this question its rows would be taken for parameters without gradients.
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    # The one walk over `parameters`, which may be a generator. detach() shares the storage, so that mul_ below is in
    # place, and leaves the graph behind, where gradients carry one.
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device

    norms = []
    for g in gradients:
        # The infinity norm of nothing does not exist (vector_norm raises), and empty gradients add nothing anyway.
        if g.numel() > 0:
            norm = torch.linalg.vector_norm(g, norm_type)
            # From here on at least float32: a coefficient of 1e-5 has hardly any digits left in float16.
            norms.append(norm.to(first_device, torch.promote_types(norm.dtype, torch.float32)))
    if not norms:
        return torch.zeros((), device=first_device)
    # The p-norm of the p-norms is the p-norm of all elements, for every p and for infinity.
    total_norm = torch.linalg.vector_norm(torch.stack(norms), norm_type)

    # One wait. It buys a Python number, which multiplies gradients on any device.
    norm = total_norm.item()
    # The norm decides, not the coefficient: with eps the coefficient is below 1 at the threshold already.
    # A NaN is above nothing: the gradients stay, and the returned norm tells.
    if norm > max_norm:
        coefficient = max_norm / (norm + eps)
        for g in gradients:
            g.mul_(coefficient)
    return total_norm
