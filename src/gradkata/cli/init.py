"""`gradkata init`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gradkata.cli.output import program, short
from gradkata.cli.settings import settings_of
from gradkata.practice.folder import make


def command(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Your own folder; made if it is missing.")],
) -> None:
    """Copy the exercises' stubs and cards into a folder of your own, to work there."""
    kit = settings_of(context).kit_itself()
    made = make(kit, folder)
    ids = kit.ids()
    where = short(folder) if folder.resolve() != Path.cwd() else "this folder"
    if not made.kept:
        print(f"{where} is yours now: {len(ids)} exercises, each with its card and a stub.")
    elif not made.added:
        print(f"Nothing was missing in {where}; nothing was changed.")
    else:
        print(f"Added to {where}, where nothing else was changed:")
        for name in made.added:
            print(f"  {name}")
    for name in made.outdated:
        print(f"{name} is not the kit's card any more: {program()} show {Path(name).parent.name} shows that.")
    print()
    move = "" if where == "this folder" else f"cd {where}, then "
    print(f"Next: {move}{program()} watch checks your answer each time you save it.")
