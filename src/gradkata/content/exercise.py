"""An exercise: what its three folders hold, read when asked for."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from gradkata.content.card import Card, parse_card, split_sections
from gradkata.content.files import read_text
from gradkata.content.follow_ups import ModelAnswer, read_model_answers
from gradkata.content.guide import FILE_NAME as GUIDE_NAME
from gradkata.content.guide import Guide, read_guide
from gradkata.content.metadata import FILE_NAME, Metadata, read_metadata
from gradkata.content.mistakes import Mistake, read_mistakes
from gradkata.content.solutions import Solution, read_solutions

_HEADER = '''"""{title}.

Write the body, then run: gradkata check {id}
When stuck: gradkata hint {id}. The whole contract stands in README.md beside this file.
"""

'''


@dataclass(frozen=True, slots=True)
class Exercise:
    """A question with its card, stub, hints, answers and grader.

    The metadata is read at once; files are read by the property that is asked for, so that a kit without answers
    or graders (a student's) can still be listed, shown and worked on.
    """

    id: str
    root: Path
    metadata: Metadata
    learner: Path | None = None

    @classmethod
    def load(cls, root: Path, exercise_id: str, learner: Path | None = None) -> Exercise:
        """Reads `root/exercises/<id>/exercise.toml`."""
        metadata = read_metadata(root / "exercises" / exercise_id / FILE_NAME)
        return cls(exercise_id, root, metadata, learner)

    @property
    def title(self) -> str:
        """One line."""
        return self.metadata.title

    @property
    def category(self) -> str:
        """As on the card, such as `coding`."""
        return self.metadata.category

    @property
    def difficulty(self) -> int:
        """From 1 to 5."""
        return self.metadata.difficulty

    @property
    def tags(self) -> tuple[str, ...]:
        """Words to find it by."""
        return self.metadata.tags

    @property
    def track(self) -> str:
        """The sequence of exercises that it belongs to."""
        return self.metadata.track

    @property
    def order(self) -> int:
        """Its place in the track."""
        return self.metadata.order

    @property
    def prerequisites(self) -> tuple[str, ...]:
        """Ids of the exercises to do before."""
        return self.metadata.prerequisites

    @property
    def entry_points(self) -> tuple[str, ...]:
        """Names of the functions that a submission defines."""
        return self.metadata.entry_points

    @property
    def time_limit(self) -> float:
        """Seconds, for one submission."""
        return self.metadata.time_limit

    @property
    def imports(self) -> tuple[str, ...]:
        """Top-level modules that a submission may import besides the standard library."""
        return self.metadata.imports

    @property
    def folder(self) -> Path:
        """exercises/<id>: what a learner reads."""
        return self.root / "exercises" / self.id

    @property
    def solutions_folder(self) -> Path:
        """solutions/<id>."""
        return self.root / "solutions" / self.id

    @property
    def grader_folder(self) -> Path:
        """graders/<id>."""
        return self.root / "graders" / self.id

    @property
    def mistakes_folder(self) -> Path:
        """graders/<id>/mistakes."""
        return self.grader_folder / "mistakes"

    @property
    def toml_path(self) -> Path:
        """exercises/<id>/exercise.toml."""
        return self.folder / FILE_NAME

    @property
    def card_path(self) -> Path:
        """exercises/<id>/README.md."""
        return self.folder / "README.md"

    @property
    def stub_path(self) -> Path:
        """exercises/<id>/<id>.py: the file that a learner edits, in their own folder if they have one."""
        return (self.learner or self.root) / "exercises" / self.id / f"{self.id}.py"

    @property
    def hints_path(self) -> Path:
        """exercises/<id>/hints.md."""
        return self.folder / "hints.md"

    @property
    def answer_path(self) -> Path:
        """solutions/<id>/answer.md."""
        return self.solutions_folder / "answer.md"

    @property
    def guide_path(self) -> Path:
        """solutions/<id>/interview.md."""
        return self.solutions_folder / GUIDE_NAME

    @property
    def suite_path(self) -> Path:
        """graders/<id>/suite.py."""
        return self.grader_folder / "suite.py"

    @property
    def card(self) -> str:
        """The card's text (Markdown)."""
        return read_text(self.card_path)

    def parsed_card(self) -> Card:
        """The card, taken apart."""
        return parse_card(self.card_path, self.card)

    @property
    def stub(self) -> str:
        """The pristine stub: a header, then the code of the card's Signature section."""
        title = self.title.rstrip(".?!")
        return _HEADER.format(title=title, id=self.id) + self.parsed_card().code("Signature")

    def is_untouched(self, source: str) -> bool:
        """Whether `source` is the stub still: comments, spacing and the module's docstring do not count."""
        return _skeleton(source) == _skeleton(self.stub)

    @property
    def hints(self) -> list[str]:
        """The graded hints in order, without their headings; none if there is no hints.md."""
        if not self.hints_path.is_file():
            return []
        _, sections = split_sections(read_text(self.hints_path))
        return [section.text for section in sections if section.name.startswith("Hint")]

    @property
    def answer(self) -> str | None:
        """The model answer (Markdown), or `None` in a kit without answers."""
        return read_text(self.answer_path) if self.answer_path.is_file() else None

    def model_answers(self) -> list[ModelAnswer]:
        """The model answers to the follow-up questions; none in a kit without answers."""
        answer = self.answer
        return [] if answer is None else read_model_answers(answer)

    def guide(self) -> Guide | None:
        """The interviewer's guide, or `None` if there is none."""
        return read_guide(self.guide_path) if self.guide_path.is_file() else None

    def solutions(self) -> list[Solution]:
        """The reference solutions, `reference` first; none in a kit without answers."""
        return read_solutions(self.solutions_folder)

    def mistakes(self) -> list[Mistake]:
        """The named wrong answers, by name; none in a kit without graders."""
        return read_mistakes(self.mistakes_folder)

    def digest(self) -> str:
        """Sixteen hexadecimal digits that change when the metadata, the suite or a mistake does."""
        import hashlib  # noqa: PLC0415  (`list` needs no OpenSSL)

        digest = hashlib.sha256()
        judging = [self.suite_path] if self.suite_path.is_file() else []  # not in a student's bundle
        for path in [self.toml_path, *judging, *sorted(self.mistakes_folder.rglob("*.py"))]:
            data = path.read_bytes()
            digest.update(f"{path.relative_to(self.root).as_posix()}\0{len(data)}\0".encode())
            digest.update(data)
        return digest.hexdigest()[:16]


def _skeleton(source: str) -> str | None:
    """The code without the module's docstring, as a comparable text; `None` if it is not Python."""
    try:
        module = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    body = module.body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    return "\n".join(ast.dump(statement) for statement in body)
