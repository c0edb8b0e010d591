"""What students install: a wheel of this program and the exercises, without answers, graders, mistakes and judge.

Made from the running program, wherever it was installed from, by zipping it up: nothing has to be built.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from gradkata import __version__
from gradkata.content import Kit
from gradkata.errors import UserError

TAG = "student"
_PACKAGE = Path(__file__).resolve().parents[1]
# `judge` holds the hidden inputs and what is expected of them, `course` what instructors use.
_LEFT_OUT = ("_kit", "judge", "course", "__pycache__")
_FROM_METADATA = re.compile(r"^Version: .*$", re.MULTILINE)
_OLDEST = (1980, 1, 1, 0, 0, 0)


def write_wheel(kit: Kit, folder: Path) -> Path:
    """Write the wheel into `folder`; the same program and exercises give the same bytes.

    Raises:
        UserError: it cannot be written, or the program was not installed.
    """
    base = __version__.partition("+")[0]
    version = f"{base}+{TAG}"
    info = f"gradkata-{version}.dist-info"
    path = folder / f"gradkata-{version}-py3-none-any.whl"
    files = sorted([*_program(version), *_exercises(kit), *_about(info, version)])
    record = io.StringIO()
    writer = csv.writer(record, lineterminator="\n")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
            for name, data in files:
                wheel.writestr(_entry(name), data)
                digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
                writer.writerow([name, f"sha256={digest}", len(data)])
            writer.writerow([f"{info}/RECORD", "", ""])
            wheel.writestr(_entry(f"{info}/RECORD"), record.getvalue())
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}") from error
    return path


def _program(version: str) -> Iterator[tuple[str, bytes]]:
    for path in _PACKAGE.rglob("*"):
        relative = path.relative_to(_PACKAGE)
        if path.is_file() and not set(relative.parts) & set(_LEFT_OUT) and not path.name.startswith("."):
            data = path.read_bytes()
            if relative == Path("__init__.py"):
                data = data.replace(f'"{__version__}"'.encode(), f'"{version}"'.encode())
            yield f"gradkata/{relative.as_posix()}", data


def _exercises(kit: Kit) -> Iterator[tuple[str, bytes]]:
    """Four files of each exercise, and the stub as it was: whoever makes the bundle may have solved it in place.

    Demonstrations stay out: they compute what some exercises ask for.
    """
    for exercise in kit.exercises():
        folder = f"gradkata/_kit/exercises/{exercise.id}"
        yield f"{folder}/{exercise.stub_path.name}", exercise.stub.encode()
        for path in (exercise.toml_path, exercise.card_path, exercise.hints_path):
            if path.is_file():
                yield f"{folder}/{path.name}", path.read_bytes()


def _about(info: str, version: str) -> Iterator[tuple[str, bytes]]:
    """The wheel's own files, from what the installed program says of itself."""
    try:
        installed = metadata.distribution("gradkata")
    except metadata.PackageNotFoundError:
        raise UserError(
            "gradkata is not installed here, so a wheel of it cannot be made: pip install it first"
        ) from None
    # The head alone: the description below it is a README that shows what a mistake looks like.
    described = (installed.read_text("METADATA") or "").partition("\n\n")[0] + "\n"
    yield f"{info}/METADATA", _FROM_METADATA.sub(f"Version: {version}", described, count=1).encode()
    yield f"{info}/entry_points.txt", (installed.read_text("entry_points.txt") or "").encode()
    yield f"{info}/WHEEL", b"Wheel-Version: 1.0\nGenerator: gradkata\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    for file in installed.files or ():
        if "licenses" in file.parts and ".dist-info" in file.parts[0]:
            yield f"{info}/licenses/{file.name}", file.read_binary()


def _entry(name: str) -> zipfile.ZipInfo:
    """A member that is the same whenever it is made."""
    entry = zipfile.ZipInfo(name, _OLDEST)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
