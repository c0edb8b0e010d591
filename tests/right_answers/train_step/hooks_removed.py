"""Measures with hooks on layers, parameters and optimizer, and removes them all."""

from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    squares, outputs = [], []
    handles = [module.register_forward_hook(lambda *told: outputs.append(told[-1])) for module in model.modules()]
    handles += [
        parameter.register_post_accumulate_grad_hook(lambda p: squares.append(p.grad.double().square().sum()))
        for parameter in model.parameters()
        if parameter.requires_grad
    ]
    handles.append(optimizer.register_step_post_hook(lambda *_: outputs.clear()))
    try:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        total_norm = sum(squares).sqrt().item()
        if total_norm > max_grad_norm:
            for parameter in model.parameters():
                if parameter.grad is not None:
                    parameter.grad *= max_grad_norm / total_norm
        optimizer.step()
    finally:
        for handle in handles:
            handle.remove()
    return loss.item(), total_norm
