"""The clamp is recorded by autograd when the gradients carry a graph.

After `backward(create_graph=True)` a gradient has a history, and an in-place operation is appended to it: the
gradient gains a `grad_fn` and keeps memory alive. Clip under `torch.no_grad()`, or clamp `p.grad.detach()`.
"""

def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad.clamp_(-clip_value, clip_value)
