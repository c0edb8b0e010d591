"""`gradkata lab`: JupyterLab on a learner's own copies of the notebooks."""

from __future__ import annotations

import importlib.util
import os
import secrets
from pathlib import Path
from typing import Annotated, Any

import typer

from gradkata.cli.output import say, short
from gradkata.cli.settings import settings_of
from gradkata.content.kit import ENVIRONMENT_VARIABLE
from gradkata.errors import UserError

FOLDER = Path("gradkata-notebooks")


def command(
    context: typer.Context,
    exercise_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="The exercise to open; without one, the folder.")
    ] = None,
    folder: Annotated[
        Path, typer.Option("--dir", metavar="DIR", help="Where your notebooks are; none of them is overwritten.")
    ] = FOLDER,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser.")] = True,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, metavar="N", help="0: any free port.")] = 8888,
) -> None:
    """Practise in notebooks: open JupyterLab, on this machine alone, on your copies of them."""
    settings = settings_of(context)
    kit = settings.kit()
    chosen = None if exercise_id is None else kit.exercise(exercise_id)
    if any(importlib.util.find_spec(name) is None for name in ("jupyterlab", "jupytext")):
        raise UserError("JupyterLab is not installed: pip install 'gradkata[notebook]'")
    from gradkata.notebook.copies import copy_notebooks

    copies = copy_notebooks(kit, folder)
    kept = f", {len(copies.kept)} of yours kept as they are" if copies.kept else ""
    say(f"{short(folder)}: {len(copies.written)} notebooks copied{kept}")
    if settings.kit_folder is not None:
        os.environ[ENVIRONMENT_VARIABLE] = str(kit.root)  # the kernels check with the same kit
    _open(folder.resolve(), "" if chosen is None else f"/tree/{chosen.id}.ipynb", browser=browser, port=port)


def _open(folder: Path, page: str, *, browser: bool, port: int) -> None:
    """Runs JupyterLab in this process, so that its token stands in no list of processes."""
    from jupyterlab.labapp import LabApp

    token = secrets.token_urlsafe(24)
    arguments = [
        f"--ServerApp.root_dir={folder}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--ServerApp.open_browser={browser}",
        f"--IdentityProvider.token={token}",  # whatever the user's own configuration says
        f"--LabApp.default_url=/lab{page}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",  # nothing is asked of the network
        "--Application.log_level=WARN",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--ServerApp.allow_root=True")  # Jupyter refuses it; in a container there is nobody else
    # Other packages' parts of the server, nbgrader's above all, would only cost time and lines here.
    server = LabApp.initialize_server(argv=arguments, load_other_extensions=False)
    server.web_app.settings["page_config_hook"] = _without_course_tools
    say(f"JupyterLab: http://127.0.0.1:{server.port}/lab{page}?token={token}")
    say("Ctrl-C ends it.")
    server.start()


def _without_course_tools(_handler: object, page: dict[str, Any]) -> dict[str, Any]:
    """The buttons of nbgrader, which comes with the same extra, are for those who make and hand in courses."""
    page["disabledExtensions"] = [*page.get("disabledExtensions", []), "@jupyter/nbgrader"]
    return page
