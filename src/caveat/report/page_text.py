"""A page of the terminal: lines of text, wrapped to a width, coloured where it can be shown."""

from __future__ import annotations

import textwrap

from caveat.core.errors import printable


class Page:
    """Lines of text, wrapped to a width, coloured where the terminal can show it."""

    def __init__(self, width: int = 80, *, colour: bool = False) -> None:
        """Begin an empty page."""
        self.width, self.colour = max(width, 40), colour
        self.lines: list[str] = []

    def styled(self, text: str, code: str) -> str:
        """The text in a style, or as it is on a page without colour."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and code else text

    def add(self, text: str, indent: str = "", hang: str | None = None, style: str = "") -> None:
        """A paragraph, wrapped; `hang` indents its later lines."""
        later = indent if hang is None else hang
        for line in textwrap.wrap(
            printable(text), self.width, initial_indent=indent, subsequent_indent=later, break_long_words=False, break_on_hyphens=False
        ) or [""]:
            body = line.lstrip(" ")
            self.lines.append(line[: len(line) - len(body)] + self.styled(body, style))

    def gap(self) -> None:
        """One empty line."""
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def head(self, text: str) -> None:
        """A heading."""
        self.gap()
        self.add(text, style="1")

    def __str__(self) -> str:
        """The page, ending in a newline."""
        return "\n".join(self.lines).rstrip() + "\n"
