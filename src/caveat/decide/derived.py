"""What followed from reports, in words: each fact with its premises, how sure, and by which derivation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.core.incident import PLACES
from caveat.report.document import Bullets, Heading, Item, Tone, mark
from caveat.report.sourced import source_item
from caveat.report.values import set_words
from caveat.report.wording import fact_title, listed, value_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from caveat.core.book import Book
    from caveat.core.decision import Decision
    from caveat.core.derived import DerivedFact
    from caveat.core.incident import Incident
    from caveat.report.document import Block, Span


def derived_blocks(book: Book, decision: Decision) -> Iterator[Block]:
    """What followed from the reports, and what did not after all: a section each, where there were reports."""
    for title, items in _sections(book, decision):
        yield Heading(2, title)
        yield Bullets(tuple(items))


def _sections(book: Book, decision: Decision) -> Iterator[tuple[str, list[Item]]]:
    case = decision.asking.case
    if case is None:
        return
    counting = [d for d in decision.derived if not d.set_aside]
    sure = {(d.fact, d.values, d.issuer) for d in counting if d.is_certain and not d.where}
    counted = [
        Item(_sentence(book, d), tuple(Item(f"Arguable: {text}", tone=Tone.SOFT, bullet="") for text in d.doubts))
        for d in counting
        if d.is_certain or (d.fact, d.values, d.issuer) not in sure
    ]
    aside = [Item(_aside(book, d)) for d in decision.derived if d.set_aside]
    if counted:
        yield "From the reports", counted
    else:
        why = case.note or "nothing follows from them for this use"
        yield "From the reports", [Item(why[:1].upper() + why[1:] + ".")]
    if aside:
        yield "Not from the reports, after all", aside
    used = {r for d in decision.derived for r in (*d.reports, *d.by) if r in case.reports}
    if used:
        yield "Reports", [_report_item(book, case.reports[r], decision.known_by) for r in sorted(used)]


def _sentence(book: Book, d: DerivedFact) -> tuple[Span, ...]:
    """`activity of the target: attacking, because of report 3 [attack-within-window]`."""
    values = listed([value_name(book, d.fact, v) for v in d.values], "or")
    who = f"for {book.issuers[d.issuer].name}: " if d.issuer and d.issuer in book.issuers else ""
    sure = "" if d.is_certain or d.set_aside else "arguably "
    where = "".join(f", if the {fact_title(book, fact)} is {set_words(book, fact, v)}" for fact, v in sorted(d.where.items()))
    return f"{who}{fact_title(book, d.fact)}: {sure}{values}{where}, because of {_named(d.reports)} ", mark(d.derivation)


def _aside(book: Book, d: DerivedFact) -> tuple[Span, ...]:
    by = f" ({listed(d.by)})" if d.by else ""
    return (*_sentence(book, d), f": set aside, since {d.set_aside}{by}")


def _named(reports: tuple[str, ...]) -> str:
    return f"report{'s' * (len(reports) > 1)} {listed(reports)}"


def report_words(book: Book, r: Incident) -> str:
    """`shelling-1: attack from Belgorod region against Kharkiv region (artillery), 2024-05-30, confirmed`."""
    kinds = book.reporting.values if book.reporting else {}

    def names(key: str, said: tuple[str, ...]) -> str:
        terms = book.vocabulary.value_sets[kinds[key]].terms
        return listed([terms[n].name if n in terms else n for n in said], "or")

    kind = names("kind", (r.kind,))
    parts = [f"{key} {names(key, r.names[key])}" for key in PLACES if key in r.names and key != "force"]
    force = f" ({names('force', r.names['force'])})" if "force" in r.names else ""
    told = "" if r.when == r.reported else f", reported {r.reported}"
    return f"{r.id}: {' '.join([kind, *parts])}{force}, {r.when}{told}, {r.sure.value}" + (f". {r.says}" if r.says else "")


def _report_item(book: Book, r: Incident, known_by: date) -> Item:
    """A report with its sources."""
    return Item(report_words(book, r), tuple(source_item(c, known_by) for c in r.sources))
