"""`%%check ID`: run the cell in the kernel, then check the answer in it. And what a kernel needs from the start."""

from __future__ import annotations

import argparse
import contextlib
import shlex
from typing import TYPE_CHECKING, NoReturn

from gradkata.errors import UserError
from gradkata.grading.pieces import pieces_of
from gradkata.notebook.cells import Stops, answer_in, syntax_error
from gradkata.notebook.learner import check, grade
from gradkata.notebook.process import grading_process
from gradkata.notebook.show import running_shell, told
from gradkata.practice.folder import kit_here

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionResult, InteractiveShell


def load(shell: InteractiveShell) -> None:
    """Makes `%%check` known, listens to what cells are stopped by, and starts the grading process ahead of its use."""
    Stops.watch(shell)
    shell.register_magic_function(check_magic, "line_cell", "check")  # type: ignore[arg-type]  # a function will do
    with contextlib.suppress(UserError):  # without a kit: the first check says so
        grading_process(kit_here().root)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UserError(f"{message}; write `%%check ID` or `%%check ID --seed N`")


@told
def check_magic(line: str, cell: str | None = None) -> None:
    """%%check ID [--seed N]: run this cell, then check the answer. %check ID checks what was run before."""
    parser = _Parser(prog="%%check", add_help=False)
    parser.add_argument("exercise", metavar="ID")
    parser.add_argument("--seed", type=int, default=None)
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise UserError(f"`%%check {line}` is not understood: {error}") from None
    wanted = parser.parse_args(words)
    if cell is None:
        check(wanted.exercise, seed=wanted.seed)
        return
    kit = kit_here()
    exercise = kit.exercise(wanted.exercise)
    shell = running_shell()
    assert shell is not None  # magics are called by it
    if pieces_of(cell) is None:
        raise UserError(f"this cell {syntax_error(f'%%check{chr(10)}{cell}')}; nothing was run")
    result: ExecutionResult = shell.run_cell(cell)  # type: ignore[no-untyped-call]
    if not result.success:  # it has shown the learner's own error by now
        raise UserError("the cell stopped with an error: nothing was checked")
    grade(kit, exercise, answer_in(shell, exercise.entry_points, running=False), wanted.seed)
