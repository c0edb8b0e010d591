"""The entry point is an object that can be called, with the threshold's rule in a method of its own."""

import torch


class _Clipper:
    epsilon = 1e-6

    def __call__(self, parameters, max_norm):
        grads = []
        for parameter in parameters:
            grad = getattr(parameter, "grad", None)
            if grad is not None:
                grads.append(grad.detach())
        total_norm = self.norm(grads)
        self.scale(grads, total_norm, float(max_norm))
        return total_norm

    def norm(self, grads):
        if not grads:
            return 0.0
        home = grads[0].device
        return torch.norm(torch.tensor([0.0], device=home) + sum(self.square(g, home) for g in grads)) ** 0.5

    @staticmethod
    def square(grad, home):
        return torch.linalg.vector_norm(grad).to(home).float().square()

    def scale(self, grads, total_norm, max_norm):
        if grads and bool(total_norm > max_norm):
            for grad in grads:
                grad.div_((total_norm + self.epsilon).to(grad.device)).mul_(max_norm)


clip_grad_norm = _Clipper()
