"""The interview card's answer.

The function below is quoted from the interview card. It detaches each gradient where the reference switches autograd
off: `detach()` returns a second tensor on the same storage, outside of any graph, and clamping that one in place
clamps the gradient. The list is built before the loop, so that a generator is walked once.
"""


def clip_grad_value(parameters, clip_value):
    """
    Clip gradients by value (clamp each element).
    """
    parameters = [p for p in parameters if p.grad is not None]

    for p in parameters:
        p.grad.detach().clamp_(-clip_value, clip_value)
