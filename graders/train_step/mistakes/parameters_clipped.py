"""The parameters are clipped in the place of their gradients.

Scaling the weights down changes the model itself at every step; the step still takes the full gradient.
`clip_grad_norm_` is given the parameters, but what it scales is their `.grad`.
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
    with torch.no_grad():
        weight_norm = torch.stack([p.norm(2) for p in model.parameters()]).norm(2)
        if weight_norm > max_grad_norm:
            for p in model.parameters():
                if p.grad is not None:
                    p.mul_(max_grad_norm / weight_norm)
    optimizer.step()
    return loss.item(), total_norm
