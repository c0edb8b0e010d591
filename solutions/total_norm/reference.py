"""The three ways to the total norm, each in its plainest form.

Method 1 trusts PyTorch with each norm and finishes on the host; Method 2 is the definition, squared in float32 or
wider; the PyTorch way never leaves the device, because the norm of the norms is the total norm.
"""

import torch


def total_norm_method_1(gradients):
    total = 0.0
    for g in gradients:
        # Square on the host: there the number is a 64-bit float, while norm ** 2 of a float16 norm may be infinite.
        norm = torch.linalg.vector_norm(g).item()
        total += norm**2
    # One root, at the very end: squares add, norms do not.
    return total**0.5


def total_norm_method_2(gradients):
    total = 0.0
    for g in gradients:
        # Widen before squaring, not after: in float16 everything above 255 squares to infinity.
        # float32 and float64 gradients come back as they are, without a copy.
        wide = g.to(torch.promote_types(g.dtype, torch.float32))
        # square() makes the full-size temporary that this method pays with; square_() would destroy the gradient.
        total += wide.square().sum().item()
    return total**0.5


@torch.no_grad()  # a monitored norm must not keep the graph of the gradients alive
def total_norm_pytorch(gradients, norm_type=2.0):
    gradients = list(gradients)  # walked once: the first device is asked below, and a generator does not rewind
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    # The infinity norm of nothing does not exist (vector_norm raises), and empty gradients add nothing anyway.
    norms = [torch.linalg.vector_norm(g, norm_type) for g in gradients if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=first_device)
    # Only these scalars travel between devices, and the result stays a tensor: nobody waits.
    return torch.linalg.vector_norm(torch.stack([norm.to(first_device) for norm in norms]), norm_type)
