"""What the options before the command say, and the exit codes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

import typer

from gradkata.content import Kit
from gradkata.practice.folder import kit_here


class ExitCode(IntEnum):
    """What the process returns."""

    PASSED = 0
    NOT_PASSED = 1
    USAGE = 2
    NOT_JUDGED = 3
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Settings:
    """The global options."""

    kit_folder: Path | None
    debug: bool

    def kit(self) -> Kit:
        """The kit to work on, with the learner's own folder if the command was called in one."""
        return kit_here(self.kit_folder)

    def kit_itself(self) -> Kit:
        """The kit with its own files alone, for those who write or hand out exercises."""
        return Kit(self.kit().root)


def settings_of(context: typer.Context) -> Settings:
    """The global options of a running command."""
    settings = context.obj
    return settings if isinstance(settings, Settings) else Settings(None, debug=False)
