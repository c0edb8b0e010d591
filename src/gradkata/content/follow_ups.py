"""The model answers to an exercise's follow-up questions, with the key points that an answer should make."""

from __future__ import annotations

from dataclasses import dataclass

from gradkata.content.card import bullets, split_sections

POINTS = "Key points:"


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """What answer.md says to one follow-up question."""

    question: str
    text: str
    points: tuple[str, ...]


def read_model_answers(answer: str) -> list[ModelAnswer]:
    """The model answers in an answer.md's text, in its order."""
    _, sections = split_sections(answer)
    found: list[ModelAnswer] = []
    for section in sections:
        if section.name == "Follow-up questions":
            for one in split_sections(section.text, "### ")[1]:
                text, _, points = one.text.partition(POINTS)
                found.append(ModelAnswer(one.name, text.strip(), tuple(bullets(points))))
    return found
