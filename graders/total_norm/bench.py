"""What `total_norm` is timed against: the two methods as they are first written, and PyTorch's own function."""

import torch

from gradkata.bench import Baseline, Bench, Takes, on_shapes


def foreach(gradients):
    """What PyTorch does where it may choose."""
    return torch.nn.utils.get_total_norm(gradients)


def loop(gradients):
    """The same, one gradient after another."""
    return torch.nn.utils.get_total_norm(gradients, foreach=False)


def method_1(gradients):
    """The norm of each gradient, added up on the host."""
    total_norm = 0.0
    for grad in gradients:
        total_norm += grad.norm(2).item() ** 2
    return total_norm**0.5


def method_2(gradients):
    """All elements squared and added up."""
    total_norm = 0.0
    for grad in gradients:
        total_norm += grad.pow(2).sum().item()
    return total_norm**0.5


BENCH = Bench(
    baselines=(
        Baseline("PyTorch (foreach)", foreach),
        Baseline("PyTorch (loop)", loop),
        Baseline("Method 1", method_1),
        Baseline("Method 2", method_2),
    ),
    cases=on_shapes({"": lambda gradients: ()}),  # noqa: ARG005  (nothing depends on the gradients)
    entry_points={
        "total_norm_method_1": "Method 1",
        "total_norm_method_2": "Method 2",
        "total_norm_pytorch": "PyTorch's",
    },
    takes=Takes.GRADIENTS,
)
