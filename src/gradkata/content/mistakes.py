"""Mistakes: executable wrong answers, whose docstring a learner reads when theirs behaves the same.

A mistake may be made in several ways: `walked_twice.py` is the base, and `walked_twice--norm_first.py` (or any file
with the trailer `Variant of: walked_twice`) another way, which shares the base's title and explanation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from gradkata.content.files import Described, comma_list, python_files, read_described
from gradkata.errors import ContentError, nearest

_TRAILERS = frozenset({"Seen", "Variant of", "Facets"})
_SEEN = re.compile(r"(\d+) of \d+ public implementations\.?")
_TITLE_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of making a mistake, as source.

    `facets`, unless empty, names the facets of behaviour by which alone this way is recognised.
    """

    name: str
    source: str
    path: Path
    facets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mistake:
    """A named wrong answer.

    `seen` is in how many of the public implementations it was found, if that is known; `variants[0]` is the base
    itself.
    """

    name: str
    title: str
    explanation: str
    seen: int | None
    variants: tuple[Variant, ...]


def read_mistakes(folder: Path) -> list[Mistake]:
    """The folder's mistakes by name; none if there is no such folder."""
    bases: dict[str, Described] = {}
    variants: dict[str, list[Variant]] = {}
    for path in python_files(folder):
        described = read_described(path, _TRAILERS)
        base = _base_of(described)
        facets = comma_list(described.trailers.get("Facets", ""))
        variant = Variant(path.stem, described.source, path, facets)
        if base is None:
            bases[path.stem] = described
            variants.setdefault(path.stem, []).insert(0, variant)
        else:
            variants.setdefault(base, []).append(variant)
    for name, made in variants.items():
        if name not in bases:
            hint = nearest(name, bases)
            raise ContentError(made[0].path, f"is a variant of `{name}`, which is no mistake here", f"name one{hint}")
    return [_mistake(described, tuple(variants[name])) for name, described in sorted(bases.items())]


def _base_of(described: Described) -> str | None:
    """The name of the mistake that this file varies; `None` if it is one of its own."""
    by_name = described.path.stem.partition("--")[0] if "--" in described.path.stem else None
    by_trailer = described.trailers.get("Variant of")
    if by_name is not None and by_trailer is not None and by_name != by_trailer:
        problem = f"is a variant of `{by_name}` by its name and of `{by_trailer}` by its docstring"
        raise ContentError(described.path, problem, "let them agree")
    base = by_name if by_name is not None else by_trailer
    extra = described.trailers.keys() - {"Variant of", "Facets"}
    if base is not None and extra:
        raise ContentError(described.path, f"a variant has `{min(extra)}:`", f"move that line to {base}.py")
    return base


def _mistake(described: Described, variants: tuple[Variant, ...]) -> Mistake:
    if len(described.title) > _TITLE_LIMIT:
        problem = f"the title has {len(described.title)} characters"
        raise ContentError(described.path, problem, f"shorten it to {_TITLE_LIMIT}")
    if not described.text:
        raise ContentError(described.path, "explains nothing", "write below the title what happens, why and the mend")
    return Mistake(described.path.stem, described.title, described.text, _seen(described), variants)


def _seen(described: Described) -> int | None:
    value = described.trailers.get("Seen")
    if value is None:
        return None
    match = _SEEN.fullmatch(value)
    if match is None:
        mend = "write `Seen: 61 of 153 public implementations`"
        raise ContentError(described.path, f"`Seen: {value}` is not understood", mend)
    return int(match[1])
