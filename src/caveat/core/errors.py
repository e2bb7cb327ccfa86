"""What can go wrong, as values (Diagnostic) and as the small tree that is raised at the door.

CaveatError
  PolicyError          the policies are invalid; holds every diagnostic     exit code 3
  ScenarioError        the facts asked about are wrong or contradictory     exit code 2
  TooLargeError        a bound on size or time was reached; says which      exit code 1
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from caveat.core.source import Span

_ENDS = "\t\n\v\f\r\x85\u2028\u2029"  # of a line, and tabs
_LINE_ENDS = re.compile(f"[ {_ENDS}]*[{_ENDS}][ {_ENDS}]*")
# Characters of format that scripts are written with: where words may break or letters join, which way a lone mark reads.
_SHOWN = frozenset(
    "\N{SOFT HYPHEN}\N{ARABIC LETTER MARK}\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
    "\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}\N{WORD JOINER}"
)


class Severity(StrEnum):
    """How much a finding weighs: an error stops the load, a warning and a note do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding about a text: a code, a message, where, and what to type instead."""

    code: str
    message: str
    span: Span | None = None
    help: str = ""
    severity: Severity = Severity.ERROR

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """Files by name, then places within a file, so that a listing never depends on reading order."""
        if self.span is None:
            return ("", 0, 0, self.code, self.message)
        return (self.span.source.name, self.span.line, self.span.column, self.code, self.message)

    def __str__(self) -> str:
        """The finding as people read it: place, code, message, the line with its carets, help."""
        head = f"{self.severity}[{self.code}]: {self.message}"
        lines = [head]
        if self.span is not None:
            shown = quoted(self.span) if self.span.source.text else []
            lines = [f"{self.span.source.name}:{self.span.line}:{self.span.column}: {head}", *shown]
        if self.help:
            lines.append(f"  help: {self.help}")
        return "\n".join(lines)


def quoted(span: Span, width: int = 96) -> list[str]:
    """The line of a span and the carets under it; a very long line is cut around them."""
    line = span.source.line(span.line).replace("\t", " ")
    start, length = span.column - 1, max(1, len(span.text))
    if len(line) > width:
        cut = max(0, start - width // 3)
        line, start = line[cut : cut + width], start - cut
        length = min(length, max(1, len(line) - start))
    number = f"{span.line:>4}"
    return [f"{number} | {printable(line)}", f"{' ' * len(number)} | {' ' * start}{'^' * length}"]


def printable(text: str) -> str:
    """The text on one line, in which no character can drive a terminal or turn the direction of what stands around it.

    Line ends and tabs become a blank; the blanks and joiners of all scripts stay; control and direction characters, and
    those that nobody has assigned, become U+FFFD.
    """
    if text.isprintable():
        return text
    text = _LINE_ENDS.sub(" ", text)
    return "".join(c if is_harmless(c) else "\N{REPLACEMENT CHARACTER}" for c in text)


def is_harmless(c: str) -> bool:
    """Whether a character shows as itself wherever it stands, and does nothing else."""
    return c.isprintable() or c in _SHOWN or unicodedata.category(c) == "Zs"


class CaveatError(Exception):
    """Anything this package raises on purpose."""


class PolicyError(CaveatError):
    """The policies are invalid: nothing was loaded. `diagnostics` holds every problem found."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Keep the problems in the order of their places."""
        self.diagnostics: Sequence[Diagnostic] = tuple(sorted(dict.fromkeys(diagnostics), key=lambda d: d.order))
        super().__init__("\n".join(str(d) for d in self.diagnostics))


class ScenarioError(CaveatError):
    """The scenario names something unknown, or its facts contradict each other or the vocabulary."""

    def __init__(self, problems: Iterable[Diagnostic]) -> None:
        """Keep every problem; a scenario is checked whole before it is refused."""
        self.diagnostics: Sequence[Diagnostic] = tuple(problems)
        super().__init__("\n".join(str(d) for d in self.diagnostics))


class TooLargeError(CaveatError):
    """A question went past a stated bound. Nothing was sampled or guessed; the message says what to narrow, `place` which of several it is."""

    place = ""


def did_you_mean(name: str, among: Sequence[str]) -> str:
    """Help for a mistyped word: the nearest one, or what there is."""
    near = get_close_matches(name, among, n=1, cutoff=0.6)
    if near:
        return f"did you mean `{near[0]}`?"
    return "one of: " + ", ".join(among) if 0 < len(among) <= 14 else ""  # noqa: PLR2004
