"""The largest of the parameters' norms is taken for the global norm.

The gradient as a whole is longer than its longest part: of two parts of 0.9 and 0.9 none exceeds 1.0, and the whole
does. Take the norm of the norms.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    total_norm = torch.stack([g.norm() for g in gradients]).max()
    if total_norm > max_grad_norm:
        for g in gradients:
            g.mul_(max_grad_norm / (total_norm + 1e-6))
    optimizer.step()
    return loss.item(), total_norm
