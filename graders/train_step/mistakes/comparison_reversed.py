"""The comparison is the wrong way round: small gradients are scaled up, large ones are left alone.

`max_grad_norm / total_norm` is below 1 where the norm exceeds the threshold. Scale where the factor is below 1, or
where `total_norm > max_grad_norm`.
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
    if total_norm < max_grad_norm:
        for g in gradients:
            g.mul_(max_grad_norm / (total_norm + 1e-6))
    optimizer.step()
    return loss.item(), total_norm
