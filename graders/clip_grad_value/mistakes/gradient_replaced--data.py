"""`p.grad.data = ...` keeps the object and gives it another storage.

Variant of: gradient_replaced
"""

def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad.data = p.grad.data.clamp(-clip_value, clip_value)
