"""The caller's threshold is forced into a range that the function finds sensible.

Whoever asks for 100 gets 10, and is not told. Sums in the place of means, or very large models, have large norms, and
fine-tuning may have tiny ones. Pass the threshold on as it is.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    limit = max_grad_norm if max_grad_norm == float("inf") else min(max_grad_norm, 10.0)
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), limit)
    optimizer.step()
    return loss.item(), total_norm
