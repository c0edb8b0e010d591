"""Zero last, by hand, over the optimizer's own groups.

Shows what the calls stand for: the loss is one line of arithmetic, the norm a norm of norms, and zeroing means letting
go of the old gradient. Going over `optimizer.param_groups` clips exactly what the optimizer is about to use.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    loss = (model(x) - y).square().mean()
    loss.backward()

    parameters = [p for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
    total_norm = torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(p.grad) for p in parameters]))
    if total_norm > max_grad_norm:
        for p in parameters:
            p.grad.mul_(max_grad_norm / (total_norm + 1e-6))

    optimizer.step()
    for p in parameters:
        # None and not zeros: it frees the memory, and the next backward() writes where it would have added.
        p.grad = None

    return loss.item(), total_norm.item()
