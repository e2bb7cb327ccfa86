"""Where a piece of text stands: a source and a span within it, so that any message can quote it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache


@lru_cache(maxsize=8)
def _lines(text: str) -> list[str]:
    return text.split("\n")


@dataclass(frozen=True, slots=True)
class Source:
    """One text that was read: its name as shown to people, and the text itself."""

    name: str
    text: str = field(repr=False)

    def line(self, number: int) -> str:
        """The line with this number, counted from 1; empty past the end."""
        lines = _lines(self.text)
        return lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else ""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a source; lines and columns count from 1, the end column is the first one after it."""

    source: Source
    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def text(self) -> str:
        """What stands there; of several lines, the first."""
        line = self.source.line(self.line)
        if self.end_line > self.line:
            return line[self.column - 1 :].rstrip()
        return line[self.column - 1 : self.end_column - 1]

    @property
    def place(self) -> str:
        """`file:line`, short enough to show beside a rule."""
        return f"{self.source.name}:{self.line}"
