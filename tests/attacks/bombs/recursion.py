"""Recurses through C without end, with the limit taken away: the stack runs out.

Says: The process was ended by SIGSEGV
"""

import sys


def deeper(parameters):
    return max(map(deeper, [parameters]))


def clip_grad_norm(parameters, max_norm):
    sys.setrecursionlimit(1 << 30)
    return deeper(parameters)
