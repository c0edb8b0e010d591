"""Draws a comparison as bars, one picture for each device below the other. Needs matplotlib (the extra `plot`)."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from gradkata.bench.results import Comparison
from gradkata.errors import UserError


def ready(path: Path) -> None:
    """Complains before anything is measured: no matplotlib, no such folder, no known format.

    Raises:
        UserError: the plot could not be drawn or written.
    """
    if importlib.util.find_spec("matplotlib") is None:
        raise UserError("--plot needs matplotlib: pip install 'gradkata[plot]'")
    if path.suffix.lower() not in {".png", ".svg", ".pdf"}:
        raise UserError(f"--plot: {path} must end in .png, .svg or .pdf")
    if path.is_dir():
        raise UserError(f"--plot: {path} is a directory; name a file in it")
    existed = path.exists()
    try:
        with path.open("ab"):
            pass
        if not existed:
            path.unlink()
    except OSError as error:
        raise UserError(f"--plot: {path} cannot be written: {error.strerror}") from error


def draw(comparison: Comparison, path: Path) -> None:
    """Writes the picture.

    Raises:
        UserError: the file cannot be written.
    """
    from matplotlib.figure import Figure  # without pyplot: no window system, no state

    contenders, devices = comparison.contenders, comparison.devices
    figure = Figure(figsize=(10, 4.6 * len(devices)), layout="constrained")
    axes = figure.subplots(len(devices), 1, squeeze=False)[:, 0]
    width = 0.85 / len(contenders)
    for plot, device in zip(axes, devices, strict=True):
        cases = comparison.cases(device)
        for number, name in enumerate(contenders):
            measured = comparison.of(device, name)
            at = [place + width * (number - (len(contenders) - 1) / 2) for place in range(len(cases))]
            heights = [measured[case].ratio if case in measured else 0.0 for case in cases]
            yours = name.startswith("yours")
            plot.bar(
                at, heights, width, label=name, edgecolor="black" if yours else "none", hatch="//" if yours else ""
            )
        plot.axhline(1.0, color="black", linewidth=0.8)
        plot.set_xticks(range(len(cases)), ["\n".join(filter(None, case)) for case in cases])
        plot.set_ylabel(f"time / {comparison.yardstick}")
        plot.set_title(f"{comparison.exercise} on {'the CPU' if device == 'cpu' else 'the GPU'} (lower is faster)")
        plot.spines[["top", "right"]].set_visible(False)
        plot.legend(fontsize="small", frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    try:
        figure.savefig(path, dpi=150)
    except OSError as error:
        raise UserError(f"--plot: {path} cannot be written: {error.strerror}") from error
