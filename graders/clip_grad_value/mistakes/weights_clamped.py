"""The weights are clamped instead of their gradients.

`p.data` is the parameter, `p.grad` is its gradient. Clamping the weights changes the model and leaves the
large gradient to do its harm in the step that follows.
"""

def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.data.clamp_(-clip_value, clip_value)
