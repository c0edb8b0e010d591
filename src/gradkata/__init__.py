"""gradkata: practise the training-step questions of machine-learning interviews, and trust the verdict.

In a notebook: `from gradkata import check, hint, solution, progress`, or `%load_ext gradkata` for `%%check`.

This package imports nothing at its top, so that `import gradkata` and `gradkata list` stay quick.
"""

__version__ = "0.1.0"

_FOR_NOTEBOOKS = ("check", "hint", "solution", "progress", "load_ipython_extension")


def __getattr__(name: str) -> object:
    # By name and when asked for: the worker imports this package and must never import that room.
    from importlib import import_module  # noqa: PLC0415

    if name in _FOR_NOTEBOOKS:
        return getattr(import_module("gradkata.notebook"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
