"""Finds kits and exercises, and reads and checks what is written about them.

Everything here needs the standard library alone: `gradkata list` must answer before PyTorch could be imported.
(`gradkata.content.validate` looks for faults; only those who write exercises need it.)
"""

from gradkata.content.card import Card, Section, parse_card
from gradkata.content.exercise import Exercise
from gradkata.content.kit import Kit, UnknownExercise, find_kit
from gradkata.content.mistakes import Mistake, Variant
from gradkata.content.solutions import Solution

__all__ = [
    "Card",
    "Exercise",
    "Kit",
    "Mistake",
    "Section",
    "Solution",
    "UnknownExercise",
    "Variant",
    "find_kit",
    "parse_card",
]
