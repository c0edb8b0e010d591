"""Starts threads without end.

Says: RuntimeError: can't start new thread
"""

import threading
import time


def clip_grad_norm(parameters, max_norm):
    while True:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
