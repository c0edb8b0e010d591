"""An IPython shell in this process, whose cells are run as a kernel runs them."""

from __future__ import annotations

import atexit

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from gradkata.notebook.cells import Stops


@pytest.fixture(scope="session")
def one_shell():
    """The process's shell: making one takes a third of a second."""
    config = Config()
    config.HistoryManager.enabled = False  # in memory, and in no file
    config.InteractiveShell.colors = "nocolor"
    InteractiveShell.clear_instance()
    made = InteractiveShell.instance(config=config)
    yield made
    atexit.unregister(made.atexit_operations)
    made.atexit_operations()
    InteractiveShell.clear_instance()


@pytest.fixture
def shell(one_shell, monkeypatch):
    """The shell as new: no cell was run in it, and nothing listens."""
    monkeypatch.setattr("gradkata.notebook.magic.grading_process", lambda root: None)  # not started ahead
    one_shell.reset(new_session=True)
    yield one_shell
    if "_gradkata_stops" in vars(one_shell):
        one_shell.events.unregister("post_run_cell", Stops.watch(one_shell).heard)
        del one_shell._gradkata_stops


@pytest.fixture
def run(shell):
    """Runs a cell; returns what it shows: text as text, errors as the traceback's last line."""

    def run(cell: str) -> str:
        with capture_output() as captured:
            shell.run_cell(cell, store_history=True)
        places: dict[object, str] = {}  # what is shown later in one place is what a page shows there
        for number, output in enumerate(captured.outputs):
            places[(output.transient or {}).get("display_id", number)] = output.data["text/plain"]
        return "\n".join([*places.values(), captured.stdout, captured.stderr]).strip()

    return run
