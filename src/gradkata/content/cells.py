"""Notebooks as the JSON that they are (nbformat 4.5), built cell by cell: standard library alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

Cell = dict[str, Any]
"""A cell as nbformat has it."""
Notebook = dict[str, Any]
"""A notebook as nbformat has it."""

_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def markdown_cell(cell_id: str, text: str, metadata: Mapping[str, Any] | None = None) -> Cell:
    """A text cell. Its id (letters, digits, `-` and `_`, at most 64) occurs once in a notebook."""
    return {"cell_type": "markdown", "id": cell_id, "metadata": dict(metadata or {}), "source": text}


def code_cell(cell_id: str, source: str, metadata: Mapping[str, Any] | None = None) -> Cell:
    """A code cell that has not been run."""
    return {
        "cell_type": "code",
        "id": cell_id,
        "metadata": dict(metadata or {}),
        "source": source.strip("\n"),
        "execution_count": None,
        "outputs": [],
    }


def notebook(cells: Sequence[Cell], metadata: Mapping[str, Any] | None = None) -> Notebook:
    """A Python notebook of these cells."""
    language = {"name": "python"}
    return {
        "cells": list(cells),
        "metadata": {"kernelspec": dict(_KERNEL), "language_info": language, **(metadata or {})},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def to_text(made: Notebook) -> str:
    """The notebook as Jupyter would save it."""
    return json.dumps(made, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
