"""Finds the answer to a clarifying question among those that the card has.

People ask in their own words, so words are compared and not sentences: each counts by how rare it is on the card.
A question that nothing fits gets no answer, and no list of what could have been asked: asking is part of the score.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

_BULLET = re.compile(r"\*\*(?P<question>.+?)\*\*\s*(?P<answer>.*)")
_WORD = re.compile(r"[a-z]+|\d+")
_VERDICT = re.compile(r"^(Yes|No)\b")
_ANSWER_WEIGHT = 0.5  # a word of the answer says less about what was asked than a word of the question
_ENOUGH = 0.53  # of the weight of the words that were asked
_LEAST = 0.48  # of the weight of a word that one question has: a common word is no question
_UNKNOWN = 0.9  # of the same weight: what a word counts that the card lacks
_EMPTY = frozenset(  # words that say nothing about what is asked
    _WORD.findall(
        "a about also every am an and any are as ask at be been but by can could did do does for from get give had has "
        "have here how i if in into is it its just let like may me might must my need not of on or other our should so "
        "some such than that the their them then there these they this those to up use used using want was we were "
        "what when where which while who why will with would you your ok okay please exactly actually really "
        "support supported handle handling ops op happen allowed long values"
    )
)
_SAME = {
    "grad": "gradient",
    "params": "parameter",
    "param": "parameter",
    "eps": "epsilon",
    "inf": "infinity",
    "infinite": "infinity",
    "nans": "nan",
    "fp": "float",
    "half": "float",
    "precision": "float",
    "bf": "float",
    "bfloat": "float",
    "dtypes": "dtype",
    "type": "dtype",
    "iterate": "walk",
    "iterator": "walk",
    "iterable": "walk",
    "loop": "walk",
    "generator": "walk",
    "list": "walk",
    "twice": "walk",
    "gpu": "device",
    "gpus": "device",
    "cuda": "device",
    "inplace": "assign",
    "place": "assign",
    "replace": "assign",
    "overwrite": "assign",
    "l": "norm",
    "global": "all",
    "together": "all",
    "single": "one",
    "per": "each",
    "order": "p",
    "orders": "p",
    "move": "leave",
    "moved": "leave",
    "empty": "nothing",
    "left": "leave",
    "leftover": "leave",
    "library": "torch",
    "pytorch": "torch",
    "builtin": "torch",
    "memory": "allocate",
    "copy": "allocate",
    "temporary": "allocate",
    "temporaries": "allocate",
    "allocation": "allocate",
    "synchronisation": "wait",
    "synchronization": "wait",
    "synchronise": "wait",
    "synchronize": "wait",
    "sync": "wait",
    "missing": "none",
    "exist": "none",
    "no": "none",
    "without": "none",
    "frozen": "none",
    "unused": "none",
}


@dataclass(frozen=True, slots=True)
class Clarifying:
    """A clarifying question that the card answers."""

    question: str
    answer: str


def clarifying(bullets: Iterable[str]) -> tuple[Clarifying, ...]:
    """The card's list, from bullets of the form `**Question?** Answer.`, as records."""
    found: list[Clarifying] = []
    for bullet in bullets:
        match = _BULLET.fullmatch(bullet)
        if match is None:
            question, mark, answer = bullet.partition("? ")
            found.append(Clarifying(question + mark.strip(), answer))
        else:
            found.append(Clarifying(match["question"], match["answer"]))
    return tuple(found)


def best(asked: str, known: Sequence[Clarifying]) -> int | None:
    """The place of the answer to `asked`, or `None` if none fits well enough."""
    if not known:
        return None
    heads = [frozenset(_words(one.question)) for one in known]
    tails = [frozenset(_words(_VERDICT.sub("", one.answer))) - head for one, head in zip(known, heads, strict=True)]
    vocabulary = sorted(frozenset().union(*heads, *tails))
    words = {_known(word, vocabulary) for word in _words(asked)}
    if not words:
        return None
    weight = {word: _rarity(word, heads, tails) for word in words}
    total = sum(weight.values())
    scores = [
        sum(weight[word] * (1.0 if word in head else _ANSWER_WEIGHT if word in tail else 0.0) for word in words)
        for head, tail in zip(heads, tails, strict=True)
    ]
    place = max(range(len(known)), key=lambda index: (scores[index], -len(heads[index])))
    fits = scores[place] >= max(_ENOUGH * total, _LEAST * _most(len(known)))
    return place if fits else None


def _rarity(word: str, heads: Sequence[frozenset[str]], tails: Sequence[frozenset[str]]) -> float:
    """What a word weighs: the more, the fewer of the card's questions have it; middling, if none does."""
    having = sum(word in head or word in tail for head, tail in zip(heads, tails, strict=True))
    return math.log((len(heads) + 1) / (having + 0.5)) if having else _UNKNOWN * _most(len(heads))


def _most(count: int) -> float:
    """What a word weighs that one of `count` questions has."""
    return math.log((count + 1) / 1.5)


def _words(text: str) -> list[str]:
    return [_stem(word) for word in _WORD.findall(text.lower().replace("in-place", "inplace")) if word not in _EMPTY]


def _stem(word: str) -> str:
    word = _SAME.get(word, word)
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return _SAME.get(word.removesuffix(ending), word.removesuffix(ending))
    return word


def _known(word: str, vocabulary: Sequence[str]) -> str:
    """The word as the card spells it, where it is nearly that."""
    close = get_close_matches(word, vocabulary, n=1, cutoff=0.8) if len(word) > 3 else []
    return close[0] if close else word
