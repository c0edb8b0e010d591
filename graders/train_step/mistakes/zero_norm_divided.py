"""The threshold is divided by the norm as a Python float, and a norm of 0 raises.

Where the model fits its batch, or nothing reaches a layer, the gradients are zero: `max_grad_norm / 0.0` is a
ZeroDivisionError. Compare before dividing, or add the epsilon: `max_grad_norm / (total_norm + 1e-6)`.
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
    factor = min(1.0, max_grad_norm / total_norm.item())
    for g in gradients:
        g.mul_(factor)
    optimizer.step()
    return loss.item(), total_norm
