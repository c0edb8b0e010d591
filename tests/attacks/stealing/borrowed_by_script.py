"""Has TorchScript compile PyTorch's own function.

Says: clip_grad.py
"""

import torch

clip_grad_norm = torch.jit.script(torch.nn.utils.clip_grad_norm_)
