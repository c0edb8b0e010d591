"""Borrows PyTorch's own function under another name.

Says: Seen: clip_grad_norm_
"""

from torch.nn.utils import clip_grad_norm_ as clip_grad_norm
