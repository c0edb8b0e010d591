"""Makes text safe to show: a submission chooses names, messages and output, and a terminal obeys escape sequences."""

from __future__ import annotations


def printable(text: str) -> str:
    r"""The text with every character that a terminal would obey or hide spelled out, such as `\x1b`.

    Line feeds stay, tabs become spaces, and a carriage return before a line feed goes.
    """
    text = text.replace("\r\n", "\n").expandtabs(4)
    return "".join(character if character.isprintable() else _spelled(character) for character in text)


def one_line(text: str) -> str:
    """The text made printable, with its line feeds spelled out too."""
    return printable(text).replace("\n", "\\n")


def paragraphs(text: str) -> list[str]:
    """The text's paragraphs with their line breaks undone; indented lines (code) and list items stay lines."""
    found: list[str] = []
    open_paragraph = False
    for line in printable(text).splitlines():
        is_own = line.startswith((" ", "- ", "* "))
        if open_paragraph and line.strip() and not is_own:
            found[-1] += " " + line.strip()
        elif line.strip():
            found.append(line.rstrip())
        open_paragraph = bool(line.strip()) and not line.startswith(" ")
    return found


def _spelled(character: str) -> str:
    return character if character == "\n" else character.encode("unicode_escape").decode("ascii")
