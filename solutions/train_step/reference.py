"""The plain reference: zero, forward, backward, clip, step.

Six lines in the only order that works. Zeroing first makes the call safe whatever the previous one left behind.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    # backward() adds to .grad: without this line the gradients of all batches so far would pile up.
    optimizer.zero_grad()

    loss = criterion(model(x), y)
    loss.backward()

    # Only here are the gradients of this batch complete and not yet used.
    # All parameters go in together: the threshold is for the whole gradient, so its direction is kept.
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)

    # step() reads .grad, so it must find the clipped ones.
    optimizer.step()

    # .item() gives a plain number: a log of tensors would keep a graph alive for every batch.
    return loss.item(), total_norm
