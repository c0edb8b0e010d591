"""Short: norms, stacked, normed. In inference mode.

The result of inference mode is an inference tensor, which does not require grad.
"""

import torch


@torch.inference_mode()
def grad_norm(parameters, norm_type=2):
    parameters = [parameters] if torch.is_tensor(parameters) else parameters
    grads = [p.grad for p in parameters if p.grad is not None]
    norms = [torch.linalg.vector_norm(g, norm_type).to(grads[0].device) for g in grads if g.numel()]
    if not norms:
        return torch.zeros(()) if not grads else torch.zeros((), device=grads[0].device)
    norms = torch.stack(norms)
    return torch.linalg.vector_norm(norms.float() if norms.dtype.itemsize < 4 else norms, norm_type)
