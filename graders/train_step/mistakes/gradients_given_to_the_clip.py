"""The clip is given tensors that have no `.grad`: gradients, or the parameters' data.

`clip_grad_norm_` takes parameters and reads their `.grad`. A gradient has none itself, nor has `p.data` or an entry of
`state_dict()`: the norm is 0 and nothing is clipped. Pass `model.parameters()`.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    total_norm = torch.nn.utils.clip_grad_norm_(gradients, max_grad_norm)
    optimizer.step()
    return loss.item(), total_norm
