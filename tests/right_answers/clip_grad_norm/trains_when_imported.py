"""A file that tries itself out whenever it is loaded: what a demonstration takes is not what the function takes."""

import torch
from torch import nn


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    from torch.distributed.tensor import DTensor

    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    assert not any(isinstance(grad, DTensor) for grad in grads)
    home = grads[0].device
    norms = [torch.linalg.vector_norm(grad).to(home, torch.promote_types(grad.dtype, torch.float32)) for grad in grads]
    norm = torch.linalg.vector_norm(torch.stack(norms))
    if norm > max_norm:
        factor = max_norm / (norm + 1e-6)
        for grad in grads:
            grad.mul_(factor.to(grad.device))
    return norm


model = nn.Sequential(nn.Linear(300, 4000), nn.ReLU(), nn.Linear(4000, 1))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for _ in range(2):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(torch.randn(64, 300)), torch.randn(64, 1)).backward()
    before = clip_grad_norm(model.parameters(), 0.1)
    after = torch.linalg.vector_norm(torch.stack([p.grad.norm() for p in model.parameters()]))
    assert before > 0.1 > after - 1e-4
    optimizer.step()
