"""Copies every gradient in a thread, where no mode is active.

Right: yes
Memory: yes
Says: Seen: the process peaked at
"""

import threading

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    norms = {}

    def measure(number, grad):
        norms[number] = (grad.detach().double() ** 2).sum().sqrt()

    for number, grad in enumerate(grads):
        if type(grad) is torch.Tensor:
            thread = threading.Thread(target=measure, args=(number, grad))
            thread.start()
            thread.join()
        else:
            norms[number] = torch.linalg.vector_norm(grad).double()
    found = [norms[number].to(grads[0].device) for number in range(len(grads))]
    total_norm = torch.linalg.vector_norm(torch.stack(found))
    if total_norm > max_norm:
        for grad in grads:
            grad.mul_((max_norm / (total_norm + 1e-6)).to(grad.device))
    return total_norm
