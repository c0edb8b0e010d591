"""Tripwires: answers are written, not borrowed; imports are held to the list; the grader's objects are left alone.

Whatever trips is told to the judge at once, so that catching the exception afterwards does not undo it.
"""

from __future__ import annotations

import builtins
import gc
import os
import sys
import sysconfig
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

Tell = Callable[[str, str], None]  # (what kind of fault, the sentence's detail)

_own_modules: list[str] = []
_kept_alive: list[types.ModuleType] = []


class Forbidden(RuntimeError):
    """Raised in the submission where it reaches for what the exercise forbids."""


class NotAllowed(ImportError):
    """Raised in the submission where it imports what the exercise does not allow."""


_functions: dict[str, list[types.FunctionType]] = {}
_mode_functions: list[tuple[types.ModuleType, str, Callable[..., Any]]] = []

# Files that hold the same once more: with the left one forbidden, so are these.
_TWINS = {"torch/nn/utils/clip_grad.py": ("torch/distributed/fsdp/fully_sharded_data_parallel.py",)}

# What no answer needs, and what every way to the worker's frames and memory begins with.
_REACHING = frozenset({
    "gc.get_objects", "gc.get_referrers", "gc.get_referents",
    "sys._getframe", "sys._current_frames", "sys._current_exceptions", "sys.setprofile", "sys.settrace",
    "ctypes.dlopen", "ctypes.dlsym", "ctypes.dlsym/handle", "ctypes.cdata", "ctypes.cdata/buffer",
    "ctypes.call_function", "ctypes.addressof", "ctypes.string_at", "ctypes.wstring_at", "ctypes.PyObj_FromPtr",
    "socket.__new__", "marshal.loads",
})  # fmt: skip
_MODES = frozenset({"_push_mode", "_pop_mode", "_pop_mode_temporarily", "_disable_infra_mode", "_detect_infra_mode"})
_REACHING_ATTRIBUTES = frozenset({"tb_frame", "gi_frame", "cr_frame", "ag_frame"})
# Library code that reaches on its caller's behalf: what counts is who called it.
_LENDING_FILES = (
    "/inspect.py",
    "/socket.py",
    "/ctypes/__init__.py",
    "/ctypes/util.py",
    "/numpy/ctypeslib/_ctypeslib.py",
)
_LENDING_FUNCTIONS = frozenset({"walk_stack", "walk_tb", "currentframe", "<lambda>"})
_LIBRARY = tuple(
    {os.path.realpath(sysconfig.get_path(name)) + os.sep for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    | {os.path.dirname(os.path.dirname(os.path.realpath(__file__))) + os.sep}
)


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
    """Audit what the submission opens, imports and reaches for. An audit hook cannot be taken out again."""
    twins = [twin for file in files for twin in _TWINS.get(file, ())]
    endings = tuple(ending for file in [*files, *twins] for ending in (file, _cached_ending(file)))

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
        elif (reached := _reached(event, arguments)) and not _from_library():
            tell("channel", reached)

    sys.addaudithook(hook)


def _reached(event: str, arguments: tuple[Any, ...]) -> str:
    """What an audited event reaches for that no answer needs, in words; empty for all others."""
    name = ""
    if event in _REACHING:
        ours = event == "sys._getframe" and arguments[0].f_code in _LOOKING
        new = event == "socket.__new__" and arguments[1] != -1  # not one of a descriptor: the kernel refuses it
        name = "" if ours or new else event
    elif event in {"object.__getattr__", "object.__setattr__"}:
        changes_code = event == "object.__setattr__" and arguments[1] == "__code__"
        name = arguments[1] if changes_code or arguments[1] in _REACHING_ATTRIBUTES else ""
    elif event in {"compile", "code.__new__"} and _poses_as_library(arguments[1]):
        return "code that gives itself out as the library's"
    return name and f"a way to the grader's own objects ({name})"


def index_modes() -> None:
    """Note the functions that find or switch off the probes of a call, so that a child finds them at once."""
    import torch
    from torch.utils import _python_dispatch

    _mode_functions.clear()
    for owner in (_python_dispatch, torch._C):
        for name in dir(owner):
            function = getattr(owner, name)
            named = "dispatch_mode" in name or "dispatch_stack" in name or "current_modes" in name
            if (named or name in _MODES) and callable(function) and not isinstance(function, type):
                _mode_functions.append((owner, name, function))


def trap_modes(tell: Tell) -> None:
    """Put tripwires before the indexed functions of modes: no answer needs them."""
    for owner, name, function in _mode_functions:
        setattr(owner, name, _wired(name, function, tell))


def _wired(name: str, function: Callable[..., Any], tell: Tell) -> Callable[..., Any]:
    def wired(*args: Any, **kwargs: Any) -> Any:
        if not _from_library():
            tell("channel", f"a way to the grader's own probes ({name})")
        return function(*args, **kwargs)

    return wired


def _from_library() -> bool:
    """Whether library code did of its own accord what the caller of this function noticed."""
    frame: types.FrameType | None = _calling(sys._getframe())
    while frame is not None:
        code = frame.f_code
        known = _files.get(code.co_filename)
        if known is None:  # simulated devices ask thousands of times, about few files
            known = _files[code.co_filename] = _File.named(code.co_filename)
        if not known.lends and not (known.lends_functions and code.co_name in _LENDING_FUNCTIONS):
            return known.library
        frame = frame.f_back
    return True


class _File(NamedTuple):
    """Of a source file, whether it is the library's, and whether all or some of its functions act for their caller."""

    library: bool
    lends: bool
    lends_functions: bool

    @classmethod
    def named(cls, name: str) -> _File:
        return cls(
            library=name.startswith((*_LIBRARY, "<frozen ")),
            lends=name.endswith(_LENDING_FILES),
            lends_functions=name.endswith(("/traceback.py", "/logging/__init__.py")),
        )


_files: dict[str, _File] = {}


def _calling(frame: types.FrameType) -> types.FrameType | None:
    """The frame two above."""
    return frame.f_back.f_back if frame.f_back is not None else None


def _poses_as_library(file: object) -> bool:
    if isinstance(file, bytes):
        file = os.fsdecode(file)
    return isinstance(file, str) and file.startswith((*_LIBRARY, "<frozen "))


def hidden_files() -> list[Path]:
    """The library's files that no worker needs to read: imported already, and asked for by those who copy alone."""
    import torch

    root = Path(torch.__file__).parents[1]
    sources = [root / file for file in _TWINS]
    return [path for source in sources for path in (source, *source.parent.glob(f"__pycache__/{source.stem}.*"))]


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
    for name in _own_modules:
        sys.modules.pop(name, None)


def index_own_modules() -> None:
    """Note what `hide_own_modules` will take away."""
    _own_modules[:] = [
        name for name in sys.modules if name.partition(".")[0] in {"gradkata", "safetensors"} or name == "__main__"
    ]
    _kept_alive[:] = [sys.modules[name] for name in _own_modules]  # to take a module apart takes longer


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
    frame: types.FrameType | None = _calling(sys._getframe())
    while frame is not None:
        name = frame.f_code.co_filename
        if not name.startswith("<frozen importlib") and not name.endswith(("importlib/__init__.py", "guard.py")):
            return name
        frame = frame.f_back
    return ""


# Looking at frames is itself audited: from here it is ours.
_LOOKING = frozenset({_from_library.__code__, _importer.__code__})
