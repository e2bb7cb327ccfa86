"""Where lines come from: standard input, or a file that may still grow, read on from where the last run stopped."""

from __future__ import annotations

import hashlib
import os
import select
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from caveat.core.errors import Diagnostic, ScenarioError
from caveat.watch.journal import Place
from caveat.watch.lines import MAX_LINE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHUNK = 1 << 20  # bytes read at once
NEAR = 4_096  # bytes by which a file is known again
PATIENCE_SECONDS = 0.2  # between looks at a file that may grow


@dataclass(frozen=True, slots=True)
class Line:
    """One whole line: its number, what stands in it, and the byte at which it has ended."""

    number: int
    text: bytes
    end: int


class Splitter:
    """Bytes to whole lines. Of a line that is too long only as much is held as shows that it is."""

    def __init__(self, offset: int = 0, number: int = 0) -> None:
        """Go on after so many bytes and lines."""
        self.offset, self.number = offset, number
        self.rest, self._dropped = b"", 0

    def split(self, data: bytes) -> list[Line]:
        """The lines that these bytes complete."""
        pieces = data.split(b"\n")
        lines = []
        for piece in pieces[:-1]:
            lines.append(self._line(self.rest + piece, 1))
            self.rest = b""
        self.rest += pieces[-1]
        if len(self.rest) > MAX_LINE + 1:
            self._dropped += len(self.rest) - MAX_LINE - 1
            self.rest = self.rest[: MAX_LINE + 1]
        return lines

    def end(self) -> list[Line]:
        """What stands after the last whole line, as a line."""
        rest, self.rest = self.rest, b""
        return [self._line(rest, 0)] if rest else []

    def _line(self, text: bytes, newline: int) -> Line:
        self.offset += len(text) + self._dropped + newline
        self.number += 1
        self._dropped = 0
        return Line(self.number, text, self.offset)


def _digest(data: bytes) -> str:
    return f"{len(data)}:{hashlib.sha256(data).hexdigest()[:32]}"


class Feed:
    """Reads one input; `note` is told what is odd about it."""

    def __init__(self, path: Path | None, place: Callable[[str], Place], *, follow: bool = False, note: Callable[[str], None] = print) -> None:
        """Open a file, or standard input (None); `place` says how far a source was read. ScenarioError where it cannot be read."""
        self.path, self.source = path, "-" if path is None else str(path.absolute())
        self._follow, self._note = follow, note
        self._file = self._opened()
        self.is_file = stat.S_ISREG(os.fstat(self._file).st_mode)
        self._keeps_place = path is not None and self.is_file
        begin = self._resumed(place(self.source)) if self._keeps_place else Place()
        self._splitter = Splitter(begin.offset, begin.line)
        if self._keeps_place:
            os.lseek(self._file, begin.offset, os.SEEK_SET)
        self._ended = False

    def _opened(self) -> int:
        if self.path is None:
            return 0
        try:
            return os.open(self.path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
        except OSError as error:
            tip = "give a file of JSON lines, or none for standard input"
            raise ScenarioError([Diagnostic("unreadable", f"cannot read `{self.path}`: {error.strerror or error}", None, tip)]) from None

    def _resumed(self, place: Place) -> Place:
        """The place to go on from: the one noted, or the beginning where the file is not the one it was."""
        if not place.offset:
            return Place()
        if os.fstat(self._file).st_size >= place.offset and self._place(place.line, place.offset) == place:
            return place
        self._note(f"{self.path} is not the file it was; it is read from its beginning")
        return Place()

    def place(self, line: Line) -> Place | None:
        """How far the input was read with a line; None for one that cannot be gone on from."""
        return self._place(line.number, line.end) if self._keeps_place and line.end else None

    def _place(self, number: int, offset: int) -> Place:
        begin = max(0, offset - NEAR)
        head, tail = os.pread(self._file, min(NEAR, offset), 0), os.pread(self._file, offset - begin, begin)
        return Place(offset, number, _digest(head), _digest(tail))

    def read(self, stop: Callable[[], bool], wake: int | None = None, watched: int | None = None) -> list[Line]:
        """The next whole lines, waiting for them; none at the end, or once `stop` says so.

        `wake` is a descriptor that becomes readable when it is time to look at `stop`; `watched` is one whose reader going
        away ends the wait with BrokenPipeError.
        """
        while not self._ended and not stop():
            if not self.is_file and not _ready(self._file, wake, watched, None):
                continue
            data = os.read(self._file, CHUNK)
            lines = self._splitter.split(data)
            if not data and self._follow and self._keeps_place:
                lines = self._turned()
            elif not data:
                self._ended, lines = True, self._last()
            if lines:
                return lines
            if not data and not self._ended:
                _ready(None, wake, watched, PATIENCE_SECONDS)
        return []

    def _last(self) -> list[Line]:
        """The last line, where it does not end: of a file, only if it is whole by itself."""
        if self._splitter.rest and self._keeps_place and not _is_whole(self._splitter.rest):
            self._note(f"the last line of {self.path} is not finished; it is left for the next run")
            return []
        return self._splitter.end()

    def _turned(self) -> list[Line]:
        """At the end of a file that is followed: the last line of it, where another file now has its name, or it was cut short."""
        assert self.path is not None
        try:
            now = self.path.stat()
        except OSError:
            return []
        same = os.path.samestat(now, os.fstat(self._file))
        if same and now.st_size >= self._splitter.offset + len(self._splitter.rest):
            return []
        self._note(f"{self.path} {'was cut short' if same else 'is another file now'}; it is read from its beginning")
        last = [] if same else [Line(line.number, line.text, 0) for line in self._splitter.end()]
        os.close(self._file)
        self._file, self._splitter = self._opened(), Splitter()
        return last

    @property
    def is_rereadable(self) -> bool:
        """Whether what is read and not taken can be read again."""
        return self._keeps_place

    def close(self) -> None:
        """Close the file."""
        if self.path is not None:
            os.close(self._file)


def _is_whole(line: bytes) -> bool:
    import json

    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _ready(file: int | None, wake: int | None, watched: int | None, seconds: float | None) -> bool:
    """Wait for something to read; BrokenPipeError where the reader of `watched` has gone away."""
    if not hasattr(select, "poll"):  # pragma: no cover  (not a POSIX system)
        return True
    poll = select.poll()
    if file is not None:
        poll.register(file, select.POLLIN)
    if wake is not None:
        poll.register(wake, select.POLLIN)
    if watched is not None:
        poll.register(watched, 0)
    events = dict(poll.poll(None if seconds is None else int(seconds * 1000)))
    if watched is not None and events.get(watched, 0) & select.POLLERR:
        raise BrokenPipeError
    return file in events
