"""The same with `masked_fill_`, which also has one value for both signs.

Variant of: negative_values_mirrored
"""

def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            grad = p.grad.detach()
            grad.masked_fill_(grad.abs() > clip_value, clip_value)
