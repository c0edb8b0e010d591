"""What `clip_grad_value` is timed against: PyTorch's own function, whole lists at a time and one by one."""

import torch

from gradkata.bench import Baseline, Bench, on_shapes


def foreach(parameters, clip_value):
    """What PyTorch does where it may choose."""
    return torch.nn.utils.clip_grad_value_(parameters, clip_value)


def loop(parameters, clip_value):
    """The same, one gradient after another."""
    return torch.nn.utils.clip_grad_value_(parameters, clip_value, foreach=False)


def times_largest(share):
    """The bound as a share of the largest element."""
    return lambda gradients: (share * max(float(gradient.abs().max()) for gradient in gradients),)


SITUATIONS = {"clipping": times_largest(0.2), "not clipping": times_largest(2.0)}

BENCH = Bench(
    baselines=(Baseline("PyTorch (foreach)", foreach), Baseline("PyTorch (loop)", loop)),
    cases=on_shapes(SITUATIONS),
    entry_points={"clip_grad_value": ""},
)
