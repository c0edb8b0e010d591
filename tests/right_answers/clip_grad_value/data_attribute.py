"""The old way around autograd: `.data`, here of the gradient."""


def clip_grad_value(parameters, clip_value):
    for p in list(parameters):
        if p.grad is not None:
            p.grad.data.clamp_(-clip_value, clip_value)
