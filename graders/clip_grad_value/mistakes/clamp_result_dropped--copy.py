"""A copy of the gradient is clamped in place, and the gradient itself stays as it was.

Variant of: clamp_result_dropped
"""

def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad.detach().clone().clamp_(-clip_value, clip_value)
