"""Nothing is clipped: the norm is measured and the gradients stay as they are.

The log shows a norm, so it looks as if it worked; the step takes the full gradients. Scale every gradient in place
when the norm exceeds `max_grad_norm`, or let `torch.nn.utils.clip_grad_norm_` do both.
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
    optimizer.step()
    return loss.item(), total_norm
