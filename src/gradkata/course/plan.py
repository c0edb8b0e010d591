"""What the gradebook says of a notebook: its cells as they were when the assignment was generated.

It alone decides which cells are graded, by what, and for how many points; a submission's word for it counts nothing.
"""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.api import Notebook as Recorded

from gradkata.report.model import Kind

_BEGIN, _END = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"  # as nbgrader's ClearHiddenTests has them


@dataclass(frozen=True, slots=True)
class Judged:
    """What a grade cell's hidden test asks for: the points of one kind of check."""

    exercise: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class PlannedCell:
    """A cell of the instructor's version. `points` is what it is worth, if it is graded."""

    grade_id: str
    type: str
    source: str
    checksum: str | None
    locked: bool
    solution: bool
    task: bool
    points: float | None
    judged: Judged | None

    @property
    def shown(self) -> str:
        """The source without its hidden tests."""
        lines, hidden = [], False
        for line in self.source.split("\n"):
            if _BEGIN in line:
                hidden = True
            elif _END in line:
                hidden = False
            elif not hidden:
                lines.append(line)
        return "\n".join(lines).rstrip("\n")

    @property
    def metadata(self) -> dict[str, Any]:
        """The cell's nbgrader metadata (schema 3)."""
        marks: dict[str, Any] = {
            "grade": self.points is not None and not self.task,
            "solution": self.solution,
            "locked": self.locked,
            "task": self.task,
            "grade_id": self.grade_id,
            "cell_type": self.type,
            "schema_version": 3,
        }
        if self.checksum is not None:
            marks["checksum"] = self.checksum
        if self.points is not None:
            marks["points"] = self.points
        return marks


@dataclass(frozen=True, slots=True)
class Plan:
    """A notebook of an assignment, as it was generated."""

    name: str
    kernelspec: dict[str, Any]
    cells: tuple[PlannedCell, ...]

    @property
    def exercise(self) -> str | None:
        """The exercise that its grade cells judge; `None` if the notebook is none of ours."""
        return next((cell.judged.exercise for cell in self.cells if cell.judged is not None), None)

    @classmethod
    def of(cls, recorded: Recorded) -> Plan:
        """The plan from the gradebook's record."""
        points = {cell.name: float(cell.max_score) for cell in (*recorded.grade_cells, *recorded.task_cells)}
        solutions = {cell.name for cell in recorded.solution_cells}
        tasks = {cell.name for cell in recorded.task_cells}
        cells = tuple(
            PlannedCell(
                grade_id=cell.name,
                type=cell.cell_type,
                source=cell.source or "",
                checksum=cell.checksum,
                locked=bool(cell.locked),
                solution=cell.name in solutions,
                task=cell.name in tasks,
                points=points.get(cell.name),
                judged=_judged(cell.source or "") if cell.name in points and cell.cell_type == "code" else None,
            )
            for cell in recorded.source_cells
        )
        return cls(recorded.name, json.loads(recorded.kernelspec or "{}"), cells)

    @classmethod
    def load(cls, db_url: str, assignment: str, name: str) -> Plan:
        """The plan of one notebook.

        Raises:
            nbgrader.api.MissingEntry: the gradebook does not know it.
        """
        with Gradebook(db_url) as gradebook:
            return cls.of(gradebook.find_notebook(name, assignment))


def _judged(source: str) -> Judged | None:
    """What a grade cell's `points("exercise", "kind")` asks for; `None` if it holds no such call."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "points":
            match node.args:
                case [ast.Constant(value=str(exercise)), ast.Constant(value=str(kind))] if kind in set(Kind):
                    return Judged(exercise, Kind(kind))
    return None
