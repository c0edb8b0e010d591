"""Write a training step that clips.

Write the body, then run: gradkata check train_step
When stuck: gradkata hint train_step. The whole contract stands in README.md beside this file.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    x: torch.Tensor,
    y: torch.Tensor,
    max_grad_norm: float = 1.0,
) -> tuple[float, torch.Tensor | float]:
    """
    Train the model on one batch, with its gradients clipped by their global norm.

    Args:
        model: the module to train, in training mode; its `.grad`s are None or zero
        optimizer: an optimizer that holds all parameters of the model
        x: a batch of inputs, float32, shape (batch, inputs)
        y: their targets, float32, of the same shape as `model(x)`
        max_grad_norm: the largest global L2 norm that the gradients of a step may have

    Returns:
        loss: the mean squared error of the batch before the update, a Python float
        total_norm: the global norm of all gradients before clipping, a 0-d tensor or a float
    """
    raise NotImplementedError("write me")
