"""How students' texts are shown to others: without any HTML of their own.

nbgrader shows Markdown with the HTML in it, scripts too. A script in an answer would run in formgrader as whoever
grades, and could write into the gradebook.
"""

from __future__ import annotations

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath


@pass_context
def safe_markdown(context: Context, source: str) -> str:
    """Markdown as HTML: tags are spelled out, `javascript:` links lead nowhere, pictures come from the cell alone."""
    cell = context.get("cell", {})
    renderer = IPythonRenderer(
        escape=True,
        allow_harmful_protocols=False,
        embed_images=False,  # a path in a text would put the instructor's file into the page
        attachments=cell.get("attachments", {}),
    )
    return MarkdownWithMath(renderer=renderer).render(source)
