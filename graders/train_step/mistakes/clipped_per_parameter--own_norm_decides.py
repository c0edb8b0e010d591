"""One factor for all, but each parameter is scaled only if its own norm exceeds the threshold.

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
    for g in gradients:
        if g.norm() > max_grad_norm:
            g.mul_(max_grad_norm / (total_norm + 1e-6))
    optimizer.step()
    return loss.item(), total_norm
