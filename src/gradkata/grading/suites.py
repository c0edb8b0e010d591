"""Loads an exercise's suite from its grader folder: the kit's own code, run in the trusted process."""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from pathlib import Path

from gradkata.content import Exercise
from gradkata.errors import ContentError
from gradkata.judge.suite import Suite


def load_suite(exercise: Exercise) -> Suite:
    """The `SUITE` that `graders/<id>/suite.py` defines.

    Raises:
        ContentError: there is no such file, or it does not define a `Suite`.
    """
    return _load(exercise.suite_path)


@lru_cache(maxsize=64)
def _load(path: Path) -> Suite:
    if not path.is_file():
        raise ContentError(path, "this exercise has no suite", "a student's bundle cannot grade: use the full kit")
    spec = importlib.util.spec_from_file_location(f"gradkata_suite_{path.parent.name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    suite = getattr(module, "SUITE", None)
    if not isinstance(suite, Suite):
        raise ContentError(path, "SUITE is not defined", "define SUITE = Suite(...)")
    return suite
