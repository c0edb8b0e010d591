"""Sends what it sees to a server.

Says: PermissionError
"""

import socket


def clip_grad_norm(parameters, max_norm):
    with socket.create_connection(("127.0.0.1", 9), timeout=1):
        return 0.0
