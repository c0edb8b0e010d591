"""Tables of 80 columns, and a picture."""

import io
import sys

import pytest
from rich.console import Console

from gradkata.bench.plot import draw, ready
from gradkata.bench.results import Comparison, Measurement, Setting
from gradkata.bench.table import render, size
from gradkata.errors import UserError


def measurement(contender, shape, situation, **other):
    fields = {
        "contender": contender,
        "device": "cpu",
        "shape": shape,
        "situation": situation,
        "ratio": 1.0,
        "seconds": 0.00123,
        "new_bytes": 4,
        "peak_bytes": None,
        "waits": 0,
        "launches": 5,
        "agrees": True,
    }
    return Measurement.read(fields | other)


CASES = [
    (shape, situation) for shape in ("few large", "many small", "mixed") for situation in ("clipping", "not clipping")
]
COMPARISON = Comparison(
    "clip",
    "PyTorch (foreach)",
    Setting("2.0", 2, 9),
    (
        *(measurement("PyTorch (foreach)", *case) for case in CASES),
        *(measurement("yours", *case, ratio=12.345, waits=300, new_bytes=16 << 20, peak_bytes=1536) for case in CASES),
    ),
)


def drawn(comparison):
    console = Console(file=io.StringIO(), width=80, highlight=False)
    render(comparison, console)
    return console.file.getvalue()


def test_the_tables_fit_80_columns_and_show_every_row():
    lines = drawn(COMPARISON).splitlines()
    assert max(len(line) for line in lines) <= 80
    assert lines[0] == "clip on the CPU (2 threads): time as a ratio to"
    assert [line.split() for line in lines if line.startswith("one call")] == [["one", "call"] + ["1.23", "ms"] * 6]
    yours = [line.split() for line in lines if line.startswith("yours")]
    assert yours == [["yours"] + ["12.35"] * 6, ["yours", "16.0", "MiB", "1.5", "KiB", "300", "5"]]
    assert "≠" not in drawn(COMPARISON)


def test_who_leaves_other_numbers_is_marked_and_the_mark_explained():
    wrong = Comparison("clip", "p", Setting("2.0", 1, 9), (measurement("p", "few", "", agrees=False),))
    assert "1.00≠" in drawn(wrong)
    assert "≠ does not leave the same numbers as p: its times mean little." in drawn(wrong)
    assert "the CPU (1 thread)" in drawn(wrong)


@pytest.mark.parametrize(("count", "shown"), [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (3 << 30, "3.0 GiB")])
def test_bytes_are_shown_for_people(count, shown):
    assert size(count) == shown


def test_the_plot_is_written(tmp_path):
    pytest.importorskip("matplotlib")
    path = tmp_path / "out.png"
    ready(path)
    assert not path.exists()
    draw(COMPARISON, path)
    assert path.read_bytes().startswith(b"\x89PNG")


def test_a_plot_that_cannot_be_written_is_refused_before_anything_is_measured(tmp_path, monkeypatch):
    monkeypatch.setattr("gradkata.bench.plot.importlib.util.find_spec", lambda _: object())
    for path, said in [
        (tmp_path / "no" / "out.png", "cannot be written: No such file or directory"),
        (tmp_path / "out.txt", "must end in .png, .svg or .pdf"),
    ]:
        with pytest.raises(UserError) as caught:
            ready(path)
        assert caught.value.message == f"--plot: {path} {said}"
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(UserError, match="is a directory; name a file in it"):
        ready(tmp_path / "folder.png")


def test_without_matplotlib_the_line_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr("gradkata.bench.plot.importlib.util.find_spec", lambda _: None)
    with pytest.raises(UserError) as caught:
        ready(tmp_path / "out.png")
    assert caught.value.message == "--plot needs matplotlib: pip install 'gradkata[plot]'"
    assert "matplotlib.pyplot" not in sys.modules
