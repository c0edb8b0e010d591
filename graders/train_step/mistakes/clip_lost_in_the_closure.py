"""The optimizer's closure computes the gradients anew, after they were clipped.

`optimizer.step(closure)` calls the closure first: it zeroes, runs forward and backward, and the step takes those
gradients, unclipped. Clip inside the closure, after its `backward()`, or call `step()` without one.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    def closure():
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        return loss

    loss = closure()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step(closure)
    return loss.item(), total_norm
