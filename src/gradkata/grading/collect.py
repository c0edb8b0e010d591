"""Finds the submissions in what an instructor names: files, folders, zip archives, notebooks.

Nothing is unpacked to disk: a member's name is a label and never a path. What is read is bounded, whatever an archive
claims about itself.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gradkata.errors import UserError
from gradkata.grading.notebooks import NoNotebook, answer_in
from gradkata.grading.submission import MAX_BYTES, Submission

MAX_NOTEBOOK_BYTES = 32 << 20  # plots are in it
MAX_MEMBERS = 20_000
MAX_ARCHIVE_BYTES = 256 << 20
"""What is read from one archive in all."""
_SUFFIXES = (".py", ".ipynb")
_LEFT_OUT_FOLDERS = frozenset({"__pycache__", "__MACOSX", "node_modules", "site-packages"})


@dataclass(frozen=True, slots=True)
class Found:
    """A submission, or why what was named cannot be read (`error`)."""

    name: str
    submission: Submission | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Collection:
    """What was found, in the order of the arguments, and what was left out of folders and archives (for a note)."""

    found: tuple[Found, ...]
    left_out: tuple[str, ...]


def collect(paths: Sequence[Path], entry_points: Sequence[str]) -> Collection:
    """The submissions in files, folders (with what is below them), zip archives and notebooks."""
    left_out: list[str] = []
    found: list[Found] = []
    for path in paths:
        if path.is_dir():
            found += _in_folder(path, entry_points, left_out)
        else:
            found += _in_file(path, entry_points, left_out)
    return Collection(tuple(found), tuple(left_out))


def _in_file(path: Path, entry_points: Sequence[str], left_out: list[str]) -> Iterator[Found]:
    try:
        if path.suffix.lower() == ".zip":
            yield from _in_archive(path, entry_points, left_out)
        elif path.suffix.lower() == ".ipynb":
            with path.open("rb") as file:
                yield _read(str(path), file, entry_points)
        else:
            yield Found(str(path), Submission.read(path))
    except FileNotFoundError:
        yield Found(str(path), error=f"{path}: no such file")
    except OSError as error:
        yield Found(str(path), error=f"{path} cannot be read: {error.strerror or error}")
    except UserError as error:
        yield Found(str(path), error=error.message)


def _in_folder(folder: Path, entry_points: Sequence[str], left_out: list[str]) -> Iterator[Found]:
    """Every Python file, notebook and archive below a folder, by name. Links are not followed: they lead anywhere."""
    count = 0
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _hidden(name) and not Path(here, name).is_symlink())
        for name in sorted(files):
            path = Path(here, name)
            if _hidden(name):
                continue
            if path.is_symlink() or not path.is_file() or path.suffix.lower() not in (*_SUFFIXES, ".zip"):
                left_out.append(str(path))
                continue
            count += 1
            yield from _in_file(path, entry_points, left_out)
    if not count:
        yield Found(str(folder), error=f"{folder} holds no Python file, notebook or zip archive")


def _in_archive(path: Path, entry_points: Sequence[str], left_out: list[str]) -> Iterator[Found]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield from _members(path, archive, entry_points, left_out)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, ValueError) as error:
        yield Found(str(path), error=f"{path} is no zip archive that can be read: {error}")


def _members(path: Path, archive: zipfile.ZipFile, entry_points: Sequence[str], left_out: list[str]) -> Iterator[Found]:
    infos = sorted((info for info in archive.infolist() if not info.is_dir()), key=lambda info: info.filename)
    if len(infos) > MAX_MEMBERS:
        yield Found(str(path), error=f"{path} holds {len(infos)} files; an archive has at most {MAX_MEMBERS}")
        return
    room, count = MAX_ARCHIVE_BYTES, 0
    for info in infos:
        parts = info.filename.replace("\\", "/").split("/")
        name = f"{path}/{info.filename}"
        if any(_hidden(part) for part in parts if part != ".."):
            continue
        if not parts[-1].lower().endswith(_SUFFIXES):
            left_out.append(name)
            continue
        count += 1
        if room <= 0:
            yield Found(name, error=f"{name}: {path} unpacks to more than {MAX_ARCHIVE_BYTES >> 20} MiB")
            continue
        try:
            with archive.open(info) as file:
                found = _read(name, file, entry_points)
                room -= file.tell()
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
            yield Found(name, error=f"{name} cannot be read: {error}")
        else:
            yield found
    if not count:
        yield Found(str(path), error=f"{path} holds no Python file or notebook")


def _read(name: str, file: IO[bytes], entry_points: Sequence[str]) -> Found:
    if not name.lower().endswith(".ipynb"):
        return Found(name, Submission.of(name, file.read(MAX_BYTES + 1)))
    data = file.read(MAX_NOTEBOOK_BYTES + 1)
    if len(data) > MAX_NOTEBOOK_BYTES:
        fault = f"{name} is larger than {MAX_NOTEBOOK_BYTES >> 20} MiB: clear its outputs."
        return Found(name, Submission.faulty(name, data, fault))
    try:
        source = answer_in(data.decode("utf-8-sig"), entry_points)
    except UnicodeDecodeError:
        return Found(name, Submission.faulty(name, data, f"{name} is no notebook: it is not UTF-8 text."))
    except NoNotebook as error:
        return Found(name, Submission.faulty(name, data, f"{name} is no notebook: {error}."))
    if not source:
        fault = f"{name} has no code cell that defines {' or '.join(entry_points)}."
        return Found(name, Submission.faulty(name, data, fault))
    return Found(name, Submission.of(name, source))


def _hidden(name: str) -> bool:
    return name.startswith(".") or name in _LEFT_OUT_FOLDERS
