"""What `clip_grad_norm` is timed against: PyTorch's own function, whole lists at a time and one by one."""

import torch

from gradkata.bench import Baseline, Bench, on_shapes


def foreach(parameters, max_norm):
    """What PyTorch does where it may choose."""
    return torch.nn.utils.clip_grad_norm_(parameters, max_norm)


def loop(parameters, max_norm):
    """The same, one gradient after another."""
    return torch.nn.utils.clip_grad_norm_(parameters, max_norm, foreach=False)


def times_norm(share):
    """The threshold as a share of the gradients' norm."""
    return lambda gradients: (share * float(torch.nn.utils.get_total_norm(gradients)),)


SITUATIONS = {"clipping": times_norm(0.5), "not clipping": times_norm(2.0)}

BENCH = Bench(
    baselines=(Baseline("PyTorch (foreach)", foreach), Baseline("PyTorch (loop)", loop)),
    cases=on_shapes(SITUATIONS),
    entry_points={"clip_grad_norm": ""},
)
