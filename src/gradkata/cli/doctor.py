"""`gradkata doctor`."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import typer

from gradkata import __version__
from gradkata.cli.output import short
from gradkata.cli.settings import ExitCode, Settings, settings_of
from gradkata.errors import UserError

_PACKAGES = ("torch", "numpy", "safetensors", "pydantic")


def command(context: typer.Context) -> None:
    """Say whether this machine can grade, and how submissions are confined."""
    healthy = True
    for name, good, text in _findings(settings_of(context)):
        mark = {True: "ok", False: "MISSING", None: "note"}[good]
        print(f"{mark:<8} {name:<12} {text}")
        healthy = healthy and good is not False
    print("Everything needed is here." if healthy else "Grading will not work until what is MISSING is there.")
    raise typer.Exit(ExitCode.PASSED if healthy else ExitCode.NOT_JUDGED)


def _findings(settings: Settings) -> Iterator[tuple[str, bool | None, str]]:
    """Name, whether it is as it should be (`None`: good to know, no more), and a line about it."""
    import platform

    yield "gradkata", True, __version__
    yield "python", True, f"{platform.python_version()} ({platform.system()} {platform.machine()})"
    for name in _PACKAGES:
        version = _version(name)
        yield name, version is not None, version or f"not installed: pip install {name}"
    yield "kit", *_kit(settings)
    yield "sandbox", *_sandbox()
    if sys.platform == "linux":
        from ctypes.util import find_library

        found = find_library("seccomp")
        yield "libseccomp", True if found else None, found or "not found: install it (Debian: libseccomp2)"
    yield "gpu", None, _gpu()


def _version(package: str) -> str | None:
    from importlib import metadata

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _kit(settings: Settings) -> tuple[bool, str]:
    try:
        kit = settings.kit()
        count = len(kit.exercises())
    except UserError as error:
        return False, error.message
    return count > 0, f"{short(kit.root)}: {count} exercises"


def _sandbox() -> tuple[bool | None, str]:
    from gradkata.worker.confine import probe

    found = probe()
    return True if found.full else None, found.line.removeprefix("sandbox: ")


def _gpu() -> str:
    """Asked of the driver: PyTorch would take a second to answer."""
    if Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi"):
        return "an NVIDIA driver is present"
    return "none found: several GPUs are simulated on the CPU"
