"""The norm of the parameters is compared with the threshold, not that of their gradients.

How large the weights are says nothing about the step. Take the norm of `p.grad`, for all parameters that have one.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    weights = [p.detach() for p in model.parameters() if p.grad is not None]
    total_norm = torch.linalg.vector_norm(torch.stack([w.norm() for w in weights]))
    if total_norm > max_grad_norm:
        for g in gradients:
            g.mul_(max_grad_norm / (total_norm + 1e-6))
    optimizer.step()
    return loss.item(), total_norm
