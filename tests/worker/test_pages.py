"""Which memory may be moved to large pages: private, of no file, and whole ones only."""

import re
import sys
from pathlib import Path

import pytest

from gradkata.worker import pages
from gradkata.worker.pages import own_memory, put_together

LARGE = 2 << 20


def _line(start, end, permissions="rw-p", inode=0, path=""):
    return f"{start:x}-{end:x} {permissions} 00000000 00:00 {inode} {path}".rstrip()


def test_the_whole_large_pages_inside_a_mapping_are_taken():
    assert list(own_memory([_line(LARGE - 4096, 4 * LARGE + 4096)])) == [(LARGE, 4 * LARGE)]


def test_the_heap_is_taken():
    assert list(own_memory([_line(LARGE, 2 * LARGE, path="[heap]")])) == [(LARGE, 2 * LARGE)]


@pytest.mark.parametrize(
    "line",
    [
        _line(LARGE, 4 * LARGE, permissions="r--p"),
        _line(LARGE, 4 * LARGE, permissions="rw-s", inode=7, path="/memfd:shared (deleted)"),
        _line(LARGE, 4 * LARGE, inode=9, path="/usr/lib/libc.so.6"),
        _line(LARGE, 4 * LARGE, path="[stack]"),
        _line(LARGE + 4096, 2 * LARGE - 4096),
    ],
)
def test_all_else_is_left_alone(line):
    assert list(own_memory([line])) == []


def test_without_a_list_of_its_memory_nothing_moves(monkeypatch, tmp_path):
    monkeypatch.setattr(pages, "_MAPS", tmp_path / "maps")
    assert put_together() == 0


def _in_large_pages():
    rollup = Path("/proc/self/smaps_rollup").read_text()
    return int(re.search(r"AnonHugePages:\s+(\d+) kB", rollup).group(1))


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_memory_moves_and_what_stood_in_it_stands():
    words = [f"word {number}" for number in range(200_000)]
    before = _in_large_pages()
    moved = put_together()
    assert words == [f"word {number}" for number in range(200_000)]
    if not moved:
        pytest.skip("this kernel moves no memory on request (Linux 6.1 and later do, unless large pages are off)")
    assert _in_large_pages() > before
