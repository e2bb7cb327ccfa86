"""Writes decisions down: one call, one append."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from caveat.record.entry import library_line, record_line
from caveat.record.writer import Appended, append

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from caveat.core.book import Book
    from caveat.core.decision import Decision


def record(book: Book, path: Path, decisions: Sequence[Decision], *, version: str, labels: Sequence[str] = (), assumptions: bool = True) -> Appended:
    """Append decisions to a record, all or none, and the library before them where the record does not end with it.

    `version` is that of this package, `labels` say where each question came from.

    RecordError where the file cannot be appended to.
    """
    now = time_now()
    named = zip(decisions, [*labels, *[""] * len(decisions)], strict=False)
    lines = [record_line(book, d, recorded=now, version=version, label=label, assumptions=assumptions) for d, label in named]
    return append(path, book.digest, lines, lambda: library_line(book, version=version))


def time_now() -> str:
    """The time, to the second, in UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
