"""Errors that are meant for the user: one clear line, no traceback, a known exit code."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


class UserError(Exception):
    """Something the user can mend.

    The message is one line that names the thing and what to do; `exit_code` is what the command line returns
    (2: wrong usage, 3: nothing could be judged).
    """

    def __init__(self, message: str, exit_code: int = 2) -> None:
        super().__init__(message)
        self.message = message
        self.exit_code = exit_code


class ContentError(UserError):
    """A kit's content is not in order: names the file, the thing that is wrong in it, and the mend."""

    def __init__(self, path: Path, problem: str, mend: str) -> None:
        super().__init__(f"{path}: {problem}; {mend}")
        self.path = path
        self.problem = problem
        self.mend = mend


def nearest(name: str, known: Iterable[str]) -> str:
    """A clause that offers the known names nearest to `name`: `; did you mean a or b?`, or all of them if few."""
    from difflib import get_close_matches  # noqa: PLC0415  (only where a name was wrong)

    names = sorted(known)
    close = get_close_matches(name, names, n=3, cutoff=0.55)
    if not close:  # a part of a name is a good guess too: `norm` for `clip_grad_norm`
        close = [candidate for candidate in names if name and name in candidate][:3]
    if close:
        return f"; did you mean {' or '.join(close)}?"
    if names and len(names) <= 12:
        return f"; there is {', '.join(names)}"
    return ""
