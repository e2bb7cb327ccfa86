"""The register of sources for machines: JSON (`caveat/sources/1`), and CSV for a spreadsheet."""

from __future__ import annotations

import csv
import io
import unicodedata
from typing import TYPE_CHECKING, Any

from caveat.core.edition import library_data
from caveat.core.errors import printable
from caveat.core.force import first_day
from caveat.report.wording import citation_data
from caveat.sources.passages import Compared
from caveat.sources.register import Weakness, grouped, raised_by, rests_on

if TYPE_CHECKING:
    from collections.abc import Iterable

    from caveat.core.book import Book, Statement
    from caveat.sources.passages import Quotation
    from caveat.sources.register import By, CitedSource, Register, Support

SCHEMA = "caveat/sources/1"
PASSAGES_SCHEMA = "caveat/passages/1"
COLUMNS = (
    "publisher", "title", "date", "url", "no_url", "reliability", "language", "words", "of", "checked", "checked_found",
    "issuer", "statement", "by", "grade", "reported", "rules",
)  # fmt: skip
FORMULA = "=+-@"


def sources_data(book: Book, found: Register, by: By) -> dict[str, Any]:
    """The register as plain data, ready for JSON: counts, groups, sources, statements, rules."""
    compared = [use for source in found.sources for use in source.uses if use.citation.words]
    return {
        "schema": SCHEMA,
        "library": library_data(book),
        "counts": {
            "sources": len(found.sources), "publishers": found.outlets, "statements": len(found.statements), "rules": len(found.rules),
            **{f"rules_{w.value.replace('-', '_')}": found.weak(w) for w in Weakness}, "sources_without_address": found.without_address,
            "quotations": len(compared), "quotations_compared": sum(c.citation.checked.found for c in compared if c.citation.checked),
            "quotations_not_found": sum(not c.citation.checked.found for c in compared if c.citation.checked),
        },
        "by": by.value,
        "groups": [
            {"name": g.name, "sources": len(g.sources), "statements": len(g.statements), "rules": len(g.rules)} for g in grouped(book, found, by)
        ],
        "sources": [_source_data(s) for s in found.sources],
        "statements": [_statement_data(book, book.statements[i]) for i in found.statements],
        "rules": [_rule_data(book, s) for s in found.rules],
    }  # fmt: skip


def passages_data(book: Book, compared: Iterable[Quotation]) -> dict[str, Any]:
    """Quotations and how each stands to its page, as plain data."""
    rows = [{"statement": q.use.statement, "compared": q.compared.value, **citation_data(q.use.citation)} for q in compared]
    counts = {kind.value.replace("-", "_"): sum(r["compared"] == kind.value for r in rows) for kind in Compared}
    return {"schema": PASSAGES_SCHEMA, "library": library_data(book), "counts": counts, "quotations": rows}


def _source_data(source: CitedSource) -> dict[str, Any]:
    data = {
        "publisher": source.publisher, "title": source.title, "date": str(source.date) if source.date else None, "url": source.url,
        "no_url": list(source.no_url),
    }  # fmt: skip
    return {k: v for k, v in data.items() if v} | {"cited_by": [{"statement": u.statement, **citation_data(u.citation)} for u in source.uses]}


def _statement_data(book: Book, s: Statement) -> dict[str, Any]:
    names = ("decided", "in_effect", "reported", "confirmed", "denied", "retracted")
    return {
        "statement": s.id, "issuer": s.id.partition("/")[0], "by": s.by, "says": s.says, "note": s.note,
        "grade": s.grade.value, "stated_grade": s.stated_grade.value,
        **{name: str(day) for name in names if (day := getattr(s, name))},
        "no_effect": {"kind": s.no_effect[0], "because": s.no_effect[1]} if s.no_effect else None,
        "rules": [r.id for r in rests_on(book, s.id)], "raises": [r.name for r in raised_by(book, s.id)],
    }  # fmt: skip


def _rule_data(book: Book, support: Support) -> dict[str, Any]:
    rule = book.rule[support.rule]
    return {
        "rule": rule.id, "issuer": rule.issuer, "effect": rule.effect.value, "summary": rule.summary, "from": str(first_day(rule, book.statements)),
        "until": str(rule.until) if rule.until else None, "statements": list(support.statements), "sources": len(support.sources),
        "weak": [w.value for w in support.weaknesses],
    }  # fmt: skip


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


__all__ = ["PASSAGES_SCHEMA", "SCHEMA", "inert", "passages_data", "sources_data", "sources_to_csv"]
