"""Takes memory until there is none.

Says: Seen: MemoryError
"""


def clip_grad_norm(parameters, max_norm):
    hoard = []
    while True:
        hoard.append(bytes(1 << 28))
