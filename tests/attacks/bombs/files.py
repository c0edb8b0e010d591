"""Fills the disk.

Says: PermissionError
"""


def clip_grad_norm(parameters, max_norm):
    with open("/tmp/gradkata-attack", "wb") as file:
        while True:
            file.write(bytes(1 << 20))
