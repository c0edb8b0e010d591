r"""Has escapes in the name of an exception's class.

Says: \x1b[31m
"""


def clip_grad_norm(parameters, max_norm):
    raise type("\x1b[31mPassed\x1b[0m", (Exception,), {})("all is well")
