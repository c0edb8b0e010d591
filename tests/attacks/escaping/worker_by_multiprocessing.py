"""Has multiprocessing start a process.

Says: PermissionError
"""

import multiprocessing


def clip_grad_norm(parameters, max_norm):
    process = multiprocessing.get_context("fork").Process(target=print)
    process.start()
    process.join()
    return 0.0
