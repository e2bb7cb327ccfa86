"""Statements with their sources, as the lines of a page."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from caveat.report.wording import evidence, is_later, source_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from caveat.core.book import Book
    from caveat.report.page_text import Page


MAX_SOURCES = 3


def source_lines(page: Page, book: Book, statements: Sequence[str], known_by: date = date.max, carried: Mapping[str, str] | None = None, late: Mapping[str, str] | None = None) -> None:  # fmt: skip
    """The statements the rules rest on, each with its sources, those first that were public by then.

    `carried` says of a statement which rules it carries, `late` that it came after the use.
    """
    if not statements:
        return
    page.head("Sources")
    for ident in dict.fromkeys(statements):
        s = book.statements[ident]
        page.add(
            f"{s.by}: {s.says} ({evidence(s, known_by)}, reported {s.reported.words}{(late or {}).get(ident, '')}) [{ident}]",
            indent="  ",
            hang="    ",
        )
        if carried and carried.get(ident):
            page.add(f"[{carried[ident]}]", indent="    ", hang="     ", style="2")
        for source in sorted(s.sources, key=lambda c: is_later(c, known_by))[:MAX_SOURCES]:
            quoted = f": “{source.words}”" + (f" ({source.of})" if source.of else "") if source.words else ""
            later = " (published later)" if is_later(source, known_by) else ""
            page.add(f"- {source_line(source)}{later}{quoted}", indent="    ", hang="      ")
            page.add(source.url or f"no address: {source.no_url}", indent="      ", style="2")
        if len(s.sources) > MAX_SOURCES:
            page.add(f"and {len(s.sources) - MAX_SOURCES} more", indent="    ")
