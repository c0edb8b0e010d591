"""The card: an exercise's README.md, taken apart into its head and sections."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from gradkata.errors import ContentError, nearest

SECTIONS = (
    "Question",
    "Signature",
    "Contract",
    "Example",
    "Follow-up questions",
    "Clarifying questions",
)
_FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<code>.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
_HEAD = re.compile(r"^\*\*(?P<key>Category|Difficulty|Tags):\*\*[ \t]*(?P<value>.*?)[ \t]*$", re.MULTILINE)
_BULLET = re.compile(r"^[-*] ")


@dataclass(frozen=True, slots=True)
class Section:
    """One heading of a Markdown file with the text below it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """A card's parts. `head` holds what the `**Key:** value` lines say."""

    path: Path
    title: str
    head: dict[str, str]
    sections: tuple[Section, ...]

    def section(self, name: str) -> str:
        """The text below `## name`."""
        for section in self.sections:
            if section.name == name:
                return section.text
        hint = nearest(name, [section.name for section in self.sections])
        raise ContentError(self.path, f"has no section `## {name}`", f"add it{hint}")

    def code(self, name: str) -> str:
        """The first ```python block of the section `name`, ending in a newline."""
        for match in _FENCE.finditer(self.section(name) + "\n"):
            if match["language"] == "python":
                return match["code"]
        raise ContentError(self.path, f"the section `## {name}` has no ```python block", "add one")

    def bullets(self, name: str) -> list[str]:
        """The bullets of the section `name`, each on one line and without its dash."""
        return bullets(self.section(name))


def bullets(text: str) -> list[str]:
    """The bullets of a Markdown text, each on one line and without its dash."""
    found: list[list[str]] = []
    for line in text.splitlines():
        if _BULLET.match(line):
            found.append([line[2:].strip()])
        elif found and line.strip():
            found[-1].append(line.strip())
    return [" ".join(lines) for lines in found]


def split_sections(text: str, mark: str = "## ") -> tuple[str, tuple[Section, ...]]:
    """What stands before the first heading, and the sections; headings inside fenced code do not count."""
    before: list[str] = []
    sections: list[tuple[str, list[str]]] = []
    fenced = False
    for line in text.splitlines():
        if line.startswith("```"):
            fenced = not fenced
        if line.startswith(mark) and not fenced:
            sections.append((line[len(mark) :].strip(), []))
        else:
            (sections[-1][1] if sections else before).append(line)
    return "\n".join(before), tuple(Section(name, "\n".join(lines).strip()) for name, lines in sections)


def parse_card(path: Path, text: str) -> Card:
    """Takes a card apart; only a missing title is an error here (`validate` looks at the rest)."""
    before, sections = split_sections(text)
    titles = [line[2:].strip() for line in before.splitlines() if line.startswith("# ")]
    if not titles or not titles[0]:
        raise ContentError(path, "has no title", "begin it with `# Title`")
    head = {match["key"]: match["value"] for match in _HEAD.finditer(before)}
    return Card(path, titles[0], head, sections)
