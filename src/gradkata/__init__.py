"""gradkata: practise the training-step questions of machine-learning interviews, and trust the verdict.

This package imports nothing at its top, so that `import gradkata` and `gradkata list` stay quick.
"""

__version__ = "0.1.0"
