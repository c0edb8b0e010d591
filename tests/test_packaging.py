"""What a wheel carries, and that the pins cover what the project asks for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def name_of(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {name_of(name): version for name, version in pairs}


def asked_for() -> list[str]:
    """What the project asks of others, in its extras and groups too."""
    extras = [requirement for extra in PROJECT["project"]["optional-dependencies"].values() for requirement in extra]
    asked = [*PROJECT["project"]["dependencies"], *extras, *PROJECT["dependency-groups"]["dev"]]
    return sorted({requirement for requirement in asked if name_of(requirement) != PROJECT["project"]["name"]})


@pytest.mark.parametrize("requirement", asked_for())
def test_every_direct_dependency_is_pinned_in_the_constraints(requirement):
    assert name_of(requirement) in pins()


def test_no_pin_is_for_one_build_alone():
    assert [version for version in pins().values() if "+" in version] == []


def test_ranges_are_open():
    assert [
        requirement for requirement in asked_for() if "<" in requirement or "==" in requirement.partition(";")[0]
    ] == []
