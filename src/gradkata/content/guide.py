"""The interviewer's guide of an exercise: solutions/<id>/interview.md, taken apart.

It is optional: an exercise without one can be asked in an interview, with less help for the person who asks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from gradkata.content.card import Section, bullets, split_sections
from gradkata.content.files import read_text
from gradkata.errors import ContentError, nearest

FILE_NAME = "interview.md"
SECTIONS = (
    "Pose it",
    "Told at the start",
    "Clarifying questions worth asking",
    "What to expect by when",
    "Probing questions",
    "When to give the hints",
    "Follow-up questions",
    "Red flags",
)
LEVELS = ("Weak", "Fair", "Strong")
_BOLD = re.compile(r"\*\*(?P<head>.+?)\*\*[ \t]*(?P<text>.*)")
_MINUTE = re.compile(r"(?P<minute>\d+) min:?")
_MISTAKE = re.compile(r"`(?P<name>\w+)`: (?P<text>.+)")


@dataclass(frozen=True, slots=True)
class Pair:
    """A bullet `- **head** text`."""

    head: str
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """What has usually happened by a minute of the question's own clock."""

    minute: int
    text: str


@dataclass(frozen=True, slots=True)
class Levels:
    """What weak, fair and strong answers to a follow-up question say."""

    question: str
    weak: str
    fair: str
    strong: str


@dataclass(frozen=True, slots=True)
class RedFlag:
    """Something that should worry the interviewer. `mistake` names a mistake of the grader, or is ""."""

    mistake: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide's parts, in the order of its sections."""

    path: Path
    pose: str
    told: tuple[str, ...]
    clarifying: tuple[Pair, ...]
    timeline: tuple[Step, ...]
    probing: tuple[Pair, ...]
    hints: tuple[Pair, ...]
    follow_ups: tuple[Levels, ...]
    red_flags: tuple[RedFlag, ...]

    @property
    def minutes(self) -> int:
        """How long the question takes with its follow-ups: the last step's minute."""
        return self.timeline[-1].minute


def read_guide(path: Path) -> Guide:
    """Reads a guide.

    Raises:
        ContentError: a section is missing or not in its form.
    """
    _, sections = split_sections(read_text(path))
    names = tuple(section.name for section in sections)
    if names != SECTIONS:
        wrong = next((name for name in names if name not in SECTIONS), None)
        hint = nearest(wrong, SECTIONS) if wrong else ""
        raise ContentError(path, f"has the sections {', '.join(names)}", f"have exactly {', '.join(SECTIONS)}{hint}")
    texts = {section.name: section.text for section in sections}
    for name, text in texts.items():
        if not text:
            raise ContentError(path, f"the section `## {name}` is empty", "write it")
    return Guide(
        path=path,
        pose=texts["Pose it"],
        told=tuple(_list(path, "Told at the start", texts)),
        clarifying=_pairs(path, "Clarifying questions worth asking", texts),
        timeline=_timeline(path, texts),
        probing=_pairs(path, "Probing questions", texts),
        hints=_pairs(path, "When to give the hints", texts),
        follow_ups=tuple(_levels(path, section) for section in split_sections(texts["Follow-up questions"], "### ")[1]),
        red_flags=tuple(_red_flag(path, bullet) for bullet in _list(path, "Red flags", texts)),
    )


def _list(path: Path, name: str, texts: dict[str, str]) -> list[str]:
    found = bullets(texts[name])
    if not found:
        raise ContentError(path, f"the section `## {name}` has no bullets", "write it as a list with `- `")
    return found


def _pairs(path: Path, name: str, texts: dict[str, str]) -> tuple[Pair, ...]:
    return tuple(_pair(path, name, bullet) for bullet in _list(path, name, texts))


def _pair(path: Path, name: str, bullet: str) -> Pair:
    match = _BOLD.fullmatch(bullet)
    if match is None or not match["text"]:
        raise ContentError(path, f"`{bullet}` in `## {name}` is not in form", "write `- **what it is about** a text`")
    return Pair(match["head"], match["text"])


def _timeline(path: Path, texts: dict[str, str]) -> tuple[Step, ...]:
    name = "What to expect by when"
    steps: list[Step] = []
    for pair in _pairs(path, name, texts):
        match = _MINUTE.fullmatch(pair.head)
        if match is None:
            raise ContentError(path, f"`{pair.head}` in `## {name}` is no minute", "write `- **5 min:** a text`")
        minute = int(match["minute"])
        if minute <= (steps[-1].minute if steps else 0):
            raise ContentError(path, f"minute {minute} in `## {name}` does not come later", "put them in order")
        steps.append(Step(minute, pair.text))
    return tuple(steps)


def _levels(path: Path, section: Section) -> Levels:
    pairs = [_pair(path, "Follow-up questions", bullet) for bullet in bullets(section.text)]
    if tuple(pair.head.rstrip(":") for pair in pairs) != LEVELS:
        mend = "write `- **Weak:** ...`, `- **Fair:** ...` and `- **Strong:** ...`"
        raise ContentError(path, f"`### {section.name}` has not one bullet for each level", mend)
    weak, fair, strong = (pair.text for pair in pairs)
    return Levels(section.name, weak, fair, strong)


def _red_flag(path: Path, bullet: str) -> RedFlag:
    named = _MISTAKE.fullmatch(bullet)
    if named is not None:
        return RedFlag(named["name"], "", named["text"])
    pair = _pair(path, "Red flags", bullet)
    return RedFlag("", pair.head, pair.text)
