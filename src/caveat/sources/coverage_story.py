"""How far the record reaches, as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.report.document import Bullets, Document, Heading, Item, Paragraph, Table, Tone
from caveat.report.kinds import day_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from caveat.core.issuer import Search
    from caveat.report.document import Block
    from caveat.sources.coverage import Coverage

HEAD = ("issuer", "covered until", "searched until", "in", "statements", "rules", "last statement")
CAUTION = "That something was looked for and not found proves nothing: pages are missing, and the newest are the fewest."


def headline(rows: Sequence[Coverage]) -> str:
    """How many issuers there are, of how many a search is noted, and how many looks were in vain."""
    noted = [r for r in rows if r.issuer.searched]
    looks = sum(s.looks for r in noted for s in r.issuer.searched)
    vain = sum(len(r.not_found) for r in noted)
    return f"{len(rows)} issuers; searches are noted of {len(noted)}: {looks} looks, {vain} things looked for and not found."


def search_words(search: Search) -> str:
    """`conditions on ERAM (up to 2026-04; en, uk; 3 looks)`."""
    times = f"{search.looks} look{'s' * (search.looks != 1)}"
    note = f"; {search.note}" if search.note else ""
    return f"{search.what} (up to {search.until}; {', '.join(search.languages)}; {times}{note})"


def reach_words(row: Coverage) -> str:
    """`covered until 2025-12; 5 statements, the last of 3 March 2025`."""
    covered = f"covered until {row.issuer.covered_until}" if row.issuer.covered_until else "no end of coverage is noted"
    if row.last is None:
        return f"{covered}; no statement on record"
    count = f"{row.statements} statement{'s' * (row.statements != 1)}"
    reported = row.last.reported
    day = day_words(reported.earliest) if reported.is_exact else f"between {day_words(reported.earliest)} and {day_words(reported.latest)}"
    return f"{covered}; {count}, the last {'of ' * reported.is_exact}{day}"


def coverage_story(rows: Sequence[Coverage], *, overview: bool = False) -> Document:
    """The counts, then issuer by issuer what was found and what was not; an `overview` is a table too wide for a terminal."""
    told = (block for row in rows for block in _searches(row))
    table = (Table(HEAD, tuple(map(_row, rows)), numbers=(4, 5)),) if overview else ()
    return Document((Heading(1, "How far the record reaches"), Paragraph(headline(rows)), Paragraph(CAUTION, Tone.SOFT), *table, *told), top=1)


def _row(row: Coverage) -> tuple[str, ...]:
    issuer = row.issuer
    return (
        f"{issuer.name} ({issuer.id})",
        str(issuer.covered_until or ""),
        str(row.searched_until or ""),
        ", ".join(row.languages),
        str(row.statements),
        str(row.rules),
        str(row.last.reported) if row.last else "",
    )


def _searches(row: Coverage) -> Iterator[Block]:
    """What was looked for, in vain first."""
    yield Heading(2, f"{row.issuer.name} ({row.issuer.id}): {reach_words(row)}")
    said = ((s, "found" if s.found else "not found") for s in sorted(row.issuer.searched, key=lambda s: s.found))
    items = tuple(Item(f"{how}: {search_words(s)}") for s, how in said)
    yield Bullets(items) if items else Paragraph("no search is noted", Tone.SOFT)
