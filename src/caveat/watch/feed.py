"""Where lines come from: standard input, or a file that may still grow, read on from where the last run stopped.

A line may come any number of times, so whenever it is in doubt what was read of a file, it is read from its beginning
again: nothing is lost by that, and nothing told twice. A file is known again by its first and its last bytes (NEAR of
each) up to where it was read, looked at each time something is read. What can happen to a file that is followed:

- It grows: what is appended is read, a line once it has ended.
- It is cut short, rewritten, or cut and at once written longer (`copytruncate`): its head or its tail is another, or it
  ends before the place; it is read from its beginning. Cut and written with the same again: it goes on.
- Another file takes its name (rename, link): the old one is read to its end, once more after that was seen, then the new
  one from its beginning. What is written to the old one later is not seen.
- Its name is gone, unreadable, or that of a folder or a pipe: it is waited for, and what still comes in the old one is read.
- After a restart it is told by its bytes alone, never by its number on the disk, which another file may have by now.
- A change that leaves length, first and last bytes as they were is not seen.
"""

from __future__ import annotations

import errno
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
MARK = b"\xef\xbb\xbf"  # of the byte order, at the beginning of a file
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
        text = text.removeprefix(MARK) if self.number == 1 else text
        return Line(self.number, text, self.offset)


def _digest(data: bytes) -> str:
    return f"{len(data)}:{hashlib.sha256(data).hexdigest()[:32]}"


class Seen:
    """What was read of a file: how much, its first bytes, and the last ones, by which it is known again."""

    def __init__(self, head: bytes = b"", tail: bytes = b"", size: int = 0) -> None:
        """Begin with the bytes at the beginning, and those before the place that was read to."""
        self.head, self.tail, self.size = head, tail, size

    @classmethod
    def of(cls, file: int, size: int) -> Seen:
        """What stands in an open file up to a place."""
        begin = max(0, size - NEAR)
        return cls(os.pread(file, min(NEAR, size), 0), os.pread(file, size - begin, begin), size)

    def add(self, data: bytes) -> None:
        """Note what was read after all that was read before."""
        self.head += data[: max(0, NEAR - len(self.head))]
        self.tail = self.tail[-NEAR:] + data
        self.size += len(data)

    def is_in(self, file: int) -> bool:
        """Whether that still stands in an open file."""
        tail = self.tail[-NEAR:]
        return (
            os.fstat(file).st_size >= self.size
            and os.pread(file, len(self.head), 0) == self.head
            and os.pread(file, len(tail), self.size - len(tail)) == tail
        )

    def place(self, line: int, offset: int) -> Place:
        """The place after a line that ended within what was read last."""
        end = len(self.tail) - (self.size - offset)
        return Place(offset, line, _digest(self.head[:offset]), _digest(self.tail[max(0, end - NEAR) : end]))


class Feed:
    """Reads one input; `note` is told what is odd about it."""

    def __init__(self, path: Path | None, place: Callable[[str], Place], *, follow: bool = False, note: Callable[[str], None] = print) -> None:
        """Open a file, or standard input (None); `place` says how far a source was read. ScenarioError where it cannot be read."""
        self.path, self.source = path, "-" if path is None else str(path.absolute())
        self._follow, self._note = follow, note
        self._file = self._opened()
        self.is_file = stat.S_ISREG(os.fstat(self._file).st_mode)
        self._keeps_place = path is not None and self.is_file
        self._begin(self._resumed(place(self.source)) if self._keeps_place else Place())
        self._ended = self._replaced = False
        self._noted = ""

    def _opened(self) -> int:
        if self.path is None:
            return 0
        try:
            file = os.open(self.path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
            if stat.S_ISDIR(os.fstat(file).st_mode):
                os.close(file)
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        except (OSError, ValueError) as error:
            tip = "give a file of JSON lines, or none for standard input"
            reason = getattr(error, "strerror", None) or str(error)
            raise ScenarioError([Diagnostic("unreadable", f"cannot read `{self.path}`: {reason}", None, tip)]) from None
        return file

    def _resumed(self, place: Place) -> Place:
        """The place to go on from: the one noted, or the beginning where the file is not the one it was."""
        if not place.offset:
            return Place()
        if os.fstat(self._file).st_size >= place.offset and Seen.of(self._file, place.offset).place(place.line, place.offset) == place:
            return place
        self._note(f"{self.path} is not the file it was; it is read from its beginning")
        return Place()

    def _begin(self, place: Place) -> None:
        """Read on from a place."""
        self._splitter = Splitter(place.offset, place.line)
        self._seen = Seen()
        if self._keeps_place:
            self._seen = Seen.of(self._file, place.offset)
            os.lseek(self._file, place.offset, os.SEEK_SET)

    def place(self, line: Line) -> Place | None:
        """How far the input was read with a line of those read last; None for one that cannot be gone on from."""
        return self._seen.place(line.number, line.end) if self._keeps_place and line.end else None

    def read(self, stop: Callable[[], bool], wake: int | None = None, watched: int | None = None) -> list[Line]:
        """The next whole lines, waiting for them; none at the end, or once `stop` says so.

        `wake` is a descriptor that becomes readable when it is time to look at `stop`; `watched` is one whose reader going
        away ends the wait with BrokenPipeError.
        """
        while not self._ended and not stop():
            if not self.is_file and not _ready(self._file, wake, watched, None):
                continue
            lines, is_idle = self._look()
            if lines:
                return lines
            if is_idle:
                _ready(None, wake, watched, PATIENCE_SECONDS)
        return []

    def _look(self) -> tuple[list[Line], bool]:
        """The lines that one look gives, and whether there was nothing to see."""
        data = os.read(self._file, CHUNK)
        if self._keeps_place and not self._seen.is_in(self._file):
            self._note(f"{self.path} was cut short or written anew; it is read from its beginning")
            self._begin(Place())
            return [], False
        if data:
            self._seen.add(data)
            return self._splitter.split(data), False
        if self._follow and self._keeps_place:
            return self._turned(), True
        self._ended = True
        return self._last(), False

    def _last(self) -> list[Line]:
        """The last line, where it does not end: of a file, only if it is whole by itself."""
        if self._splitter.rest and self._keeps_place and not _is_whole(self._splitter.rest):
            self._note(f"the last line of {self.path} is not finished; it is left for the next run")
            return []
        return self._splitter.end()

    def _turned(self) -> list[Line]:
        """At the end of a file that is followed: the last line of it, where another file now has its name, seen twice."""
        if not self._is_another():
            return []
        file = self._reopened()
        if file is None:
            return []
        self._note(f"{self.path} is another file now; it is read from its beginning")
        last = [Line(line.number, line.text, 0) for line in self._splitter.end()]
        os.close(self._file)
        self._file, self._replaced, self._noted = file, False, ""
        self._begin(Place())
        return last

    def _is_another(self) -> bool:
        """Whether the name leads to another file now; `_replaced` says afterwards that it was so at the look before."""
        assert self.path is not None
        try:
            now = self.path.stat()
        except OSError as error:
            self._note_once(f"{self.path} cannot be found ({error.strerror}); it is waited for")
            return False
        if os.path.samestat(now, os.fstat(self._file)):
            self._replaced, self._noted = False, ""
            return False
        if not stat.S_ISREG(now.st_mode):
            self._note_once(f"{self.path} is no file now; it is waited for")
            return False
        was, self._replaced = self._replaced, True
        return was

    def _reopened(self) -> int | None:
        """The file that has the name now; None where it cannot be read at this moment."""
        assert self.path is not None
        try:
            file = os.open(self.path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0))
        except OSError as error:
            self._note_once(f"{self.path} cannot be read ({error.strerror}); it is waited for")
            return None
        if stat.S_ISREG(os.fstat(file).st_mode):
            return file
        os.close(file)
        return None

    def _note_once(self, message: str) -> None:
        if message != self._noted:
            self._noted = message
            self._note(message)

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
