"""The total norm, three ways.

Write the body, then run: gradkata check total_norm
When stuck: gradkata hint total_norm. The whole contract stands in README.md beside this file.
"""

from collections.abc import Iterable

import torch


def total_norm_method_1(gradients: Iterable[torch.Tensor]) -> float:
    """Compute the total L2 norm from the norm of each gradient, finished on the host.

    Args:
        gradients: iterable of gradient tensors of any shapes and floating dtypes; walked once.

    Returns:
        sqrt(||g_1||**2 + ||g_2||**2 + ...) as a Python float; 0.0 if there are no gradients.
    """
    raise NotImplementedError("write me")


def total_norm_method_2(gradients: Iterable[torch.Tensor]) -> float:
    """Compute the total L2 norm from the squares of all elements.

    Args:
        gradients: iterable of gradient tensors of any shapes and floating dtypes; walked once.

    Returns:
        The root of the sum of every element squared, as a Python float; 0.0 if there are no gradients.
    """
    raise NotImplementedError("write me")


def total_norm_pytorch(gradients: Iterable[torch.Tensor], norm_type: float = 2.0) -> torch.Tensor:
    """Compute the total p-norm as the norm of the gradients' norms, without waiting for the device.

    Args:
        gradients: iterable of gradient tensors of any shapes and floating dtypes; walked once.
        norm_type: the p of the norm: any number >= 1, or float("inf").

    Returns:
        A 0-d tensor on the first gradient's device; torch.tensor(0.) if there are no gradients.
    """
    raise NotImplementedError("write me")
