"""Statements with their sources, as the last section of a document."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from caveat.report.document import Address, Bullets, Heading, Item, Mark, Tone, mark
from caveat.report.wording import evidence, is_later, source_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from caveat.core.book import Book
    from caveat.core.citation import Citation
    from caveat.report.document import Block, Span

MAX_SOURCES = 3
Carried = tuple["Span", ...]


def sources_of(book: Book, statements: Sequence[str], known_by: date = date.max, carried: Mapping[str, Carried] | None = None, late: Mapping[str, str] | None = None) -> Iterator[Block]:  # fmt: skip
    """The statements the rules rest on, each with its sources, those first that were public by then; nothing where there are none.

    `carried` says of a statement which rules it carries, `late` that it came after the use.
    """
    if statements:
        yield Heading(2, "Sources")
        yield Bullets(tuple(_statement(book, i, known_by, (carried or {}).get(i, ()), (late or {}).get(i, "")) for i in dict.fromkeys(statements)))


def _statement(book: Book, ident: str, known_by: date, carried: Carried, late: str) -> Item:
    s = book.statements[ident]
    label = [Item((Mark(carried),), bullet="", tone=Tone.SOFT)] if carried else []
    sources = [source_item(c, known_by) for c in sorted(s.sources, key=lambda c: is_later(c, known_by))]
    words = f"{s.by}: {s.says} ({evidence(s, known_by)}, reported {s.reported.words}{late}) "
    return Item((words, mark(ident)), (*label, *sources), bullet="", first=len(label) + MAX_SOURCES)


def source_item(citation: Citation, known_by: date = date.max) -> Item:
    """A source, what is quoted from it, and where it is."""
    later = " (published later)" if is_later(citation, known_by) else ""
    quoted = f": “{citation.words}”" + (f" ({citation.of})" if citation.of else "") if citation.words else ""
    return Item(f"{source_line(citation)}{later}{quoted}", address=Address(citation.url, citation.no_url))
