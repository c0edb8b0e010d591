"""Tripwires: the answer is to be written, not borrowed, and imports are held to the exercise's list.

Whatever trips is told to the judge at once, so that catching the exception afterwards does not undo it.
"""

from __future__ import annotations

import builtins
import gc
import os
import sys
import types
from collections.abc import Callable
from typing import Any

Tell = Callable[[str, str], None]  # (what kind of fault, the sentence's detail)


class Forbidden(RuntimeError):
    """Raised in the submission where it reaches for what the exercise forbids."""


class NotAllowed(ImportError):
    """Raised in the submission where it imports what the exercise does not allow."""


_functions: dict[str, list[types.FunctionType]] = {}


def index_functions(folder: str) -> None:
    """Note every function defined in files of a library folder (part of a path), so that a child finds it at once."""
    _functions.clear()
    for function in gc.get_objects():
        if isinstance(function, types.FunctionType) and folder in function.__code__.co_filename:
            _functions.setdefault(function.__code__.co_filename, []).append(function)


def trap_functions(files: list[str], tell: Tell) -> None:
    """Replace the code of every indexed function that was defined in one of `files` (path endings).

    The code object itself is replaced, so that an alias, a wrapped function or a private twin trips as well.
    """
    for file, functions in _functions.items():
        if file.endswith(tuple(files)):
            for function in functions:
                function.__code__ = _trap(function, tell)


def _trap(function: types.FunctionType, tell: Tell) -> types.CodeType:
    name = function.__qualname__

    def spring() -> None:
        tell("borrowed", name)
        raise Forbidden(f"{name} is what this exercise asks you to write")

    def template(*_args: Any, **_kwargs: Any) -> Any:
        spring_ = "@spring"
        return spring_()  # type: ignore[operator]

    code = template.__code__
    constants = tuple(spring if constant == "@spring" else constant for constant in code.co_consts)
    return code.replace(
        co_consts=constants,
        co_freevars=function.__code__.co_freevars,
        co_name=function.__code__.co_name,
        co_filename=function.__code__.co_filename,
    )


def watch(submission_file: str, allowed: frozenset[str], files: list[str], tell: Tell) -> None:
    """Audit what the submission opens and imports. An audit hook cannot be taken out again."""
    endings = tuple(ending for file in files for ending in (file, _cached_ending(file)))

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and endings:
            path = arguments[0]
            if isinstance(path, bytes):
                path = os.fsdecode(path)
            if isinstance(path, str) and _strip_tag(path).endswith(endings):
                tell("borrowed", f"the source file {os.path.basename(path)}")
                raise Forbidden(f"{os.path.basename(path)} holds what this exercise asks you to write")
        elif event == "import":
            name = str(arguments[0]).partition(".")[0]
            if name not in allowed and _importer() == submission_file:
                tell("import", name)
                raise NotAllowed(f"{name} is not among the modules that this exercise allows")

    sys.addaudithook(hook)


def guarded_builtins(allowed: frozenset[str], tell: Tell) -> dict[str, Any]:
    """The builtins of the submission's module: `import` of what is not allowed fails even where that is loaded."""
    original = builtins.__import__

    def __import__(
        name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
    ) -> types.ModuleType:
        top = str(name).partition(".")[0]
        if level == 0 and top not in allowed:
            tell("import", top)
            raise NotAllowed(f"{top} is not among the modules that this exercise allows")
        return original(name, globals, locals, fromlist, level)

    return {**vars(builtins), "__import__": __import__}


def hide_own_modules() -> None:
    """Take the worker's own modules, and what only they use, out of reach by name."""
    for name in list(sys.modules):
        if name.partition(".")[0] in {"gradkata", "safetensors", "sandlock", "pyseccomp"} or name == "__main__":
            del sys.modules[name]


def _cached_ending(file: str) -> str:
    folder, name = os.path.split(file)
    return os.path.join(folder, "__pycache__", name)


def _strip_tag(path: str) -> str:
    # clip_grad.cpython-311.pyc and clip_grad.cpython-311.opt-1.pyc are clip_grad.py
    if path.endswith(".pyc"):
        folder, name = os.path.split(path)
        return os.path.join(folder, name.partition(".")[0] + ".py")
    return path


def _importer() -> str:
    """The file of the nearest frame that is not the import machinery's."""
    frame: types.FrameType | None = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if not name.startswith("<frozen importlib") and not name.endswith(("importlib/__init__.py", "guard.py")):
            return name
        frame = frame.f_back
    return ""
