"""`gradkata progress`, with `export` and `import`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gradkata.cli.output import complain, console, program, say, short
from gradkata.cli.settings import settings_of
from gradkata.errors import UserError
from gradkata.practice.store import Store

if TYPE_CHECKING:
    from rich.table import Table

    from gradkata.practice.progress import Progress

_WIDTH = 80

app = typer.Typer(help="Show how far you have come.", no_args_is_help=False)


@app.callback(invoke_without_command=True)
def command(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="As a page with charts.")] = None,
) -> None:
    """Show how far you have come: days, points, mistakes made and overcome."""
    if context.invoked_subcommand is not None:
        return
    from gradkata.practice.progress import Progress

    kit = settings_of(context).kit()
    today = datetime.now(UTC).astimezone().date()
    progress = Progress.of(Store.of_user(complain), kit, today)
    if html is not None:
        from gradkata.practice.page import page

        _write(html, page(progress, today))
        say(f"wrote {short(html)}")
    if as_json:
        print(json.dumps(progress.to_dict(), indent=2))
    elif html is None:
        _print(progress)


@app.command("export")
def export_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The JSON file to write; - is stdout.")],
) -> None:
    """Write all that is remembered to a JSON file."""
    from gradkata.practice.exchange import export

    text = export(Store.of_user(complain))
    if str(file) == "-":
        print(text, end="")
        return
    _write(file, text)
    say(f"wrote {short(file)}")


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `export` wrote.")],
) -> None:
    """Take in what an exported file remembers; what is here already stays one."""
    from gradkata.practice.exchange import read, take_in

    exported = read(file)
    added = take_in(Store.of_user(complain), exported)
    count = len(exported.attempts)
    print(f"{added} of {count} attempt{'' if count == 1 else 's'} in {short(file)} were new.")


def _write(path: Path, text: str) -> None:
    from gradkata.cli.state import replace

    try:
        replace(path, text)
    except OSError as error:
        raise UserError(f"{path}: cannot be written ({error.strerror})") from error


def _print(progress: Progress) -> None:
    from rich.text import Text

    out = console(width=_WIDTH)
    days = f"{progress.streak} day{'' if progress.streak == 1 else 's'} in a row (at most {progress.longest})"
    attempts = f"{progress.attempts} attempt{'' if progress.attempts == 1 else 's'}"
    out.print(f"{progress.solved} of {len(progress.exercises)} exercises solved, {attempts}, {days}", style="bold")
    if not progress.attempts:
        out.print(f"Next: {program()} watch", soft_wrap=True)
        return
    out.print()
    table = _table("exercise", "state", "points", "tries", "hints")
    for exercise in progress.exercises:
        if exercise.state == "new":
            table.add_row(exercise.id, "", "", "", str(exercise.hints or ""))
        else:
            points = f"{exercise.points:g} of {exercise.max_points:g}"
            table.add_row(exercise.id, exercise.state, points, str(exercise.tries), str(exercise.hints))
    out.print(table)
    out.print()
    table = _table("kind of check", "points")
    for kind in progress.kinds:
        table.add_row(kind.kind, f"{kind.points:g} of {kind.max_points:g}")
    out.print(table)
    if progress.mistakes:
        out.print()
        table = _table("mistake", "exercise", "times", "state")
        for mistake in progress.mistakes:
            state = "overcome" if mistake.overcome else "open"
            table.add_row(Text(mistake.title), mistake.exercise, str(mistake.times), state)
        out.print(table)


def _table(*heads: str) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for head in heads:
        right = head in {"points", "tries", "hints", "times"}
        table.add_column(head, justify="right" if right else "left", no_wrap=right or head in {"state", "exercise"})
    return table
