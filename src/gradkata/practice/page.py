"""The progress as one HTML page: no script, no font, no file from elsewhere."""

from __future__ import annotations

from datetime import date

from gradkata.practice.progress import Progress
from gradkata.report.pages import templates


def page(progress: Progress, today: date) -> str:
    """The page's text."""
    days = [(day.strftime("%d %b"), count) for day, count in progress.last_days(today)]
    template = templates().get_template("progress.html")
    return template.render(title="Your progress", progress=progress, days=days, solved_by_day=progress.solved_by_day())
