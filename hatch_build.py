"""Puts the content into the wheel, so that `pip install gradkata` brings the exercises along."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CONTENT = ("exercises", "solutions", "graders", "notebooks/demos")  # practice notebooks are made from the cards


class KitHook(BuildHookInterface[Any]):
    """Includes the content folders as `gradkata/_kit` in wheels that are copied, not in editable installs."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before each build; `version` is `standard` or `editable`."""
        if version == "editable":
            return
        for folder in CONTENT:
            source = Path(self.root, folder)
            if source.is_dir():
                build_data["force_include"][str(source)] = f"gradkata/_kit/{folder}"
