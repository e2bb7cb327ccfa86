"""How far the record reaches, as text and as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.report.kinds import day_words
from caveat.report.markdown import escaped
from caveat.report.page_text import Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from caveat.core.issuer import Search
    from caveat.sources.coverage import Coverage

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


def coverage_text(rows: Sequence[Coverage], *, width: int = 80, colour: bool = False) -> str:
    """The counts, then issuer by issuer what was found and what was not."""
    page = Page(width, colour=colour)
    page.add(headline(rows), style="1")
    page.add(CAUTION, style="2")
    for row in rows:
        page.head(f"{row.issuer.name} ({row.issuer.id}): {reach_words(row)}")
        for found in (False, True):
            for search in (s for s in row.issuer.searched if s.found is found):
                page.add(f"- {'found' if found else 'not found'}: {search_words(search)}", indent="  ", hang="    ")
        if not row.issuer.searched:
            page.add("no search is noted", indent="  ", style="2")
    return str(page)


def coverage_markdown(rows: Sequence[Coverage]) -> str:
    """The same as a document: a table of how far each reaches, then what was looked for."""
    lines = ["# How far the record reaches", "", escaped(headline(rows)), "", CAUTION, ""]
    lines += ["| issuer | covered until | searched until | in | statements | rules | last statement |", "|---|---|---|---|--:|--:|---|"]
    lines += [_markdown_row(row) for row in rows]
    for row in rows:
        lines += _markdown_searches(row)
    return "\n".join(lines).rstrip() + "\n"


def _markdown_row(row: Coverage) -> str:
    issuer = row.issuer
    cells = (
        f"{escaped(issuer.name)} ({issuer.id})",
        str(issuer.covered_until or ""),
        str(row.searched_until or ""),
        ", ".join(row.languages),
        str(row.statements),
        str(row.rules),
        str(row.last.reported) if row.last else "",
    )
    return f"| {' | '.join(cells)} |"


def _markdown_searches(row: Coverage) -> Iterator[str]:
    if not row.issuer.searched:
        return
    yield from ("", f"## {escaped(row.issuer.name)}", "")
    yield from (f"- not found: {escaped(search_words(s))}" for s in row.not_found)
    yield from (f"- found: {escaped(search_words(s))}" for s in row.issuer.searched if s.found)
