"""Imports the judge from code with another file's name and the real builtins.

Says: PermissionError
"""

import builtins

exec(compile("import gradkata.judge.clipping", "elsewhere.py", "exec"), {"__builtins__": builtins})


def clip_grad_norm(parameters, max_norm):
    return 0.0
