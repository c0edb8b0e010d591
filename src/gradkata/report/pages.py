"""The class as HTML: one page for the instructor, and one for each submission, which its author may see.

Every page stands by itself: no script, no font, no file from elsewhere. Whatever comes from a report is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gradkata.report.entry import Entry, Summary, base_name, for_learner
from gradkata.report.html import templates

__all__ = ["pages", "templates"]


def pages(exercise: str, title: str, entries: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    """File names, relative to a folder, with their text: `index.html` first, then the submissions' pages.

    A submission's page names no other and links nowhere.
    """
    environment = templates()
    shared = {"exercise": exercise, "title": title}
    files = [_file_name(number, entry) for number, entry in enumerate(entries, 1)]
    rows = list(zip(entries, files, strict=True))
    summary = Summary.of(entries)
    yield "index.html", environment.get_template("class.html").render(**shared, summary=summary, rows=rows)
    template = environment.get_template("submission.html")
    for entry, file in rows:
        report = entry.report
        if report is not None:
            yield file, template.render(**shared, report=for_learner(report), repeat=False)


def _file_name(number: int, entry: Entry) -> str:
    """A name of our own making: that of a submission is only ever a hint."""
    stem = base_name(entry.name).rpartition(".")[0]
    hint = re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-")[:40]
    return f"submissions/{number:04d}{'-' if hint else ''}{hint}.html"
