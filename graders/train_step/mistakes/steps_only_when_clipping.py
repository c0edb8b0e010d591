"""The step stands inside the `if`: the parameters move only when something was clipped.

An indentation fault. Batches with small gradients teach nothing at all. Only the scaling depends on the threshold;
the step is taken every time.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def norm_of(parameters):
    return torch.stack([p.grad.norm(2) for p in parameters if p.grad is not None]).norm(2)


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = norm_of(model.parameters())
    if total_norm > max_grad_norm:
        for p in model.parameters():
            if p.grad is not None:
                p.grad.mul_(max_grad_norm / (total_norm + 1e-6))
        optimizer.step()
    return loss.item(), total_norm
