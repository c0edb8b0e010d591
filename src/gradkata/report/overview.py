"""What is said of a whole class at the end of a run, for people."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from gradkata.report.entry import Summary
from gradkata.report.printable import one_line

_WIDTH = 80
_BAR = 30
_SHOWN = 10


def draw(summary: Summary, console: Console) -> None:
    """Prints the summary, at most 80 columns wide."""
    console.print(Group(*_parts(summary)), width=min(console.width, _WIDTH), highlight=False)


def _parts(summary: Summary) -> list[RenderableType]:
    words = ", ".join(f"{count} {word}" for word, count in summary.words)
    head = f"\n{summary.count} submissions: {words}; {summary.mean:.1f} points on average"
    parts: list[RenderableType] = [Text(head, style="bold"), _points(summary)]
    if summary.mistakes:
        parts.append(_counted("Commonest mistakes", summary.mistakes))
    if summary.alike:
        parts.append(Text("\nThe same but for comments and spacing", style="bold"))
        parts += [Text(f"  {', '.join(map(one_line, names))}") for names in summary.alike[:_SHOWN]]
        parts += _rest(len(summary.alike) - _SHOWN, "group")
    if summary.faults:
        parts.append(Text("\nNot judged", style="bold"))
        parts += [Text(f"  {one_line(name)}: {one_line(why)}") for name, why in summary.faults[:_SHOWN]]
        parts += _rest(len(summary.faults) - _SHOWN, "submission")
    return parts


def _points(summary: Summary) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right")
    table.add_column(justify="right")
    table.add_column()
    most = max((count for _, count in summary.ranges), default=0) or 1
    for name, count in summary.ranges:
        table.add_row(f"  {name}", str(count), "#" * round(_BAR * count / most))
    return Group(Text("\nPoints", style="bold"), table)


def _counted(title: str, rows: tuple[tuple[str, int], ...]) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right")
    table.add_column()
    for name, count in rows[:_SHOWN]:
        table.add_row(f"  {count}", Text(one_line(name)))
    return Group(Text(f"\n{title}", style="bold"), table, *_rest(len(rows) - _SHOWN, "mistake"))


def _rest(count: int, noun: str) -> list[RenderableType]:
    return [Text(f"  and {count} more {noun}{'' if count == 1 else 's'}")] if count > 0 else []
