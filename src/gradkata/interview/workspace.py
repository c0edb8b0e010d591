"""The folder in which the candidate works: the stub to edit and the question, and what was saved there."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from gradkata.content import Exercise
from gradkata.errors import UserError
from gradkata.grading.submission import MAX_BYTES

_HEADER = '''"""{title}.

Write the body below. Whatever you save here is kept; `gradkata interview check` grades it.
"""

'''
_SETTLES = 0.3  # seconds: no editor takes longer to save a file of this size
_OFF_LIMITS = ("Not allowed", "You may")


@dataclass(frozen=True, slots=True)
class Version:
    """The text of the candidate's file at one moment."""

    source: str
    sha256: str
    data: bytes

    @classmethod
    def of(cls, data: bytes) -> Version:
        """A version from a file's bytes; what is no UTF-8 is shown as well as it can be."""
        return cls(data[:MAX_BYTES].decode("utf-8", "replace"), hashlib.sha256(data).hexdigest(), data)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one question's answer is written."""

    folder: Path
    exercise: str

    @classmethod
    def of(cls, workspace: Path, number: int, exercise: str) -> Place:
        """The place of question `number`, counted from 0."""
        return cls(workspace / f"{number + 1}-{exercise}", exercise)

    @property
    def file(self) -> Path:
        """The file to edit."""
        return self.folder / f"{self.exercise}.py"

    def prepare(self, question: str, source: str) -> bool:
        """Make what is missing: the question's text, and the file with `source`. Whether the file was missing.

        Raises:
            UserError: it cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            card = self.folder / "QUESTION.md"
            if not card.exists():
                card.write_text(question, encoding="utf-8")
            if self.file.exists():
                return False
            self.file.write_text(source, encoding="utf-8", newline="\n")
        except OSError as error:
            raise UserError(f"{self.folder} cannot be written: {error.strerror}; mend that and do it again") from error
        return True

    def is_fresh(self) -> bool:
        """Whether the file was written this very moment, so that it may not be whole yet."""
        try:
            return 0 <= time.time() - self.file.stat().st_mtime < _SETTLES
        except OSError:
            return False

    def version(self) -> Version | None:
        """What the file holds now; `None` if it is away, as it is for a moment while some editors save."""
        try:
            with self.file.open("rb") as file:
                return Version.of(file.read(MAX_BYTES + 1))
        except (FileNotFoundError, IsADirectoryError):
            return None
        except OSError as error:
            raise UserError(f"{self.file} cannot be read: {error.strerror}") from error


def stub(exercise: Exercise) -> str:
    """The file as the candidate finds it."""
    return _HEADER.format(title=exercise.title.rstrip(".?!")) + exercise.parsed_card().code("Signature")


def question_text(exercise: Exercise) -> str:
    """The card as an interviewer poses it (Markdown).

    Without the contract, the example and the list of clarifying questions: they answer what a candidate should ask.
    What one has to be told to work at all comes from the guide, or else from the contract's lines on what is allowed.
    """
    card = exercise.parsed_card()
    guide = exercise.guide()
    told = [line for line in card.bullets("Contract") if line.startswith(_OFF_LIMITS)] if guide is None else guide.told
    parts = [f"# {card.title}", card.section("Question")]
    if told:
        parts.append("\n".join(f"- {line}" for line in told))
    parts += [f"```python\n{card.code('Signature')}```", "Anything unclear? Ask before you write."]
    return "\n\n".join(parts) + "\n"


def changed_lines(old: str, new: str) -> tuple[int, int]:
    """How many lines were added and removed; a line that moved counts as neither."""
    before, after = Counter(old.splitlines()), Counter(new.splitlines())
    return (after - before).total(), (before - after).total()
