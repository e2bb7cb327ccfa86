"""Where a verb writes: standard output, a file, a device or a pipe; whole, or not at all.

Text for a terminal is in the terminal's own encoding, with the nearest letters where it lacks some. Everything else
(JSON, Markdown, HTML, SVG, CSV) is UTF-8 with the same bytes on every system. A file is written beside and renamed, so
that nobody ever reads half of it; what cannot be replaced (a device, a pipe, an open descriptor) is written into.
"""

from __future__ import annotations

import codecs
import os
import re
import stat
import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from caveat.core.errors import CaveatError, Diagnostic, ScenarioError, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

TEXT = "text"  # the one form that is for a terminal
DESCRIPTOR = re.compile(r"/(?:dev|proc/self|proc/thread-self)/fd/([0-9]{1,7})\Z")
STANDARD = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}
MOST_LINKS = 40  # that lead from one name to the next, as in Linux
NEAREST = {
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "–": "-", "—": "-", "−": "-", "…": "...", "→": "->", "←": "<-",
    "•": "*", "·": ".", "×": "x", "≥": ">=", "≤": "<=", "≠": "!=", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "Ae", "œ": "oe",
    "Œ": "Oe", "đ": "d", "Đ": "D", "ı": "i", "│": "|", "─": "-",
}  # fmt: skip


class OutputError(CaveatError):
    """A result cannot be written where it should go; the message says why."""


# -- standard output


def prepare_streams() -> None:
    """Make the standard streams take any text, also where they were closed before we began."""
    codecs.register_error("nearest", _nearest)
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  (open until the end)
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="nearest")


def write(text: str, form: str = TEXT) -> None:
    """Print, without a second newline; any form but text as UTF-8, whatever the terminal's own encoding."""
    if form != TEXT and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace", newline="")
    sys.stdout.flush()
    number = _number_of_stdout()
    if number is None:
        sys.stdout.write(text)
        sys.stdout.flush()
    else:
        _all_into(number, text.encode(sys.stdout.encoding, sys.stdout.errors or "strict"))


def _number_of_stdout() -> int | None:
    """The descriptor of standard output, where bytes can be written to it as they are."""
    try:
        return sys.stdout.fileno() if os.name == "posix" else None
    except (OSError, ValueError):  # a stream of a program that calls us
        return None


def _all_into(file: int, data: bytes) -> None:
    """Write all of it, also into a pipe that someone set not to wait: Python's own streams would lose the rest without a word."""
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(file, view) :]
        except BlockingIOError:
            import select

            select.select([], [file], [])


def _nearest(error: UnicodeError) -> tuple[str | bytes, int]:
    """In place of characters that an encoding lacks, the nearest that it has; a question mark where there is none."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_in_letters_of(error.encoding, c) for c in lacking), error.end


def _in_letters_of(encoding: str, c: str) -> str:
    plain = NEAREST.get(c) or "".join(p for p in unicodedata.normalize("NFKD", c) if not unicodedata.combining(p))
    if unicodedata.category(c) in ("Cf", "Mn"):
        return ""  # it cannot be seen by itself
    try:
        plain.encode(encoding)
    except (UnicodeError, LookupError):
        return "?"
    return plain or "?"


# -- one file under two names


def refuse_one_file_twice(named: Iterable[tuple[str, Path | int | None]]) -> None:
    """ScenarioError where two of what a command reads and writes are one file, under whatever names.

    Each is told by its option, and given by its path, or by the number of an open descriptor; None where it is not used.
    """
    known: dict[object, str] = {}
    for option, place in named:
        mark = None if place is None else _mark(place)
        if mark is not None and known.setdefault(mark, option) != option:
            problem = f"{known[mark]} and {option} are one file" + (f", `{place}`" if isinstance(place, Path) else "")
            raise ScenarioError([Diagnostic("wrong-value", printable(problem), None, "give each a file of its own")])


def _mark(place: Path | int) -> object:
    """What a file is known by: its number on its disk, or its whole name where there is none yet; None for pipes and devices."""
    number = place if isinstance(place, int) else descriptor(place)
    try:
        found = os.stat(place) if number is None else os.fstat(number)  # noqa: PTH116  (a path, with its links followed)
    except (OSError, ValueError):
        return None if isinstance(place, int) else os.path.realpath(place)
    return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) else None


def policy_files(places: Iterable[str]) -> list[tuple[str, Path | int | None]]:
    """The files of policies, given as files and folders, for `refuse_one_file_twice`."""
    return [("--policies", path) for place in places for path in _files_in(Path(place))]


def _files_in(place: Path) -> list[Path]:
    return sorted(place.rglob("*.y*ml")) if place.is_dir() else [place] if place.is_file() else []


# -- a file


def save(text: str, output: Path | None, form: str) -> None:
    """Print, or write to the file that was named. OutputError where it cannot be written; BrokenPipeError where nobody reads."""
    if output is None:
        write(text, form)
        return
    data = text.encode("utf-8", "replace")
    try:
        _written(output)(data)
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise OutputError(f"cannot write `{output}`: {reason}{_tip(output)}") from None


def _written(output: Path) -> Callable[[bytes], None]:
    """How bytes get to where a name leads."""
    number = descriptor(output)
    if number is not None:
        return lambda data: _into(os.dup(number), data)
    if output.exists() and not output.is_file():  # a device or a pipe is written into, never replaced; a folder says what it is
        return lambda data: _into(os.open(output, os.O_WRONLY), data)
    return lambda data: _replace(Path(os.path.realpath(output)), data)  # a link stays a link


def descriptor(path: Path) -> int | None:
    """The open descriptor that a name such as `/dev/stdout` or `/dev/fd/3` stands for, also behind links; None for other names."""
    name = os.path.abspath(path)  # noqa: PTH100  (links are followed one by one)
    for _ in range(MOST_LINKS):
        if name in STANDARD:
            return STANDARD[name]
        if found := DESCRIPTOR.match(name):
            return int(found[1])
        if not os.path.islink(name):  # noqa: PTH114
            return None
        name = os.path.normpath(Path(name).parent / os.readlink(name))  # noqa: PTH115
    return None


def _into(file: int, data: bytes) -> None:
    """Write to an open descriptor, after whatever was printed before, and close it."""
    sys.stdout.flush()
    try:
        _all_into(file, data)
    finally:
        os.close(file)


def _replace(output: Path, data: bytes) -> None:
    import tempfile

    with tempfile.NamedTemporaryFile("wb", dir=output.parent, prefix=f".{output.name[:80]}.", delete=False) as file:
        beside = Path(file.name)
        try:
            file.write(data)
            file.close()
            beside.chmod(output.stat().st_mode & 0o777 if output.exists() else 0o666 & ~_mask())
            beside.replace(output)
        finally:
            beside.unlink(missing_ok=True)


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _tip(output: Path) -> str:
    return "" if output.parent.is_dir() else f"; there is no folder `{output.parent}`"
