"""Decides what a record holds once more, and says of each difference what moved and with which change of the library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from caveat.core.errors import TooLargeError
from caveat.record.again import Again, Decider, Difference, ask_again, compared
from caveat.record.reader import Record
from caveat.store.canonical import text_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from caveat.core.book import Book
    from caveat.record.reader import Unreadable

MAX_DIFFERENCES = 20_000
KEPT_QUESTIONS = 1_000


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of a record: how many decisions were decided again, those that differ, and the lines that could not be read.

    `digest` is that of the library that decided again; `recorded_with` are those of the libraries that decided first.
    """

    digest: str
    decisions: int
    differences: tuple[Difference, ...]
    unreadable: tuple[Unreadable, ...]
    recorded_with: tuple[str, ...]

    @property
    def is_confirmed(self) -> bool:
        """Whether every line was read, and every decision came out as recorded."""
        return not self.differences and not self.unreadable


def replay(library: Decider, path: Path, *, wrap: Callable[[Book], Decider], engine: str | None = None, progress: Callable[[int], None] | None = None) -> Replay:  # fmt: skip
    """Decide everything in a record again; `wrap` makes a library of a book, to try causes with; `engine` overrules the recorded one.

    RecordError where the file cannot be read, TooLargeError past a stated bound.
    """
    from caveat.record.trace import Tracer

    record = Record(path)
    found: list[Difference] = []
    digests: dict[str, None] = {}
    known: dict[str, Again] = {}
    for n, entry in enumerate(record, 1):
        digests[entry.digest] = None
        key = text_of(dict(entry.asked))
        if key not in known:
            if len(known) >= KEPT_QUESTIONS:
                known.clear()
            known[key] = ask_again(library, entry, engine)
        difference = compared(entry, known[key])
        if difference is not None:
            found.append(difference)
            if len(found) > MAX_DIFFERENCES:
                raise TooLargeError(f"more than {MAX_DIFFERENCES:,} decisions of `{path}` differ; split it to see which")
        if progress is not None:
            progress(n)
    tracer = Tracer(library.book, record, wrap, engine)
    return Replay(library.book.digest, record.decisions, tuple(tracer.traced(d) for d in found), tuple(record.unreadable), tuple(digests))
