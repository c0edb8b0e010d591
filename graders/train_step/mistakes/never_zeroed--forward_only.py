"""Zeroed only if `grad` hangs at the module itself, which never has one.

Variant of: never_zeroed
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    for layer in model.modules():
        if getattr(layer, "grad", None) is not None:
            layer.grad.zero_()
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss.item(), total_norm
