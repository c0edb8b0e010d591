"""An object with `__call__`, and a method for each kind of order."""

import torch


class GradNorm:
    """The p-norm of gradients."""

    def __call__(self, parameters, norm_type=2):
        """The norm of all gradients together."""
        if isinstance(parameters, torch.Tensor):
            parameters = [parameters]
        grads = [p.grad.detach() for p in parameters if p.grad is not None]
        device = grads[0].device if grads else torch.device("cpu")
        total = torch.zeros((), dtype=torch.float64, device=device)
        combine = self._largest if norm_type == float("inf") else self._power_sum
        return combine(total, [g for g in grads if g.numel() > 0], norm_type)

    @staticmethod
    def _largest(total, grads, norm_type):
        for g in grads:
            low, high = torch.aminmax(g)
            total = torch.maximum(total, torch.maximum(-low, high).to(total))
        return total

    @staticmethod
    def _power_sum(total, grads, norm_type):
        for g in grads:
            total = total + torch.linalg.vector_norm(g, norm_type).to(total) ** norm_type
        return total ** (1 / norm_type)


grad_norm = GradNorm()
