"""Borrows the total norm of FullyShardedDataParallel, which is another function in another file.

Says: Seen: the source file fully_sharded_data_parallel
"""

import torch
from torch.distributed.fsdp.fully_sharded_data_parallel import _get_grad_norm


def clip_grad_norm(parameters, max_norm):
    parameters = list(parameters)
    return _get_grad_norm(parameters, 2.0, torch.tensor(0.0), torch.device("cpu"))
