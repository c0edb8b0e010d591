"""Clipped by value: every element is cut at the threshold, which says nothing about the norm.

Cutting elements one by one changes the gradient's direction, and the norm of many elements below 1.0 can still be
far above 1.0. The question asks for one common factor: `clip_grad_norm_`.
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
    torch.nn.utils.clip_grad_value_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss.item(), total_norm
