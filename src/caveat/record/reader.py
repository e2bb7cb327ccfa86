"""Reads a record line by line: its decisions, where its libraries stand, and every line that cannot be read."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from caveat.core.errors import TooLargeError, printable
from caveat.load.json_depth import too_deep
from caveat.record.entry import LIBRARY, Entry, read_entry, unpacked
from caveat.record.writer import RecordError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from caveat.core.book import Book

MAX_LINE = 64_000_000  # bytes
MAX_RECORDS = 100_000
MAX_UNREADABLE = 1_000
_SHOWN = 160  # characters of a message


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that could not be read, and why."""

    line: int
    why: str


@dataclass(slots=True)
class Record:
    """A record, read as it is iterated over: decisions one by one, so that its size does not matter.

    What was met on the way is kept: unreadable lines, and for each digest where its library stands. Iterating raises
    RecordError where the file cannot be read, and TooLargeError past MAX_RECORDS decisions.
    """

    path: Path
    unreadable: list[Unreadable] = field(default_factory=list)
    libraries: dict[str, int] = field(default_factory=dict)  # digest: byte at which its line begins
    decisions: int = 0

    def __iter__(self) -> Iterator[Entry]:
        """Every decision, in the order in which they were written."""
        self.unreadable, self.libraries, self.decisions = [], {}, 0
        try:
            with self.path.open("rb") as file:
                for number, begin, line in _lines(file):
                    entry = self._taken(number, begin, line)
                    if entry is not None:
                        yield entry
        except OSError as error:
            raise RecordError(f"cannot read the record `{self.path}`: {error.strerror or error}") from None

    def library(self, digest: str) -> Book | None:
        """The library of a digest as recorded; None where the record does not hold it. ValueError where it is damaged."""
        begin = self.libraries.get(digest)
        if begin is None:
            return None
        with self.path.open("rb") as file:
            file.seek(begin)
            data = _parsed(file.readline(MAX_LINE + 1))
        if not isinstance(data, dict):
            raise ValueError("this is no library line")  # noqa: TRY004  (of a file, not of a program)
        return unpacked(str(data.get("book")), digest)

    def _taken(self, number: int, begin: int, line: bytes) -> Entry | None:
        """The decision of a line; None for a library, an empty line, or one that cannot be read, which are noted."""
        if not line.strip():
            return None
        try:
            data = _parsed(line)
            if isinstance(data, dict) and data.get("schema") == LIBRARY:
                self._note_library(data, begin)
                return None
            entry = read_entry(data, number)
        except ValueError as error:
            if len(self.unreadable) >= MAX_UNREADABLE:
                raise TooLargeError(f"more than {MAX_UNREADABLE:,} lines of `{self.path}` cannot be read: is it a record?") from None
            self.unreadable.append(Unreadable(number, _why(line, error)))
            return None
        self.decisions += 1
        if self.decisions > MAX_RECORDS:
            raise TooLargeError(f"`{self.path}` holds more than {MAX_RECORDS:,} decisions; split it, and keep its library lines with each part")
        return entry

    def _note_library(self, data: Mapping[str, object], begin: int) -> None:
        digest = data.get("digest")
        if not (isinstance(digest, str) and isinstance(data.get("book"), str)):
            raise ValueError("this library line has no digest, or no book")  # noqa: TRY004  (of a file, not of a program)
        self.libraries.setdefault(digest, begin)


def _lines(file: BinaryIO) -> Iterator[tuple[int, int, bytes]]:
    """Each line with its number and the byte at which it begins; of one that is too long, as much as shows that it is."""
    number = begin = 0
    while line := file.readline(MAX_LINE + 1):
        number += 1
        size, rest = len(line), line
        while not rest.endswith(b"\n") and (rest := file.readline(MAX_LINE)):
            size += len(rest)
        yield number, begin, line
        begin += size


def _parsed(line: bytes) -> object:
    if len(line) > MAX_LINE:
        raise ValueError(f"the line is longer than {MAX_LINE:,} bytes")
    text = line.decode("utf-8-sig")
    if too_deep(text) is not None:
        raise ValueError("it is nested too deeply")
    return json.loads(text, parse_constant=_not_a_number, object_pairs_hook=_once)


def _not_a_number(word: str) -> float:
    raise ValueError(f"`{word}` is not JSON")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _why(line: bytes, error: Exception) -> str:
    if not line.endswith(b"\n"):
        return "the line is cut short: its writer was stopped in the middle of it"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8 text"
    if isinstance(error, json.JSONDecodeError):
        return f"it is not JSON, or was cut short ({error.msg} at column {error.colno})"
    return printable(str(error))[:_SHOWN]
