"""What a course's nbgrader_config.py calls: gradkata's parts in the place of nbgrader's, for each of its commands."""

from __future__ import annotations

import sqlite3
from typing import Any

from nbgrader.converters import Autograde
from nbgrader.preprocessors import CheckCellMetadata, Execute, SaveAutoGrades
from sqlalchemy import event
from sqlalchemy.engine import Engine

from gradkata.course.autograding import Grade, SaveScores, SubmissionExporter
from gradkata.course.showing import safe_markdown

BUSY_SECONDS = 60
# CheckCellMetadata is left out: the exporter writes every mark itself, and checking takes a quarter of the time.
_IN_PLACE_OF = {Execute: Grade, SaveAutoGrades: SaveScores}


def configure(c: Any, *, kit: str = "", seed: int | None = None, require_sandbox: bool = False) -> None:
    """Make `nbgrader autograde`, formgrader's button too, grade outside the kernel.

    Args:
        c: the configuration, from `get_config()`.
        kit: the folder with the exercises; empty: those that came with gradkata.
        seed: of the generated cases; the same for all, so that equal answers get equal points.
        require_sandbox: refuse to grade where submissions are not fully confined.
    """
    for trait in (Autograde.sanitize_preprocessors, Autograde.autograde_preprocessors):
        usual = trait.make_dynamic_default()
        c.Autograde[trait.name] = [_IN_PLACE_OF.get(one, one) for one in usual if one is not CheckCellMetadata]
    c.Autograde.exporter_class = SubmissionExporter
    c.Gradkata.kit = kit
    c.Gradkata.seed = seed
    c.Gradkata.require_sandbox = require_sandbox
    c.HTMLExporter.filters = {"markdown2html": safe_markdown}  # of the feedback, and of formgrader
    if not event.contains(Engine, "connect", _wait_for_others):
        event.listen(Engine, "connect", _wait_for_others)


def _wait_for_others(connection: Any, _record: Any) -> None:
    """Wait for another program that writes to the gradebook, such as formgrader, instead of failing."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
