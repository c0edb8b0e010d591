"""The loss is clipped in the place of its gradients.

A loss that is cut at a threshold has gradient zero beyond it: the worst batches teach nothing, and below the
threshold nothing is limited, since a small loss can have a large gradient. Clip what `backward()` leaves in
`.grad`.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def norm_of(parameters):
    return torch.stack([p.grad.norm(2) for p in parameters if p.grad is not None]).norm(2)


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.clamp(max=max_grad_norm).backward()
    total_norm = norm_of(model.parameters())
    optimizer.step()
    return loss.item(), total_norm
