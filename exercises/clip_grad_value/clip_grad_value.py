"""Clip gradients by value.

Write the body, then run: gradkata check clip_grad_value
When stuck: gradkata hint clip_grad_value. The whole contract stands in README.md beside this file.
"""

from collections.abc import Iterable

import torch


def clip_grad_value(parameters: Iterable[torch.Tensor], clip_value: float) -> None:
    """
    Clip gradients by value.

    Args:
        parameters: iterable of parameters (with .grad); each .grad is None or a tensor
            of any shape (...), in float16, bfloat16, float32 or float64
        clip_value: maximum absolute value for gradients, a number >= 0
    Returns:
        Nothing that matters: the gradients are changed in place.
    """
    raise NotImplementedError("write me")
