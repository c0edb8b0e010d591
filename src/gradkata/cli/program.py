"""The program `gradkata`: its commands, its global options, and what becomes of errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, NoReturn, cast

import typer

from gradkata.cli import (
    bench,
    check,
    course,
    demo,
    dev,
    doctor,
    grade,
    hint,
    init,
    interview,
    lab,
    listing,
    progress_command,
    reset,
    review,
    schema,
    show,
    solution,
    watch,
)
from gradkata.cli.output import complain
from gradkata.cli.settings import ExitCode, Settings
from gradkata.errors import UserError

# typer carries a copy of click in newer versions and uses the installed one in older ones: this is its UsageError.
_UsageError = cast("type[typer.BadParameter]", typer.BadParameter.__base__)

app = typer.Typer(
    name="gradkata",
    help="Practise the training-step questions of machine-learning interviews in PyTorch.",
    epilog="Exit codes: 0 passed, 1 not passed, 2 wrong usage, 3 not judged.",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("list")(listing.command)
app.command("init")(init.command)
app.command("show")(show.command)
app.command("check")(check.command)
app.command("hint")(hint.command)
app.command("solution")(solution.command)
app.command("reset")(reset.command)
app.command("watch")(watch.command)
app.command("review")(review.command)
app.command("grade")(grade.command)
app.command("lab")(lab.command)
app.command("bench")(bench.command)
app.command("demo")(demo.command)
app.command("doctor")(doctor.command)
app.command("schema")(schema.command)
app.add_typer(progress_command.app, name="progress")
app.add_typer(course.app, name="course")
app.add_typer(interview.app, name="interview")
app.add_typer(dev.app, name="dev")


def _version(wanted: bool) -> None:
    if wanted:
        from gradkata import __version__

        print(f"gradkata {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _options(
    context: typer.Context,
    kit: Annotated[
        Path | None, typer.Option("--kit", metavar="DIR", help="Use the exercises in this folder.", show_default=False)
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    del version  # its callback has answered
    context.obj = Settings(kit, debug)
    if context.invoked_subcommand is None:
        print(context.get_help())


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs the program and exits with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a character that a pipe cannot carry is no crash
    given = list(sys.argv[1:] if arguments is None else arguments)
    code = _run(given)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _close_stdout()
    sys.exit(code)


def _run(arguments: list[str]) -> int:
    debug = "--debug" in arguments
    try:
        result = app(args=arguments, prog_name="gradkata", standalone_mode=False)
    except UserError as error:
        return _explained(error.message, error.exit_code, debug=debug)
    except _UsageError as error:
        return _explained(f"{error.format_message()} (gradkata --help)", ExitCode.USAGE, debug=debug)
    except (KeyboardInterrupt, typer.Abort) as error:
        if isinstance(error, KeyboardInterrupt) or isinstance(error.__cause__, KeyboardInterrupt):
            return ExitCode.INTERRUPTED
        return _explained("a question was left without an answer; nothing was changed", ExitCode.USAGE, debug=debug)
    except BrokenPipeError:
        _close_stdout()
        return ExitCode.NOT_PASSED
    except Exception as error:  # noqa: BLE001  (the last resort: one line instead of a traceback)
        said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        hint = "" if debug else "; `gradkata --debug ...` shows the traceback"
        return _explained(f"a fault of gradkata itself: {said}{hint}", ExitCode.NOT_JUDGED, debug=debug)
    return result if isinstance(result, int) else ExitCode.PASSED


def _explained(message: str, code: int, *, debug: bool) -> int:
    if debug:
        import traceback

        traceback.print_exc()
    complain(message)
    return code


def _close_stdout() -> None:
    """Lets nothing be written any more, so that the interpreter's own flush at exit stays quiet."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
