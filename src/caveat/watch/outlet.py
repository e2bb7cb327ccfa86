"""Where told lines go, and how it is known which of them arrived.

Every line has a number. A file is its own acknowledgement: what stands in it was told, its last whole line says up to
which number, and a line that a kill cut short is cut away and written again. So in a file every line stands exactly once.
A pipe acknowledges nothing: what was written before the journal could note it may be written again, and then says so
(`again`), with the number it had.
"""

from __future__ import annotations

import contextlib
import os
import select
import stat
import sys
from typing import TYPE_CHECKING, Generic, TypeVar

from caveat.core.errors import CaveatError
from caveat.record.writer import lock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LOOK_MILLISECONDS = 200  # between looks at whether to stop, where nothing wakes us
_STEP = 1 << 16
Row = TypeVar("Row")  # what a line says


class OutletError(CaveatError):
    """Told lines cannot be written where they should go; the message says why."""


class Outlet(Generic[Row]):
    """One place to write numbered lines to; `told` is the number up to which lines arrived."""

    def __init__(self, render: Callable[[Row, bool], str], number_of: Callable[[str], int | None], cursor: int) -> None:
        """`render` makes the text of a line, ending in a newline, and marks it where it may have been written before; `number_of` reads its number back; `cursor` is the number noted."""
        self._render, self._number_of = render, number_of
        self.told, self._marked = cursor, False
        self._file = self._held = -1
        self._sync = False

    @classmethod
    def to_file(cls, path: Path, render: Callable[[Row, bool], str], number_of: Callable[[str], int | None], cursor: int, last: int) -> Outlet[Row]:
        """To a file of its own. OutletError where it holds something else, or lines beyond `last`, the last that there is."""
        self = cls(render, number_of, cursor)
        try:
            self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0), 0o666)
            if not stat.S_ISREG(os.fstat(self._file).st_mode):
                raise OutletError(f"cannot write to `{path}`: it is not a regular file; for a pipe, use standard output")
            lock(self._file)
        except BlockingIOError:
            raise OutletError(f"`{path}` is written to by another watch") from None
        except OSError as error:
            raise OutletError(f"cannot write to `{path}`: {error.strerror or error}") from None
        if not self._take_up(last):
            raise OutletError(f"`{path}` does not end with a line that this journal told; name another file, or the journal it belongs to")
        return self

    @classmethod
    def to_stdout(cls, render: Callable[[Row, bool], str], number_of: Callable[[str], int | None], cursor: int, last: int) -> Outlet[Row]:
        """To standard output: as to a file where it is one that can be read back, else as to a pipe."""
        self = cls(render, number_of, cursor)
        self._file, self._marked = sys.stdout.fileno(), True
        try:
            if stat.S_ISREG(os.fstat(self._file).st_mode):
                self._read_back(last)
        except OSError:  # it cannot be read back
            pass
        return self

    def _read_back(self, last: int) -> None:
        """Take up where a file ends that standard output was led into, and stand at its end."""
        shown, self._file = self._file, os.open(f"/proc/self/fd/{self._file}", os.O_RDWR | getattr(os, "O_CLOEXEC", 0))
        try:
            lock(self._file)
            if self._take_up(last):
                os.lseek(shown, 0, os.SEEK_END)
                self._held = self._file  # and with it the lock
        finally:
            if self._held == -1:
                os.close(self._file)
            self._file = shown

    @property
    def watched(self) -> int | None:
        """The descriptor whose reader may go away; None for a file."""
        return None if self._sync else self._file

    def _take_up(self, last: int) -> bool:
        """Go on after the last whole line of the file, if it is one of ours; an empty file goes on after the number noted."""
        size = os.fstat(self._file).st_size
        tail, begin = b"", size
        while begin and tail.count(b"\n") < 2:  # noqa: PLR2004  (the end of the last line, and of the one before)
            step = min(begin, _STEP)
            begin -= step
            tail = os.pread(self._file, step, begin) + tail
        whole = tail[: tail.rfind(b"\n") + 1]
        if whole:
            number = self._number_of(whole.split(b"\n")[-2].decode("utf-8", "replace"))
            if number is None or number > last:
                return False
            self.told = number
            self._marked = False
        elif tail and tail[:1] not in (b"#", b"{"):  # not the beginning of a line of ours
            return False
        else:
            self._marked = self.told > 0
        if len(whole) != len(tail):
            os.ftruncate(self._file, size - len(tail) + len(whole))
        self._sync = True
        return True

    def send(self, rows: list[tuple[int, Row]], seen: int, stop: Callable[[], bool] = lambda: False, wake: int | None = None) -> bool:
        """Write lines; whether all of them were. Those up to `seen` were there before this run: on a pipe they are marked.

        Where nobody reads the pipe it is waited for, until `stop` says so; `wake` becomes readable when it is time to look.
        """
        lines = [self._render(data, self._marked and number <= seen).encode("utf-8", "replace") for number, data in rows]
        count = self._written(b"".join(lines), stop, wake)
        if self._sync:
            os.fsync(self._file)
        for (number, _), line in zip(rows, lines, strict=True):
            count -= len(line)
            if count < 0:
                return False
            self.told = number
        return True

    def _written(self, data: bytes, stop: Callable[[], bool], wake: int | None) -> int:
        """Write, as long as there is room or some can be waited for; how many bytes were written."""
        done = 0
        while done < len(data) and (self._sync or _has_room(self._file, stop, wake)):
            with contextlib.suppress(BlockingIOError):  # a pipe that someone set not to wait
                done += os.write(self._file, data[done:] if self._sync else data[done : done + select.PIPE_BUF])
        return done

    def close(self) -> None:
        """Close the file, if it is one of ours."""
        for file in {self._held, self._file if self._sync and self._held == -1 else -1} - {-1}:
            os.close(file)


def _has_room(file: int, stop: Callable[[], bool], wake: int | None) -> bool:
    """Whether PIPE_BUF bytes can be written without waiting; waits for it, until `stop` says so."""
    if not hasattr(select, "poll"):  # pragma: no cover  (not a POSIX system)
        return True
    poll = select.poll()
    poll.register(file, select.POLLOUT)
    if wake is not None:
        poll.register(wake, select.POLLIN)
    while file not in dict(poll.poll(None if wake is not None else LOOK_MILLISECONDS)):
        if stop():
            return False
    return True
