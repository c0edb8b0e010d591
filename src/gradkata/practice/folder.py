"""A learner's own folder: stubs and cards, copied out of the kit, and a marker by which commands find it.

The kit keeps the graders, hints and answers and may be upgraded; what stands in the folder is the learner's and is
never written again.
"""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from gradkata.content import Kit, find_kit
from gradkata.content.kit import ENVIRONMENT_VARIABLE, own_root
from gradkata.errors import UserError
from gradkata.practice import MARKER

_MARKER_TEXT = """# This folder is yours: gradkata reads your answers from exercises/ here, and never changes them.
# The graders come from the installed gradkata{or_kit}.
format = 1
{kit}"""
_PYTEST = """[pytest]
# `pytest exercises/clip_grad_norm` grades one answer: a test for each check.
testpaths = exercises
"""


@dataclass(frozen=True, slots=True)
class Made:
    """What `make` did: files by their path in the folder."""

    added: tuple[str, ...]
    kept: tuple[str, ...]
    outdated: tuple[str, ...]


def find_learner(start: Path | None = None) -> Path | None:
    """The learner's folder that `start` (the working directory) lies in, if any."""
    try:
        here = (Path.cwd() if start is None else start).resolve()
    except OSError:  # the working directory was deleted
        return None
    return next((folder for folder in (here, *here.parents) if (folder / MARKER).is_file()), None)


def kit_here(explicit: Path | None = None) -> Kit:
    """The kit to use, with the learner's folder if the working directory lies in one that was made from that kit.

    Raises:
        UserError: there is no kit, or the folder's marker cannot be read.
    """
    learner = find_learner()
    if learner is None:
        return find_kit(explicit)
    if explicit is not None or os.environ.get(ENVIRONMENT_VARIABLE):
        kit = find_kit(explicit)
        return Kit(kit.root, learner) if kit.root == (_named_kit(learner) or own_root()) else kit
    return kit_of(learner)


def kit_of(learner: Path) -> Kit:
    """The kit that a learner's folder was made from, with that folder.

    Raises:
        UserError: the folder's marker cannot be read, or the kit is not there.
    """
    named = _named_kit(learner)
    if named is None:
        return Kit(find_kit(own_root()).root, learner)
    if not (named / "exercises").is_dir():
        raise UserError(f"{learner / MARKER}: there is no kit at {named}; mend the line `kit`, or use --kit DIR")
    return Kit(named, learner)


def make(kit: Kit, folder: Path) -> Made:
    """Copies what is missing into the folder; whatever is there stays as it is.

    Raises:
        UserError: the folder is a file or a kit itself, or it cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file; name a folder")
    if folder.is_dir() and ((folder / "graders").is_dir() or any(folder.glob("exercises/*/exercise.toml"))):
        raise UserError(f"{folder} is a kit itself: work in it, or name another folder")
    own = kit.root == own_root()
    line = "" if own else f"kit = {json.dumps(str(kit.root), ensure_ascii=False)}\n"  # a JSON string is a TOML string
    files = {MARKER: _MARKER_TEXT.format(kit=line, or_kit="" if own else ", the exercises from this kit")}
    files["pytest.ini"] = _PYTEST
    for exercise in kit.exercises():
        files[f"exercises/{exercise.id}/README.md"] = exercise.card
        files[f"exercises/{exercise.id}/{exercise.id}.py"] = exercise.stub
    added: list[str] = []
    kept: list[str] = []
    outdated: list[str] = []
    try:
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with path.open("x", encoding="utf-8", newline="\n") as file:
                    file.write(text)
                added.append(name)
            except FileExistsError:
                kept.append(name)
                if name.endswith(".md") and path.read_text(encoding="utf-8", errors="replace") != text:
                    outdated.append(name)
    except OSError as error:
        raise UserError(f"{error.filename or folder}: cannot be written ({error.strerror})") from error
    return Made(tuple(added), tuple(kept), tuple(outdated))


def _named_kit(learner: Path) -> Path | None:
    """The kit that the folder was made from; `None`: the program's own."""
    marker = learner / MARKER
    try:
        table = tomllib.loads(marker.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{marker}: is not valid TOML ({error}); mend that line") from error
    except OSError as error:
        raise UserError(f"{marker}: cannot be read ({error.strerror})") from error
    kit = table.get("kit")
    if kit is not None and not isinstance(kit, str):
        raise UserError(f"{marker}: `kit` is {kit!r}; write a path in quotes, or remove the line")
    return (learner / kit).resolve() if kit else None
