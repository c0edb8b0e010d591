"""Keeps PyTorch's compiler out of the worker.

Making a `torch.optim` optimizer imports `torch._dynamo`, which takes seconds, makes a folder, and is of no use where
nothing is compiled. What the optimizers ask of it is little, and is answered here: the optimizers themselves are the
real ones.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from typing import Any, NoReturn

import torch

_NAME = "torch._dynamo"


def do_without_compiler() -> None:
    """Put a stand-in where `import torch._dynamo` looks, unless the real one is loaded already."""
    if _NAME in sys.modules:
        return
    stand_in = types.ModuleType(_NAME, "A stand-in: nothing is compiled here.")
    answers: dict[str, Any] = {
        "disable": _disable,
        "graph_break": lambda *_args, **_kwargs: None,
        "is_compiling": lambda: False,
        "__getattr__": _absent,
    }
    vars(stand_in).update(answers)
    sys.modules[_NAME] = stand_in
    torch._dynamo = stand_in


def _disable(fn: Callable[..., Any] | None = None, *_args: Any, **_kwargs: Any) -> Callable[..., Any]:
    return fn if fn is not None else _disable


def _absent(name: str) -> NoReturn:
    raise AttributeError(f"{_NAME}.{name}: torch.compile is not available in the grader")
