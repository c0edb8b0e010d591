"""Clip by value: one walk, one clamp in place.

Three short lines, each of which answers a trap: the walk happens once, a missing gradient is skipped, and the clamp
changes the tensor that the optimizer will read.
"""

from collections.abc import Iterable

import torch


# Gradients made with `create_graph=True` carry a graph; without this the clamp would become a part of it.
@torch.no_grad()
def clip_grad_value(parameters: Iterable[torch.Tensor], clip_value: float) -> None:
    """Clamp every element of every gradient into [-clip_value, clip_value], in place."""
    # One walk and no list: `model.parameters()` is a generator, and there is nothing to come back for.
    for p in parameters:
        grad = p.grad
        # Frozen and unused parameters have no gradient. Skip them, do not stop at them.
        if grad is not None:
            # The underscore is the point: the optimizer holds on to this very tensor. The clamp is asked for always,
            # because finding out whether it is needed would cost a pass over memory and, on a GPU, a wait.
            grad.clamp_(-clip_value, clip_value)
