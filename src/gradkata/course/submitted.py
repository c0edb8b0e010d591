"""A submitted notebook, read as a stranger's: what is the student's stays, all else is the instructor's again.

nbgrader reads submissions with a parser that refuses what is damaged, and then takes a whole student out of the
gradebook's sight. Here every file becomes a notebook that can be graded, shown and given points to: cells that were
deleted come back, duplicates count once, marks and points are the gradebook's, outputs are gone.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradkata.course.plan import Plan, PlannedCell
from gradkata.grading.collect import MAX_NOTEBOOK_BYTES
from gradkata.grading.notebooks import NoNotebook, NotebookCell, answer_of, cells_in, defines
from gradkata.grading.submission import Submission
from gradkata.report.entry import base_name

MAX_CELLS = 2000
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")  # the others can carry scripts


@dataclass(frozen=True, slots=True)
class Submitted:
    """A submitted notebook made whole.

    Attributes:
        cells: as nbformat 4.4 has them, without outputs.
        submission: the answer in it.
        digest: of the file, to see whether it has changed.
    """

    cells: tuple[dict[str, Any], ...]
    submission: Submission
    digest: str

    @classmethod
    def read(cls, path: Path, student: str, plan: Plan, entry_points: tuple[str, ...]) -> Submitted:
        """Read a file; whatever is wrong with it becomes the submission's fault and never an error."""
        data, fault = _read(path)
        return cls.of(f"{student}/{path.name}", data, plan, entry_points, fault)

    @classmethod
    def of(cls, name: str, data: bytes, plan: Plan, entry_points: tuple[str, ...], fault: str = "") -> Submitted:
        """The notebook in a file's bytes."""
        theirs: list[NotebookCell] = []
        if not fault:
            try:
                theirs = list(cells_in(data.decode("utf-8-sig")))
            except UnicodeDecodeError:
                fault = "is no notebook: it is not UTF-8 text"
            except NoNotebook as error:
                fault = f"is no notebook: {error}"
        if len(theirs) > MAX_CELLS:
            fault = f"has {len(theirs)} cells; a submission has at most {MAX_CELLS}"
            theirs = []
        kept = _marked(theirs, plan)
        if fault:
            submission = Submission.faulty(name, data, f"{name} {fault}.")
        else:
            source = _answer(kept, entry_points)
            missing = f"{name} has no code cell that defines {' or '.join(entry_points)}."
            submission = Submission.of(name, source) if source else Submission.faulty(name, data, missing)
        cells = [_cell(cell, planned) for cell, planned in kept]
        if submission.fault:
            reason = submission.fault.replace(name, base_name(name))
            cells.insert(0, _plain("markdown", f"**This was not graded as it was handed in:** {reason}"))
        _bring_back(cells, plan)
        return cls(tuple(cells), submission, hashlib.sha256(data).hexdigest())


def _read(path: Path) -> tuple[bytes, str]:
    """A file's bytes, or what is wrong with it. A link is not followed: it may lead to anybody's work."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        return b"", "is a link, not a file" if path.is_symlink() else f"cannot be read ({error.strerror})"
    with open(descriptor, "rb") as file:  # noqa: PTH123  (a descriptor: what was opened is what is looked at)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return b"", "is no regular file"
        data = file.read(MAX_NOTEBOOK_BYTES + 1)
    if len(data) > MAX_NOTEBOOK_BYTES:
        return data, f"is larger than {MAX_NOTEBOOK_BYTES >> 20} MiB: clear its outputs"
    return data, ""


def digest_of(path: Path) -> str:
    """The digest of a submitted file, as `Submitted` has it."""
    return hashlib.sha256(_read(path)[0]).hexdigest()


_Kept = list[tuple[NotebookCell, PlannedCell | None]]


def _marked(theirs: list[NotebookCell], plan: Plan) -> _Kept:
    """Their cells, each with the planned cell that it is; of several that claim to be one, the last, as in nbgrader."""
    planned = {cell.grade_id: cell for cell in plan.cells}
    last: dict[str, int] = {}
    for number, cell in enumerate(theirs):
        grade_id = _grade_id(cell)
        if grade_id in planned:
            last[grade_id] = number
    places = {number: planned[grade_id] for grade_id, number in last.items()}
    return [(cell, places.get(number)) for number, cell in enumerate(theirs)]


def _grade_id(cell: NotebookCell) -> str:
    marks = cell.metadata.get("nbgrader")
    grade_id = marks.get("grade_id") if isinstance(marks, dict) else None
    return grade_id if isinstance(grade_id, str) else ""


def _answer(kept: _Kept, entry_points: tuple[str, ...]) -> str:
    """The student's code as a kernel would have it when the first graded cell is reached.

    An answer that stands further below counts where there is none above.
    """
    above: list[str] = []
    everywhere: list[str] = []
    graded = False
    for cell, planned in kept:
        graded = graded or (planned is not None and planned.judged is not None)
        if planned is not None and (planned.locked or planned.type != "code"):
            continue
        if planned is not None or cell.type == "code":
            everywhere.append(cell.source)
            if not graded:
                above.append(cell.source)
    whole = all(defines(above, [name]) for name in entry_points)
    return answer_of(above if whole else everywhere, entry_points)


def _cell(theirs: NotebookCell, planned: PlannedCell | None) -> dict[str, Any]:
    if planned is None:
        return _plain(theirs.type, theirs.source, theirs.attachments)
    return _made(planned, planned.source if planned.locked else theirs.source, theirs.attachments)


def _made(planned: PlannedCell, source: str, attachments: dict[str, Any]) -> dict[str, Any]:
    cell = _plain(planned.type, source, attachments)
    cell["metadata"]["nbgrader"] = planned.metadata
    return cell


def _plain(kind: str, source: str, attachments: dict[str, Any] | None = None) -> dict[str, Any]:
    text = source.encode("utf-8", "replace").decode()  # half a surrogate pair can be read and not be written
    if kind == "code":
        return {"cell_type": "code", "metadata": {}, "source": text, "execution_count": None, "outputs": []}
    # A raw cell would go into a page as it is, scripts and all.
    cell: dict[str, Any] = {"cell_type": "markdown", "metadata": {}, "source": text}
    pictures = {
        name: {mime: bundle[mime]}
        for name, bundle in (attachments or {}).items()
        for mime in _PICTURES
        if isinstance(bundle, dict) and isinstance(bundle.get(mime), str)
    }
    if pictures:
        cell["attachments"] = pictures
    return cell


def _bring_back(cells: list[dict[str, Any]], plan: Plan) -> None:
    """Put deleted cells where they were, so that each gets its points, none or some.

    An answer cell in which nothing is graded stays away: its stub would stand in the place of nothing.
    """
    present = {cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in cells} - {None}
    before: str | None = None
    for planned in plan.cells:
        if planned.grade_id not in present:
            if planned.points is None:
                continue
            ids = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in cells]
            place = ids.index(before) + 1 if before in ids and before is not None else len(cells)
            cells.insert(place, _made(planned, planned.source, {}))
        before = planned.grade_id


def drop_links(submitted: Path, copied: Path) -> list[str]:
    """Take out of `copied` what nbgrader copied there through links in `submitted`: they may lead to anybody's files.

    Returns their names. nbgrader follows links when it copies a submission's other files, and later copies them into
    the feedback, which students get.
    """
    dropped = []
    for here, folders, files in os.walk(submitted):
        for name in (*folders, *files):
            path = Path(here, name)
            if path.is_symlink():
                relative = path.relative_to(submitted)
                target = copied / relative
                if target.is_file() and target.suffix != ".ipynb":
                    target.unlink()
                dropped.append(str(relative))
    return sorted(dropped)
