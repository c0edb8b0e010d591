"""The step that the optimizer took is clipped, not the gradients.

The update is the gradient times the learning rate, or with Adam something else altogether: a threshold for gradients
means nothing there. In chains such as Optax's the clip comes before the optimizer; here, between `backward()` and
`step()`.
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
    before = [p.detach().clone() for p in model.parameters()]
    optimizer.step()
    with torch.no_grad():
        moves = [p - old for p, old in zip(model.parameters(), before, strict=True)]
        length = torch.linalg.vector_norm(torch.stack([move.norm() for move in moves]))
        if length > max_grad_norm:
            for p, old, move in zip(model.parameters(), before, moves, strict=True):
                p.copy_(old + move * (max_grad_norm / length))
    return loss.item(), total_norm
