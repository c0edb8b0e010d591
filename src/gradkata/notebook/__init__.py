"""Check, hint, solution and progress inside a notebook, and the notebooks that are made from the exercises.

In a kernel, importing this starts what the first check needs: by the time an answer is written, it is ready.
"""

from gradkata.notebook.learner import check, hint, progress, solution
from gradkata.notebook.magic import load as load_ipython_extension
from gradkata.notebook.show import running_shell

__all__ = ["check", "hint", "load_ipython_extension", "progress", "solution"]

_shell = running_shell()
if _shell is not None:
    load_ipython_extension(_shell)
