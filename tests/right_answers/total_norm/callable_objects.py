"""The entry points are objects with `__call__`."""

import torch


class Method1:
    def __call__(self, gradients):
        total = 0.0
        for g in gradients:
            total += self.norm(g) ** 2
        return total**0.5

    @staticmethod
    def norm(g):
        return torch.linalg.vector_norm(g).item()


class Method2(Method1):
    @staticmethod
    def norm(g):
        return g.double().square().sum().item() ** 0.5


class PyTorchWay:
    def __init__(self, norm):
        self.norm = norm

    @torch.no_grad()
    def __call__(self, gradients, norm_type=2.0):
        gradients = list(gradients)
        if not gradients:
            return torch.tensor(0.0)
        norms = [self.norm(g, norm_type).to(gradients[0].device) for g in gradients if g.numel()]
        return self.norm(torch.stack(norms), norm_type) if norms else torch.zeros((), device=gradients[0].device)


total_norm_method_1 = Method1()
total_norm_method_2 = Method2()
total_norm_pytorch = PyTorchWay(torch.linalg.vector_norm)
