"""`gradkata dev`: for people who write exercises."""

from __future__ import annotations

from typing import Annotated

import typer

from gradkata.cli import notebooks
from gradkata.cli.settings import ExitCode, settings_of

app = typer.Typer(help="For people who write exercises.", no_args_is_help=False)


@app.callback(invoke_without_command=True)
def _dev(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        print(context.get_help())


app.command("notebooks")(notebooks.command)


@app.command("check")
def check(
    context: typer.Context,
    exercise_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="The exercises; without any, all.")
    ] = None,
) -> None:
    """Prove the kit: stubs fail, solutions pass, every mistake is refused and named, every check is needed."""
    kit = settings_of(context).kit_itself()
    chosen = [kit.exercise(exercise_id).id for exercise_id in exercise_ids] if exercise_ids else None
    from gradkata.bench.proof import problems as bench_problems
    from gradkata.grading.devcheck import check_kit
    from gradkata.notebook.practice import problems as notebook_problems

    problems = [*check_kit(kit, chosen), *bench_problems(kit, chosen), *notebook_problems(kit, chosen)]
    for problem in problems:
        print(problem)
    if problems:
        raise typer.Exit(ExitCode.NOT_PASSED)
    count = len(kit.ids() if chosen is None else chosen)
    print(f"{count} {'exercise is' if count == 1 else 'exercises are'} in order.")
