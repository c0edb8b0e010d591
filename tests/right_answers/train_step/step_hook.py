"""Clips in a hook that runs when the optimizer steps."""

from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    norms = []

    def clip(optimizer, *_):
        parameters = [p for group in optimizer.param_groups for p in group["params"]]
        norms.append(nn.utils.clip_grad_norm_(parameters, max_grad_norm))

    hook = optimizer.register_step_pre_hook(clip)
    loss = criterion(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    hook.remove()
    return loss.item(), norms[0]
