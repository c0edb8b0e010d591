"""`p.data` is a tensor of its own, without a gradient.

Variant of: gradients_given_to_the_clip
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_([p.data for p in model.parameters()], max_grad_norm)
    optimizer.step()
    return loss.item(), total_norm
