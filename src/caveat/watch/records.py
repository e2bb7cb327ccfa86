"""Records of what is told: made with the decision, kept in the journal, appended to a file exactly once each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from caveat.record.entry import library_line, record_line
from caveat.record.write import time_now
from caveat.record.writer import RecordError, append

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from caveat.core.book import Book
    from caveat.core.decision import Decision
    from caveat.record.data import WatchedData
    from caveat.watch.journal import Journal


def recording(book: Book, journal: Journal, version: str) -> Callable[[Decision, str, int], bytes]:
    """What makes the record of a decision: labelled with its scenario, and with the journal and the number it is told under."""

    def record(decision: Decision, ident: str, seq: int) -> bytes:
        watch: WatchedData = {"journal": str(journal.noted("id")), "seq": seq}
        return record_line(book, decision, recorded=time_now(), version=version, label=ident, watch=watch)

    return record


def appending(book: Book, journal: Journal, path: Path, version: str) -> tuple[Callable[[list[tuple[int, bytes]], Callable[[], bool]], None], int]:
    """What appends records to a file, and the number of the last of this journal's that it holds. RecordError where none can be there."""
    if path.exists() and not path.is_file():
        raise RecordError(f"cannot append to the record `{path}`: it is not a regular file")
    if not path.absolute().parent.is_dir():
        raise RecordError(f"cannot append to the record `{path}`: there is no folder `{path.parent}`")
    noted, last = int(journal.noted("recorded") or 0), journal.last_told()
    begin = max(noted, _last_in(path, str(journal.noted("id")))) if noted < last else noted

    def add(rows: list[tuple[int, bytes]], stop: Callable[[], bool]) -> None:
        append(path, book.digest, [record for _, record in rows], lambda: library_line(book, version=version), stop)

    return add, begin


def _last_in(path: Path, journal: str) -> int:
    """The highest number under which a journal's records stand in a file; 0 where there are none."""
    found = 0
    mark = f'"journal":"{journal}"'.encode()
    if path.exists():
        with path.open("rb") as file:
            for line in file:
                if mark in line and line.endswith(b"\n"):
                    found = max(found, _number_in(line, journal))
    return found


def _number_in(line: bytes, journal: str) -> int:
    """The number under which a line is a record of a journal; 0 where it is none, or damaged."""
    try:
        watch = json.loads(line)["watch"]
        return int(watch["seq"]) if watch["journal"] == journal else 0
    except (ValueError, TypeError, LookupError, RecursionError):
        return 0
