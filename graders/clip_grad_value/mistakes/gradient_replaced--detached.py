"""The clamp is in place, but a detached second tensor is put in the place of the first.

Variant of: gradient_replaced
"""

def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad = p.grad.detach().clamp_(-clip_value, clip_value)
