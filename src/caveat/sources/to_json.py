"""Sources for machines: the register as `caveat/sources/1` and as CSV for a spreadsheet, `caveat/passages/1`, `caveat/coverage/1`."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, cast

from caveat.core.errors import printable
from caveat.core.force import first_day
from caveat.report.to_data import citation_data, library_data
from caveat.sources.passages import Compared
from caveat.sources.register import Weakness, grouped, raised_by, rests_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from caveat.core.book import Book, Statement
    from caveat.core.issuer import Search
    from caveat.sources.coverage import Coverage
    from caveat.sources.data import (
        CitedSourceData,
        CoverageData,
        DaysData,
        IssuerData,
        PageData,
        PassageCountsData,
        PassagesData,
        QuotationData,
        RuleData,
        SearchData,
        SourcesData,
        StatementData,
        UseData,
    )
    from caveat.sources.passages import Quotation
    from caveat.sources.register import By, CitedSource, Register, Support

COLUMNS = (
    "publisher", "title", "date", "url", "no_url", "reliability", "language", "words", "of", "checked", "checked_found",
    "issuer", "statement", "by", "grade", "reported", "rules",
)  # fmt: skip
FORMULA = "=+-@"


def sources_data(book: Book, found: Register, by: By) -> SourcesData:
    """The register as plain data, ready for JSON: counts, groups, sources, statements, rules."""
    compared = [use for source in found.sources for use in source.uses if use.citation.words]
    return {
        "schema": "caveat/sources/1",
        "library": library_data(book),
        "counts": {
            "sources": len(found.sources), "publishers": found.outlets, "statements": len(found.statements), "rules": len(found.rules),
            "rules_one_source": found.weak(Weakness.ONE_SOURCE),
            "rules_only_relays_or_state_aligned": found.weak(Weakness.SECOND_HAND),
            "rules_only_claims_or_observed_use": found.weak(Weakness.UNCONFIRMED),
            "sources_without_address": found.without_address,
            "quotations": len(compared), "quotations_compared": sum(c.citation.checked.found for c in compared if c.citation.checked),
            "quotations_not_found": sum(not c.citation.checked.found for c in compared if c.citation.checked),
        },
        "by": by,
        "groups": [
            {"name": g.name, "sources": len(g.sources), "statements": len(g.statements), "rules": len(g.rules)} for g in grouped(book, found, by)
        ],
        "sources": [_source_data(s) for s in found.sources],
        "statements": [_statement_data(book, book.statements[i]) for i in found.statements],
        "rules": [_rule_data(book, s) for s in found.rules],
    }  # fmt: skip


def passages_data(book: Book, compared: Iterable[Quotation]) -> PassagesData:
    """Quotations and how each stands to its page, as plain data."""
    rows: list[QuotationData] = [{"statement": q.use.statement, "compared": q.compared, **citation_data(q.use.citation)} for q in compared]
    count = Counter(row["compared"] for row in rows)
    counts: PassageCountsData = {
        "found_again": count[Compared.AGAIN],
        "different": count[Compared.DIFFERENT],
        "passage_not_at_hand": count[Compared.NOT_AT_HAND],
        "not_found": count[Compared.NOT_FOUND],
        "never_compared": count[Compared.NEVER],
    }
    return {"schema": "caveat/passages/1", "library": library_data(book), "counts": counts, "quotations": rows}


def _source_data(source: CitedSource) -> CitedSourceData:
    cited: list[UseData] = [{"statement": u.statement, **citation_data(u.citation)} for u in source.uses]
    return {"publisher": source.publisher, **_page(source), "cited_by": cited}


def _page(source: CitedSource) -> PageData:
    """What is said of the page; keys that say nothing are left out."""
    page: PageData = {}
    if source.title:
        page["title"] = source.title
    if source.date:
        page["date"] = str(source.date)
    if source.url:
        page["url"] = source.url
    if source.no_url:
        page["no_url"] = list(source.no_url)
    return page


def _statement_data(book: Book, s: Statement) -> StatementData:
    return {
        "statement": s.id,
        "issuer": s.id.partition("/")[0],
        "by": s.by,
        "says": s.says,
        "note": s.note,
        "grade": s.grade,
        "stated_grade": s.stated_grade,
        **_days(s),
        "no_effect": {"kind": s.no_effect[0], "because": s.no_effect[1]} if s.no_effect else None,
        "rules": [r.id for r in rests_on(book, s.id)],
        "raises": [r.name for r in raised_by(book, s.id)],
    }


def _days(s: Statement) -> DaysData:
    """The days of a statement that are known."""
    names = ("decided", "in_effect", "reported", "confirmed", "denied", "retracted")
    return cast("DaysData", {name: str(day) for name in names if (day := getattr(s, name))})


def _rule_data(book: Book, support: Support) -> RuleData:
    rule = book.rule[support.rule]
    return {
        "rule": rule.id,
        "issuer": rule.issuer,
        "effect": rule.effect,
        "summary": rule.summary,
        "from": str(first_day(rule, book.statements)),
        "until": str(rule.until) if rule.until else None,
        "statements": list(support.statements),
        "sources": len(support.sources),
        "weak": list(support.weaknesses),
    }


def coverage_data(book: Book, rows: Sequence[Coverage]) -> CoverageData:
    """How far the record reaches, as plain data."""
    return {"schema": "caveat/coverage/1", "issuers": [_issuer(row) for row in rows], "library": {"digest": book.digest}}


def _issuer(row: Coverage) -> IssuerData:
    covered = row.issuer.covered_until
    return {
        "issuer": row.issuer.id,
        "name": row.issuer.name,
        "covered_until": str(covered) if covered else None,
        "statements": row.statements,
        "rules": row.rules,
        "last_reported": str(row.last.reported) if row.last else None,
        "searched": [_search(s) for s in row.issuer.searched],
    }


def _search(s: Search) -> SearchData:
    return {"for": s.what, "until": str(s.until), "found": s.found, "languages": list(s.languages), "looks": s.looks, "note": s.note}


def sources_to_csv(book: Book, found: Register) -> str:
    """One row for each source and statement that cites it; the first row names the columns.

    The text begins with a byte order mark, without which spreadsheets misread letters beyond ASCII. A cell that a
    spreadsheet would run as a formula begins with an apostrophe.
    """
    out = io.StringIO()
    out.write("\N{ZERO WIDTH NO-BREAK SPACE}")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for source in found.sources:
        for use in source.uses:
            c, s = use.citation, book.statements[use.statement]
            rules = " ".join(r.id for r in rests_on(book, s.id))
            cells = (
                c.publisher, c.title, c.date or "unknown", c.url, c.no_url, c.reliability.value, c.language, c.words, c.of,
                c.checked.date if c.checked else None, str(c.checked.found).lower() if c.checked else None, s.id.partition("/")[0], s.id, s.by, s.grade.value, s.reported, rules,
            )  # fmt: skip
            writer.writerow(inert(cells))
    return out.getvalue()


def inert(cells: Iterable[object]) -> list[str]:
    """Cells as text that no spreadsheet runs and no character of which drives a terminal; None is an empty cell."""
    texts = [printable(str(cell)) if cell is not None else "" for cell in cells]
    return [f"'{text}" if _beginning(text) in tuple(FORMULA) else text for text in texts]


def _beginning(text: str) -> str:
    """The first character that can be seen, in its usual form; a spreadsheet may pass over what cannot."""
    seen = (c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c)[0] not in "ZC")
    return next(seen, "")
