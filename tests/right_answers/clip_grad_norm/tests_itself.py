"""A file with its tests in it, which run whenever it is loaded.

>>> p = torch.nn.Parameter(torch.zeros(2))
>>> p.grad = torch.tensor([3.0, 4.0])
>>> clip_grad_norm([p], 1.0)
tensor(5.)
"""

import doctest
import unittest

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad.detach_() for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    home = grads[0].device
    norms = [torch.linalg.vector_norm(grad).to(home, torch.promote_types(grad.dtype, torch.float32)) for grad in grads]
    norm = torch.linalg.vector_norm(torch.stack(norms))
    if norm > max_norm:
        for grad in grads:
            grad.mul_((max_norm / (norm + 1e-6)).to(grad.device))
    return norm


class Test(unittest.TestCase):
    """Without gradients."""

    def test_zero(self):
        """Zero is returned."""
        assert float(clip_grad_norm([], 1.0)) == 0.0


assert doctest.testmod().attempted == 3
assert unittest.main(argv=["tests"], exit=False).result.testsRun == 1
