"""A single report as HTML that fits into any page: a notebook's output, or the page of a class.

Whatever comes from a report is escaped. The style is bound to the class `gradkata`, and takes its colours from the page
around it: light or dark, JupyterLab's own themes included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gradkata.report.groups import by_message, is_stub, many, not_judged
from gradkata.report.model import Report, Status
from gradkata.report.printable import one_line, paragraphs, printable

_TEMPLATES = Path(__file__).parent / "templates"
_WORDS = {Status.PASSED: "passed", Status.FAILED: "not passed", Status.NOT_JUDGED: "not judged"}
_SYMBOLS = {Status.PASSED: "✔", Status.FAILED: "✘", Status.NOT_JUDGED: "?"}
_LABEL = re.compile(r"(?P<label>[A-Z][a-z]+): (?P<text>.*)")
_CODE = re.compile(r"`([^`]+)`")


def fragment(report: Report) -> str:
    """The report with its own style, for a page that knows nothing of it."""
    style = f"<style>\n{(_TEMPLATES / 'report.css').read_text(encoding='utf-8')}</style>\n"
    return style + templates().get_template("report.html").render(report=report, repeat=True)


@lru_cache(maxsize=1)
def templates() -> Environment:
    """Where the templates are found, and what they are drawn with: all that is not our own text is escaped."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "one_line": one_line,
        "printable": printable,
        "paragraphs": paragraphs,
        "points": lambda points: f"{points:.4g}",
        "spans": _spans,
        "facts": _facts,
        "by_message": by_message,
    }
    made.globals |= {"words": _WORDS, "symbols": _SYMBOLS, "is_stub": is_stub, "many": many, "not_judged": not_judged}
    return made


def _spans(text: str) -> Iterator[tuple[bool, str]]:
    """The text in parts: whether each is code, and what it says without its backquotes."""
    for number, part in enumerate(_CODE.split(text)):
        if part:
            yield number % 2 == 1, part


def _facts(message: str) -> list[tuple[str, str]]:
    """A check's message as labels (`Expected`, `Seen`, `Input`, `Why`) with what they say."""
    found: list[tuple[str, str]] = []
    for line in printable(message).rstrip().splitlines():
        match = _LABEL.fullmatch(line)
        if match:
            found.append((match["label"], match["text"]))
        elif found:
            found[-1] = (found[-1][0], f"{found[-1][1]}\n{line}")
        else:
            found.append(("", line))
    return found
