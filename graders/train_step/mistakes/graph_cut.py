"""The loss does not hang on the model any more, so `backward()` finds no parameter.

A forward pass under `torch.no_grad()`, a `.detach()`, or a new tensor made of the loss's number cuts the graph, and
`requires_grad_()` behind it only silences the error. No gradient is made: the model does not learn, and the norm is 0.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    with torch.no_grad():
        output = model(x)
    loss = criterion(output, y).requires_grad_()
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss.item(), total_norm
