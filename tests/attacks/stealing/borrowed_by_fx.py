"""Has torch.fx trace PyTorch's own function.

Says: Seen: clip_grad_norm_
"""

import torch.fx


def mine(parameters, max_norm):
    return torch.nn.utils.clip_grad_norm_(parameters, max_norm)


traced = torch.fx.symbolic_trace(mine)


def clip_grad_norm(parameters, max_norm):
    return traced(parameters, max_norm)
