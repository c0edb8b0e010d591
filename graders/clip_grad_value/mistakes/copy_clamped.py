"""A copy of the gradient is clamped in place, and the gradient itself stays as it was.

`clone()` has memory of its own, so the underscore in `clamp_` acts on that copy. `detach()` is what leaves
the graph and keeps the memory.
"""

def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad.detach().clone().clamp_(-clip_value, clip_value)
