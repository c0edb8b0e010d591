"""The total norm of one long vector, taken literally.

Method 1 and 2 in one line each, and a PyTorch way that flattens all gradients into a single vector: that is what the
formula says, and what the norm of norms is there to avoid. Right, short, and it copies every gradient.

Loses: intermediates
"""

import torch


def total_norm_method_1(gradients):
    return sum(g.norm(2).item() ** 2 for g in gradients) ** 0.5


def total_norm_method_2(gradients):
    return sum(g.double().pow(2).sum().item() for g in gradients) ** 0.5


def total_norm_pytorch(gradients, norm_type=2.0):
    flat = [g.detach().reshape(-1) for g in gradients]
    if not flat:
        return torch.tensor(0.0)
    # Copies every gradient once more: as much memory as all gradients together.
    everything = torch.cat([f.to(flat[0].device) for f in flat])
    if everything.numel() == 0:
        return torch.zeros((), device=everything.device)
    return torch.linalg.vector_norm(everything, norm_type)
