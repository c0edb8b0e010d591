"""The answer in a running kernel: what its cells have defined by now, each name as it was defined last.

IPython keeps every cell that was run, in order; edited and run again, a cell is in there twice. What a cell would have
defined after the line that raised is not there, so it does not count.
"""

from __future__ import annotations

import ast
import inspect
import linecache
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType, FunctionType, TracebackType
from typing import TYPE_CHECKING, Any

from gradkata.errors import UserError
from gradkata.grading.pieces import Piece, joined, needed, pieces_of, placed, without_magics

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionResult, InteractiveShell

_NOTHING_RAN = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """Source text with the cell that it is from, such as `In [3]`, and lines that the learner must know with it."""

    name: str
    source: str
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Stops:
    """In which line each cell that raised was stopped, by the cell's number; 0 where nothing of it was run."""

    shell: InteractiveShell
    lines: dict[int, int]

    @classmethod
    def watch(cls, shell: InteractiveShell) -> Stops:
        """Listens from now on; a shell has one listener."""
        known = getattr(shell, "_gradkata_stops", None)
        if isinstance(known, cls):
            return known
        made = cls(shell, {})
        shell.events.register("post_run_cell", made.heard)
        setattr(shell, "_gradkata_stops", made)  # noqa: B010  (the shell's class does not know it)
        return made

    def heard(self, result: ExecutionResult) -> None:
        """A cell has ended."""
        info = result.info
        history = _history(self.shell)
        number = len(history) - 1
        if info is None or not number or not isinstance(info.raw_cell, str):
            return
        inside = "" if info.store_history else info.raw_cell  # a magic's cell within the cell
        if inside and not history[-1].endswith(inside):
            return
        if result.error_before_exec is not None:
            self.lines[number] = _NOTHING_RAN
        elif result.error_in_exec is not None:
            line = _line(self.shell, result.error_in_exec.__traceback__)
            self.lines[number] = line + _lines_above(history[-1], inside)


def answer_in(shell: InteractiveShell, entry_points: Sequence[str], *, running: bool = True) -> Answer:
    """The newest answer that the kernel has, with the imports and helpers that it uses, from whatever cells.

    Args:
        shell: the kernel's.
        entry_points: the functions that make up an answer.
        running: whether the last cell is being run: then only what stands above the running line counts.

    Raises:
        UserError: there is none, or none whose source is in the cells.
    """
    here = [name for name in entry_points if name in shell.user_ns]
    if not here:
        raise UserError(_nothing(shell, entry_points))
    for name in here:
        _from_a_cell(name, shell.user_ns[name])
    pieces, cells = _that_ran(shell, running=running)
    numbers = needed(pieces, entry_points)
    defining = [cells[number] for number in numbers if pieces[number].binds & set(here)]
    if not defining:
        raise UserError(f"there is no cell that defines `{here[0]}`: define it in a cell, run the cell and check again")
    kept = [pieces[number] for number in numbers]
    together = len({cells[number] for number in numbers}) == 1
    source = placed(kept) if together else joined(kept)
    return Answer(f"In [{defining[-1]}]", source, _notes(shell, entry_points, defining[-1]))


def _history(shell: InteractiveShell) -> list[str]:
    """Every cell as it was typed; the first is empty, so that the others have their numbers."""
    manager = shell.history_manager
    return [] if manager is None else list(manager.input_hist_raw)


def _that_ran(shell: InteractiveShell, *, running: bool) -> tuple[list[Piece], list[int]]:
    """The statements that were run, in order, and the number of the cell that each is from."""
    stops = dict(Stops.watch(shell).lines)
    history = _history(shell)
    if running:
        current = len(history) - 1
        stops[current] = _line_of_caller(shell) + _lines_above(history[current], "")
    pieces: list[Piece] = []
    cells: list[int] = []
    for number, text in enumerate(history):
        for piece in pieces_of(text) or ():
            if number not in stops or piece.last < stops[number]:
                pieces.append(piece)
                cells.append(number)
    return pieces, cells


def _line_of_caller(shell: InteractiveShell) -> int:
    """The line that the running cell is at."""
    frame: FrameType | None = sys._getframe()  # noqa: SLF001  (the stack is what is asked about)
    line = sys.maxsize >> 1  # no cell is running: a button, a timer
    while frame is not None:
        if _is_cell(shell, frame):
            line = frame.f_lineno
        frame = frame.f_back
    return line


def _line(shell: InteractiveShell, trace: TracebackType | None) -> int:
    """The line of a cell that an error came through; the innermost, where a magic runs a cell's code."""
    line = _NOTHING_RAN
    while trace is not None:
        if _is_cell(shell, trace.tb_frame):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _is_cell(shell: InteractiveShell, frame: FrameType) -> bool:
    return frame.f_globals is shell.user_ns and frame.f_code.co_name.startswith(("<module>", "<cell line"))


def _lines_above(cell: str, inside: str) -> int:
    """The lines of a cell that Python does not count: blank ones at the top, and `%%time` before what is inside."""
    lines = cell.splitlines()
    blank = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if inside:
        return cell[: len(cell) - len(inside)].count("\n") + _lines_above(inside, "")
    return blank + (1 if lines and lines[blank].startswith("%%") else 0)


def _from_a_cell(name: str, value: object) -> None:
    """Complains about a function that is from a file, or from nowhere that can be read."""
    code: CodeType | None = None
    if callable(value):
        bare = inspect.unwrap(value)
        code = bare.__code__ if isinstance(bare, FunctionType) else None
    if code is None or code.co_name != name:  # a decorator's, or made by a library
        return
    where = code.co_filename
    if not linecache.getlines(where):
        raise UserError(f"`{name}` has no source text that could be checked: define it in a cell")
    if Path(where).is_file():
        raise UserError(f"`{name}` is from {where}: run `gradkata check --file {where}`, or define it in a cell")


def _nothing(shell: InteractiveShell, entry_points: Sequence[str]) -> str:
    """What to say where no entry point is defined."""
    stopped = _stopped(shell, entry_points, after=0)
    if stopped:
        return stopped[-1]
    names = " or ".join(f"`{name}`" for name in entry_points)
    return f"nothing defines {names} yet: run the cell with your answer first"


def _notes(shell: InteractiveShell, entry_points: Sequence[str], number: int) -> tuple[str, ...]:
    """What a learner may not have noticed: a newer answer that never came to be."""
    newest = _stopped(shell, entry_points, after=number)[-1:]
    return tuple(f"{line}; this is the report on In [{number}]" for line in newest)


def _stopped(shell: InteractiveShell, entry_points: Sequence[str], after: int) -> list[str]:
    """A line for each cell with a number above `after` that raised before it came to define an entry point."""
    found: list[str] = []
    stops: Mapping[int, int] = Stops.watch(shell).lines
    history: list[Any] = _history(shell)
    for number in range(after + 1, len(history)):
        text = history[number]
        pieces = pieces_of(text)
        if pieces is None:
            defines = any(re.search(rf"^\s*def\s+{re.escape(name)}\b", text, re.MULTILINE) for name in entry_points)
            reason = syntax_error(text)
        else:
            line = stops.get(number, sys.maxsize)
            defines = any(piece.binds & set(entry_points) and piece.last >= line for piece in pieces)
            reason = f"stopped with an error in line {line}" if line else "was not run"
        if defines:
            found.append(f"In [{number}] defines {entry_points[0]} but {reason}")
    return found


def syntax_error(text: str) -> str:
    """What is wrong with a cell that is not Python, as a clause."""
    try:
        ast.parse(without_magics(text))
    except SyntaxError as error:
        return f"has a syntax error in line {error.lineno}: {error.msg}"
    except (ValueError, RecursionError, MemoryError):
        pass
    return "is no valid Python"
