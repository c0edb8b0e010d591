"""The norm that is returned carries a graph.

`backward(create_graph=True)` makes gradients that can be differentiated again, and a norm taken of them keeps the graph
of the whole step alive as long as the log does. Leave `create_graph` out, or take the norm under `torch.no_grad()`.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward(create_graph=True)
    grads = [p.grad for p in model.parameters() if p.grad is not None]
    total_norm = torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(g) for g in grads]))
    if total_norm > max_grad_norm:
        with torch.no_grad():
            for g in grads:
                g.mul_(max_grad_norm / (total_norm + 1e-6))
    optimizer.step()
    return loss.item(), total_norm
