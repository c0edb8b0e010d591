"""The elements are walked with `for i in range(len(grad))`, which walks the rows of a matrix.

`grad[i] > clip_value` is one answer for a vector, but a whole row of answers for a matrix, and an `if` cannot take
them; a 0-d gradient has no length. It is slow, too: clamp all elements at once, `p.grad.clamp_(...)`.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            for i in range(len(p.grad)):
                if p.grad[i] > clip_value:
                    p.grad[i] = clip_value
                elif p.grad[i] < -clip_value:
                    p.grad[i] = -clip_value
