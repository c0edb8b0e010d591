"""Imports the judge by its name.

Says: gradkata is not among the modules that this exercise allows
"""

from gradkata.judge import cases

clip_grad_norm = cases
