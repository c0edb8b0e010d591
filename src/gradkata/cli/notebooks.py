"""`gradkata dev notebooks`."""

from __future__ import annotations

import typer

from gradkata.cli.output import short
from gradkata.cli.settings import settings_of
from gradkata.cli.state import replace


def command(context: typer.Context) -> None:
    """Write the practice notebooks, notebooks/practice/<id>.ipynb, from the cards."""
    kit = settings_of(context).kit()
    from gradkata.notebook.practice import practice_notebook, practice_path, problems

    exercises = kit.exercises()
    changed = 0
    for exercise in exercises:
        path, text = practice_path(exercise), practice_notebook(exercise)
        if path.is_file() and path.read_bytes() == text.encode():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        replace(path, text)
        print(f"wrote {short(path)}")
        changed += 1
    for problem in problems(kit):
        print(problem)
    print(f"{changed} of {len(exercises)} practice notebooks were written; the others were in step.")
