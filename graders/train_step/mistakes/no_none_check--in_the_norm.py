"""The norm is computed by hand, over every parameter's `.grad`.

Variant of: no_none_check
"""

from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = sum(p.grad.norm(2).item() ** 2 for p in model.parameters()) ** 0.5
    if total_norm > max_grad_norm:
        for p in model.parameters():
            p.grad.mul_(max_grad_norm / (total_norm + 1e-6))
    optimizer.step()
    return loss.item(), total_norm
