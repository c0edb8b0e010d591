"""Keeps PyTorch's compiler out of the worker.

Making a `torch.optim` optimizer imports `torch._dynamo`, which takes seconds, makes a folder, and is of no use where
nothing is compiled. What eager code asks of it is little, and is answered here: the optimizers, `torch.func` and the
profiler themselves are the real ones. `torch.compile` promises the same results sooner, and returns what it is given.
"""

from __future__ import annotations

import contextlib
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import torch

_DYNAMO, _INDUCTOR = "torch._dynamo", "torch._inductor"


class _Settings(types.ModuleType):
    """The settings of a compiler that is not there: all off, and free to be set."""

    def __getattr__(self, name: str) -> _Settings:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Settings(f"{self.__name__}.{name}")

    def __bool__(self) -> bool:
        return False

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def patch(self, *_args: Any, **_kwargs: Any) -> contextlib.nullcontext[None]:
        return contextlib.nullcontext()


def do_without_compiler() -> None:
    """Put stand-ins where `import torch._dynamo` and its back end look, unless the real ones are loaded already."""
    if _DYNAMO in sys.modules:
        return
    torch._dynamo = _stand_in(
        _DYNAMO,
        config=_Settings(f"{_DYNAMO}.config"),
        compiled_autograd=types.SimpleNamespace(_disable=contextlib.nullcontext),
        disable=_as_it_is,
        allow_in_graph=_as_it_is,
        disallow_in_graph=_as_it_is,
        assume_constant_result=_as_it_is,
        optimize=lambda *_args, **_kwargs: _as_it_is,
        set_stance=lambda *_args, **_kwargs: contextlib.nullcontext(),
        list_backends=lambda *_args, **_kwargs: [],
        graph_break=_nothing,
        mark_dynamic=_nothing,
        mark_static=_nothing,
        reset=_nothing,
        is_compiling=lambda: False,
        is_dynamo_supported=lambda: False,
    )
    torch._inductor = _stand_in(
        _INDUCTOR,
        config=_Settings(f"{_INDUCTOR}.config"),
        cudagraph_trees=types.SimpleNamespace(mark_step_begin=_nothing),
    )
    torch.compile = _compile


def _stand_in(name: str, **answers: Any) -> types.ModuleType:
    module = types.ModuleType(name, "A stand-in: nothing is compiled here.")

    def absent(asked: str) -> NoReturn:
        raise AttributeError(f"{name}.{asked}: torch.compile is not available in the grader")

    vars(module).update(answers, __getattr__=absent)
    sys.modules[name] = module
    sys.modules[f"{name}.config"] = answers["config"]
    return module


def _compile(model: Callable[..., Any] | None = None, **_options: Any) -> Callable[..., Any]:
    return _as_it_is(model)


def _as_it_is(fn: Callable[..., Any] | None = None, *_args: Any, **_kwargs: Any) -> Callable[..., Any]:
    return fn if fn is not None else _as_it_is


def _nothing(*_args: Any, **_kwargs: Any) -> None:
    """What there is to do without a compiler."""
