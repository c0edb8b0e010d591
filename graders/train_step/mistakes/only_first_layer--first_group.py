"""Only the optimizer's first group is clipped.

Groups of an optimizer have learning rates of their own, but the gradient of the model is one vector, with one norm
and one factor. `param_groups[0]` is all of it in small examples only.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(optimizer.param_groups[0]["params"], max_grad_norm)
    optimizer.step()
    return loss.item(), total_norm
