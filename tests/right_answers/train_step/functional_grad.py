"""Differentiates with torch.func and puts the gradients where the optimizer looks."""

import torch
from torch.func import functional_call, grad_and_value


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    trained = {name: p for name, p in model.named_parameters() if p.requires_grad}

    def loss_of(values, buffers):
        return (functional_call(model, (values, buffers), (x,)) - y).square().mean()

    buffers = {name: buffer.clone() for name, buffer in model.named_buffers()}
    grads, loss = grad_and_value(loss_of)({name: p.detach() for name, p in trained.items()}, buffers)
    for name, buffer in model.named_buffers():
        buffer.copy_(buffers[name])
    for name, p in trained.items():
        used = p.grad is not None or grads[name].any()
        p.grad = grads[name] if used else None
    total_norm = torch.nn.utils.clip_grad_norm_(trained.values(), max_grad_norm)
    optimizer.step()
    optimizer.zero_grad()
    return loss.item(), total_norm
