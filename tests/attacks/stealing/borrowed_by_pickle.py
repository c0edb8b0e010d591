"""Names PyTorch's own function in a pickle.

Says: Seen: clip_grad_norm_
"""

import pickle

clip_grad_norm = pickle.loads(b"ctorch.nn.utils.clip_grad\nclip_grad_norm_\n.")
