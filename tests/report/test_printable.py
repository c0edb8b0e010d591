"""Text from a submission cannot command a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradkata.report.printable import one_line, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, ‖g‖ ≤ 1 and 日本", "plain, ‖g‖ ≤ 1 and 日本"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("bell\x07 back\x08", "bell\\x07 back\\x08"),
        ("100%\r  0%", "100%\\r  0%"),
        ("dos\r\nlines", "dos\nlines"),
        ("a\tb", "a   b"),
        ("\u202eback to front", "\\u202eback to front"),
        ("c1 \x9b31m", "c1 \\x9b31m"),
        ("half \ud800 pair", "half \\ud800 pair"),
        ("line\u2028line", "line\\u2028line"),
        ("", ""),
    ],
)
def test_what_a_terminal_would_obey_or_hide_is_spelled_out(text, shown):
    assert printable(text) == shown


@given(st.text(st.characters()))
def test_whatever_it_was_it_is_printable_now(text):
    shown = printable(text)
    assert shown.replace("\n", "").isprintable()
    shown.encode("utf-8")


@given(st.text())
def test_a_line_stays_one_line(text):
    assert len(one_line(text).splitlines()) <= 1
