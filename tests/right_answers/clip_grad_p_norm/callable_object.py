"""An object with `__call__` and a dataclass for the state of one call."""

from dataclasses import dataclass, field

import torch


@dataclass
class Clipping:
    max_norm: float
    p: float
    eps: float
    grads: list = field(default_factory=list)

    def collect(self, parameters):
        for parameter in parameters:
            if parameter.grad is not None:
                self.grads.append(parameter.grad.detach())

    def norm(self):
        if not self.grads:
            return torch.tensor(0.0)
        home = self.grads[0].device
        norms = [torch.linalg.vector_norm(g, self.p).to(home).float() for g in self.grads if g.numel()]
        return torch.linalg.vector_norm(torch.stack(norms), self.p) if norms else torch.zeros((), device=home)

    def scale(self, value):
        for g in self.grads:
            g.mul_(self.max_norm / (value + self.eps))


class Clipper:
    def __call__(self, parameters, max_norm, norm_type=2, eps=1e-7):
        clipping = Clipping(max_norm, norm_type, eps)
        clipping.collect([parameters] if isinstance(parameters, torch.Tensor) else parameters)
        total = clipping.norm()
        value = total.item()
        if value > max_norm:
            clipping.scale(value)
        return total


clip_grad_norm = Clipper()
