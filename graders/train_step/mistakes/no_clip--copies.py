"""The clip works on copies: `p.grad * c` is bound to a name, and `.grad` keeps its values.

Variant of: no_clip
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
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    if total_norm > max_grad_norm:
        gradients = [g * (max_grad_norm / total_norm) for g in gradients]
    optimizer.step()
    return loss.item(), total_norm
