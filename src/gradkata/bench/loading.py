"""Loads an exercise's `bench.py` and the answers that it times. Runs in the measuring process only."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from gradkata.bench.declare import Bench
from gradkata.errors import ContentError, nearest


class BrokenAnswer(Exception):
    """An answer that cannot be timed: one line that says where and why."""


def load_bench(path: Path) -> Bench:
    """The `BENCH` that the file defines.

    Raises:
        ContentError: it defines none, or does not run.
    """
    module = ModuleType(f"gradkata_bench_{path.parent.name}")
    try:
        _execute(module, path.read_text(encoding="utf-8"), str(path))
    except Exception as error:
        raise ContentError(path, f"does not run ({_said(error)})", "mend it") from error
    bench = getattr(module, "BENCH", None)
    if not isinstance(bench, Bench):
        raise ContentError(path, "BENCH is not defined", "define BENCH = Bench(...)")
    return bench


def load_answer(name: str, source: str, entry_points: Mapping[str, str]) -> dict[str, Callable[..., Any]]:
    """The answer's functions, by entry point.

    Raises:
        BrokenAnswer: it does not run, or lacks a function.
    """
    module = ModuleType("gradkata_answer")
    try:
        _execute(module, source, name)
    except SyntaxError as error:
        raise BrokenAnswer(f"{name}: line {error.lineno}: {type(error).__name__}: {error.msg}") from error
    except BaseException as error:
        raise BrokenAnswer(fault_in(name, error)) from error
    functions = {}
    for entry_point in entry_points:
        function = getattr(module, entry_point, None)
        if function is None:
            offered = nearest(entry_point, [known for known in vars(module) if not known.startswith("_")])
            raise BrokenAnswer(f"{name}: there is no function `{entry_point}`{offered}")
        if not callable(function):
            raise BrokenAnswer(f"{name}: `{entry_point}` is no function")
        functions[entry_point] = function
    return functions


def fault_in(name: str, error: BaseException) -> str:
    """What an answer raised, with the last line of its own that was running."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == name]
    where = f"line {lines[-1]}: " if lines else ""
    return f"{name}: {where}{_said(error)}"


def _said(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:300]}" if text else type(error).__name__


def _execute(module: ModuleType, source: str, filename: str) -> None:
    # Dataclasses and annotations look for the module by its name.
    sys.modules[module.__name__] = module
    loader = importlib.util.spec_from_loader(module.__name__, loader=None)
    module.__spec__ = loader
    module.__file__ = filename
    exec(compile(source, filename, "exec", dont_inherit=True), vars(module))  # noqa: S102  (what this process is for)
