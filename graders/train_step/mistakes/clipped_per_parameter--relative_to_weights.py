"""Each parameter has a threshold of its own, in proportion to its weights' norm.

Variant of: clipped_per_parameter
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
    for p in model.parameters():
        if p.grad is not None:
            limit = max_grad_norm * p.detach().norm().clamp(min=1e-3)
            p.grad.mul_(torch.clamp(limit / p.grad.norm().clamp(min=1e-6), max=1.0))
    optimizer.step()
    return loss.item(), total_norm
