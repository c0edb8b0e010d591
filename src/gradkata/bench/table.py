"""Draws a comparison as tables that fit 80 columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gradkata.bench.results import Comparison, Measurement

WIDTH = 80
_MARK = "≠"
_NAMES = 26


def render(comparison: Comparison, console: Console) -> None:
    """For each device a table of times, and one of what else a call costs."""
    for device in comparison.devices:
        _plain(console, f"{comparison.exercise} on {_where(comparison, device)}: time as a ratio to")
        _plain(console, f"{comparison.yardstick} (median of {comparison.setting.rounds} interleaved rounds)")
        console.print(_times(comparison, device))
        _plain(console, "What one call costs otherwise: the most in any of these cases")
        console.print(_costs(comparison, device))
    if any(not one.agrees for one in comparison.measurements):
        _plain(console, f"{_MARK} does not leave the same numbers as {comparison.yardstick}: its times mean little.")
    _plain(console, "Memory: the largest new tensor, and how far the memory in use rose.")
    _plain(console, "Waits and launches: on a simulated GPU; ? where that cannot be seen.")


def _plain(console: Console, line: str) -> None:
    console.print(Text(line))


def _where(comparison: Comparison, device: str) -> str:
    threads = comparison.setting.threads
    return f"the CPU ({threads} thread{'s' * (threads != 1)})" if device == "cpu" else "the GPU"


def _times(comparison: Comparison, device: str) -> Table:
    cases = comparison.cases(device)
    table = _table()
    for shape, situation in cases:
        table.add_column(_heading(shape, situation), justify="right")
    first = comparison.of(device, comparison.yardstick)
    absolute = [f"{first[case].seconds * 1e3:.3g} ms" if case in first else "" for case in cases]
    table.add_row(Text("one call", style="dim"), *(Text(one, style="dim") for one in absolute))
    for name in comparison.contenders:
        measured = comparison.of(device, name)
        table.add_row(_name(name), *(_ratio(measured.get(case)) for case in cases))
    return table


def _costs(comparison: Comparison, device: str) -> Table:
    table = _table()
    for heading in ("largest new", "memory rose", "waits", "launches"):
        table.add_column(heading, justify="right")
    for name in comparison.contenders:
        measured = list(comparison.of(device, name).values())
        if not measured:
            continue
        table.add_row(
            _name(name),
            size(max(one.new_bytes for one in measured)),
            _most((one.peak_bytes for one in measured), size),
            _most((one.waits for one in measured), str),
            _most((one.launches for one in measured), str),
        )
    return table


def _table() -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, pad_edge=False)
    table.add_column("", max_width=_NAMES, no_wrap=True, overflow="ellipsis")
    return table


def _heading(shape: str, situation: str) -> Text:
    """The shape in two lines and below it the situation in two, so that equal words stand side by side."""
    lines = [*_in_two_lines(shape), *(_in_two_lines(situation) if situation else ())]
    return Text("\n".join(lines))


def _in_two_lines(words: str) -> tuple[str, str]:
    first, _, last = words.rpartition(" ")
    return first, last


def _name(name: str) -> Text:
    return Text(name, style="bold" if name.startswith("yours") else "")


def _ratio(one: Measurement | None) -> Text:
    if one is None:
        return Text("")
    style = "green" if one.ratio <= 0.95 else "red" if one.ratio > 1.05 else ""
    return Text(f"{one.ratio:.2f}{'' if one.agrees else _MARK}", style=style)


def _most(counts: Iterable[int | None], shown: Callable[[int], str]) -> str:
    known = [count for count in counts if count is not None]
    return shown(max(known)) if known else "?"


def size(count: int) -> str:
    """Bytes for people: `16.0 MiB`."""
    value, unit = float(count), "B"
    for larger in ("KiB", "MiB", "GiB"):
        if value < 1024:
            break
        value, unit = value / 1024, larger
    return f"{count} B" if unit == "B" else f"{value:.1f} {unit}"
