"""Takes the batch out of a DataLoader of its own, and computes the error in place in a copy of it."""

import torch
from torch.utils.data import DataLoader, TensorDataset


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    ((inputs, targets),) = DataLoader(TensorDataset(x, y), batch_size=len(x))
    inputs.requires_grad_()
    optimizer.zero_grad(set_to_none=False)
    error = targets.clone()
    error -= model(inputs)
    loss = error.pow(2).mean()
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss.item(), total_norm
