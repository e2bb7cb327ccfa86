"""Appends lines to a record so that a kill, a full disk or a second writer never costs a line that was written.

The file is opened for appending and locked; each line is one write; the lines are on the disk before `append` returns.
Nothing in the file is ever changed: a line that an earlier writer was killed in the middle of is closed with a newline
and left where it is, so that readers see it, and number it, as a line that was cut short.
"""

from __future__ import annotations

import json
import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic, sleep
from typing import TYPE_CHECKING

from caveat.core.errors import CaveatError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

PATIENCE_SECONDS = 60.0  # with another process that appends
LOOK_SECONDS = 0.02  # between tries
_STEP = 1 << 16


class RecordError(CaveatError):
    """A record cannot be written or read; the message names the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class Appended:
    """What `append` found and did: whether it met a line cut short, and whether it wrote the library down first."""

    mended: bool
    wrote_library: bool


def append(path: Path, digest: str, lines: Sequence[bytes], library: Callable[[], bytes], stop: Callable[[], bool] = lambda: False) -> Appended:
    """Append lines, all or none, and before them `library()` unless the record's last line is of the same digest.

    Another process that appends is waited for, until `stop` says so. RecordError where that takes PATIENCE_SECONDS, and
    where the path is no file that can be appended to; where the disk is full, the file is as it was.
    """
    try:
        with _opened(path, stop) as file:
            begin = os.fstat(file).st_size
            last, whole = _last_line(file, begin)
            wanted = _digest(last) != digest
            pieces = [*([] if whole else [b"\n"]), *([library()] if wanted else []), *lines]
            try:
                for piece in pieces:
                    _write(file, piece)
                os.fsync(file)
            except BaseException:
                os.ftruncate(file, begin)
                raise
            return Appended(mended=not whole, wrote_library=wanted)
    except OSError as error:
        raise RecordError(f"cannot append to the record `{path}`: {error.strerror or error}") from None


@contextmanager
def _opened(path: Path, stop: Callable[[], bool]) -> Iterator[int]:
    """The file, created where there is none, opened for appending, and locked until the end."""
    file = os.open(
        path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0), 0o666
    )
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise RecordError(f"cannot append to the record `{path}`: it is not a regular file")
        if not _locked(file, stop):
            raise RecordError(f"cannot append to the record `{path}`: another process holds it; end that one, or name another file")
        yield file
    finally:
        os.close(file)  # which unlocks it


def _locked(file: int, stop: Callable[[], bool]) -> bool:
    """Whether an open file could be locked before patience or time ran out."""
    end = monotonic() + PATIENCE_SECONDS
    while True:
        try:
            lock(file)
        except BlockingIOError:
            if stop() or monotonic() > end:
                return False
            sleep(LOOK_SECONDS)
        else:
            return True


def lock(file: int) -> None:
    """Lock an open file against every other process until it is closed; BlockingIOError where another has it."""
    try:
        import fcntl
    except ImportError:  # pragma: no cover  (not a POSIX system)
        import msvcrt

        os.lseek(file, 0, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _write(file: int, piece: bytes) -> None:
    """One write; where the system takes only a part of it, the rest after it."""
    while piece:
        piece = piece[os.write(file, piece) :]


def _last_line(file: int, size: int) -> tuple[bytes, bool]:
    """The last whole line of a file, empty where there is none, and whether the file ends with it."""
    tail, begin = b"", size
    while begin and tail.count(b"\n") < 2:  # noqa: PLR2004  (the end of the last line, and the end of the one before)
        step = min(begin, max(_STEP, len(tail)))
        begin -= step
        os.lseek(file, begin, os.SEEK_SET)
        tail = _read(file, step) + tail
    whole = not tail or tail.endswith(b"\n")
    lines = tail.split(b"\n")[:-1]
    return (lines[-1] if lines else b""), whole


def _read(file: int, size: int) -> bytes:
    found = b""
    while len(found) < size and (part := os.read(file, size - len(found))):
        found += part
    return found


def _digest(line: bytes) -> str | None:
    """The digest of the library that a line is, or was decided by; None for anything else."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict):
        return None
    library = data.get("library")
    found = library.get("digest") if isinstance(library, dict) else data.get("digest")
    return found if isinstance(found, str) else None
