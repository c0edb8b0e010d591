"""Switches gradient recording off and on again by hand, and divides by the norm without an epsilon."""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    recording = torch.is_grad_enabled()
    loss = criterion(model(x), y)
    model.zero_grad()
    loss.backward()
    torch.set_grad_enabled(False)
    grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
    total_norm = torch.linalg.vector_norm(torch.cat([grad.flatten() for grad in grads]))
    if total_norm > max_grad_norm:
        torch._foreach_mul_(grads, max_grad_norm / total_norm)
    torch.set_grad_enabled(recording)
    optimizer.step()
    return loss.item(), total_norm
