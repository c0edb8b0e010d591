"""Which files a worker needs: the interpreter's library, installed packages, the system's libraries. Not the kit.

Landlock knows no exceptions, so a folder that contains something hidden is allowed child by child. `/proc` is left
out wholly: through it a process reaches its parents' secrets and its own memory, and PyTorch lives without it.
"""

from __future__ import annotations

import os
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib.machinery import PathFinder
from pathlib import Path

_OURS = "gradkata"  # the package, its packaged kit, and the list of its files in `gradkata-*.dist-info`

_PACKAGES = {"site-packages", "dist-packages"}

_SYSTEM = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/etc/ld.so.cache",  # where the dynamic loader finds libraries
    "/etc/localtime",
    "/usr/share/zoneinfo",
    "/dev/null",
    "/dev/zero",
    "/dev/urandom",
    "/proc/cpuinfo",  # libraries choose their kernels by it
    "/sys/devices/system/cpu",
)


def readable_paths(hidden: Iterable[Path] = ()) -> list[Path]:
    """What a worker may read: files and whole folders, none of which contains something hidden.

    Hidden are `hidden` (such as the root of a kit) and whatever is called `gradkata*` in a folder of packages.
    """
    packages = {Path(entry) for entry in sys.path if Path(entry).name in _PACKAGES}
    packages |= {Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")}
    packages.add(Path("/usr/lib/python3/dist-packages"))  # below /usr/lib, even where it is not on the path
    trees = {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")}
    for prefix in {sys.base_prefix, sys.base_exec_prefix}:
        trees |= {Path(prefix, "lib"), Path(prefix, sys.platlibdir)}

    concealed = {os.path.realpath(path) for path in hidden}
    concealed.add(os.path.realpath(Path(__file__).parents[2]))
    for folder in packages:
        concealed |= {os.path.realpath(path) for path in folder.glob(f"*{_OURS}*")}

    found: dict[str, None] = {}
    for tree in sorted(packages | trees | {Path(path) for path in _SYSTEM}):
        real = os.path.realpath(tree)
        if os.path.exists(real):
            # A kit around an environment (a checkout with its `.venv`) does not hide the environment.
            found |= dict.fromkeys(_without(real, {path for path in concealed if _is_below(path, real)} - {real}))
    return [Path(path) for path in found]


def _without(tree: str, concealed: set[str]) -> Iterator[str]:
    """`tree` itself or, where something concealed is below it, those parts of it that have nothing to hide."""
    if not any(_is_below(secret, tree) for secret in concealed):
        yield tree
        return
    with os.scandir(tree) as entries:
        for entry in entries:
            # Landlock judges a link by its target. Some installers link packages; other links are not needed.
            path = os.path.realpath(entry.path)
            if any(_is_below(path, secret) for secret in concealed):
                continue
            if not entry.is_symlink():
                yield from _without(path, concealed)
            elif Path(tree).name in _PACKAGES and not any(_is_below(secret, path) for secret in concealed):
                yield path


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def look_around() -> None:
    """Let the standard library find now what it remembers and a confined worker could not find.

    That is the contents of every folder on `sys.path` (a folder of packages that is allowed child by child cannot be
    listed) and the folder for temporary files (modules that PyTorch imports late ask for its name, and it is found by
    writing to it).
    """
    PathFinder.find_spec("_gradkata_looks_for_nothing")
    with suppress(OSError):
        tempfile.gettempdir()
