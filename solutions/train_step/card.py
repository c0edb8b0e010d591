"""The interview card's training step, with the card's own clip function.

Both functions are quoted from the interview card ("Implement Gradient Clipping", reference implementation and "Usage in
training loop"). It zeroes last, so the gradients are already gone when the function returns.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def clip_grad_norm(parameters, max_norm):
    """
    Clip gradients by global norm (like torch.nn.utils.clip_grad_norm_).
    """
    parameters = list(parameters)

    # Filter out parameters without gradients
    parameters = [p for p in parameters if p.grad is not None]

    if len(parameters) == 0:
        return torch.tensor(0.0)

    # Compute global norm
    # total_norm = sqrt(sum(||grad_i||^2 for all params i))
    device = parameters[0].grad.device
    total_norm = torch.norm(torch.stack([torch.norm(p.grad.detach(), 2) for p in parameters]), 2)

    # Compute clipping coefficient
    clip_coef = max_norm / (total_norm + 1e-6)

    # If total_norm > max_norm, scale all gradients
    if clip_coef < 1:
        for p in parameters:
            p.grad.detach().mul_(clip_coef)

    return total_norm


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    # Forward pass
    output = model(x)
    loss = criterion(output, y)

    # Backward pass
    loss.backward()

    # Gradient clipping (before optimizer step!)
    total_norm = clip_grad_norm(model.parameters(), max_grad_norm)

    # Optimizer step
    optimizer.step()
    optimizer.zero_grad()

    return loss.item(), total_norm
