"""Scorecard and guide as HTML pages that stand by themselves and print well."""

from __future__ import annotations

from jinja2 import Environment
from markdown_it import MarkdownIt
from markupsafe import Markup

from gradkata.interview.areas import AREAS
from gradkata.interview.record import clock
from gradkata.interview.scorecard import Scorecard
from gradkata.report.pages import templates

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_LANES = ("saved", "checked", "hinted", "asked", "posed")
_LANE_NAMES = {
    "saved": "edits",
    "checked": "checks",
    "hinted": "hints",
    "asked": "questions",
    "posed": "follow-ups",
}


def scorecard_page(card: Scorecard) -> str:
    """The scorecard as one page."""
    return (
        environment()
        .get_template("scorecard.html")
        .render(
            title="gradkata interview",
            card=card,
            areas=AREAS,
            lanes=_lanes(card),
            length=max(card.used_seconds, 60 * card.minutes, 1),
        )
    )


def guide_page(title: str, text: str) -> str:
    """An interviewer's sheet as one page."""
    return environment().get_template("guide.html").render(title=title, body=html(text))


def environment() -> Environment:
    """The templates, with what they need to show an interview."""
    made = templates()
    made.filters |= {"clock": clock, "percent": _percent, "inline": inline}
    return made


def inline(text: str) -> Markup:
    """A line of the kit's own Markdown as HTML, without a paragraph around it."""
    return Markup(_MARKDOWN.renderInline(text))  # noqa: S704  (made by the renderer, which escapes what it is given)


def html(text: str) -> Markup:
    """Markdown as HTML; HTML in it is shown and not obeyed."""
    return Markup(_MARKDOWN.render(text))  # noqa: S704  (made by the renderer, which escapes what it is given)


def _lanes(card: Scorecard) -> list[tuple[str, list[tuple[float, str]]]]:
    """The timeline by kind, for the drawing: each lane's name, and its moments with their texts."""
    return [
        (_LANE_NAMES[kind], [(moment.at, moment.text) for moment in card.timeline if moment.kind == kind])
        for kind in _LANES
    ]


def _percent(score: float | None) -> str:
    return "–" if score is None else f"{score:.0%}"
