"""The learning rate is scaled down for the step, and the gradients stay as they are.

For plain SGD that is the same. An optimizer with a momentum, or Adam, takes the unclipped gradient into its state: one
spike then pushes for many steps, which is what clipping is to prevent. Scale the gradients.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    total_norm = torch.linalg.vector_norm(torch.stack([g.norm() for g in gradients]))
    factor = min(1.0, max_grad_norm / (total_norm.item() + 1e-6))
    rates = [group["lr"] for group in optimizer.param_groups]
    for group in optimizer.param_groups:
        group["lr"] *= factor
    optimizer.step()
    for group, rate in zip(optimizer.param_groups, rates, strict=True):
        group["lr"] = rate
    return loss.item(), total_norm
