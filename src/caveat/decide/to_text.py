"""The terminal's form: verdict first, then who decided it and why, what is assumed and missing, then the sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.core.outcome import Verdict
from caveat.decide.derived import derived_lines
from caveat.report import answers as words
from caveat.report.page_text import COLOURS, Page
from caveat.report.sourced import source_lines
from caveat.report.wording import VERDICTS, assumed, fact_title, listed, question_of, rule_name

if TYPE_CHECKING:
    from caveat.core.book import Book
    from caveat.core.decision import Consent, Decision


def to_text(book: Book, decision: Decision, *, width: int = 80, colour: bool = False, brief: bool = False) -> str:
    """The decision as a reader who is busy wants it; `brief` leaves out the sources."""
    page = Page(width, colour=colour)
    verdict_lines(page, book, decision)
    full, brief_ones = words.in_order(decision)
    for consent in full:
        consent_lines(page, book, decision, consent)
    if brief_ones:
        page.gap()
        names = [f"{book.issuers[c.issuer].name} ({VERDICTS[c.verdict].lower()})" for c in brief_ones]
        page.add(f"Also asked, in some of the cases left open: {listed(names)}.", style="2")
    quiet = [book.issuers[c.issuer].name for c in decision.consents if c.verdict == Verdict.NO_OBJECTION]
    if quiet and decision.verdict != Verdict.NO_OBJECTION:
        page.gap()
        page.add(f"No objection from treaties: {listed(quiet)}.", style="2")
    derived_lines(page, book, decision)
    missing_lines(page, book, decision)
    assumption_lines(page, book, decision)
    if not brief:
        decision_sources(page, book, decision)
    return str(page)


def verdict_lines(page: Page, book: Book, decision: Decision) -> None:
    """The verdict, what was asked, on which day as known on which, and what to bear in mind about it."""
    page.add(f"{VERDICTS[decision.verdict]}: {words.headline(book, decision)}", style=COLOURS[decision.verdict])
    page.add(words.use_in_words(book, decision), indent="  ")
    page.add(words.when_words(decision), indent="  ")
    for label, sentence in words.notes(book, decision):
        page.add(f"{label}: {sentence}", indent="  ", style="33")


def consent_lines(page: Page, book: Book, decision: Decision, c: Consent) -> None:
    """One issuer: its verdict, why it is asked, the rules in words, what they set aside, what is arguable."""
    page.gap()
    page.add(f"{book.issuers[c.issuer].name} ({c.issuer}): {words.consent_words(book, decision, c)}", hang="  ", style=COLOURS[c.verdict])
    for under, rule in words.deciding_rules(c):
        page.add(f"- {under}{rule_name(book, rule)} [{rule}]", indent="  ", hang="    ")
    for rule, by in words.set_aside_rules(c):
        page.add(f"- set aside: {rule_name(book, rule)} [{rule}, by {listed(by)}]", indent="  ", hang="    ", style="2")
    if c.verdict == Verdict.UNCLEAR:
        page.add(words.why_unclear(c), indent="  ")
    for a in c.readings:
        question, why, sides = words.reading_words(book, decision, c, a)
        page.add(f"? {question} {why}. ({sides})", indent="  ", hang="    ")
    if c.missing and c.missing != decision.missing:
        page.add(words.depends_words(book, c), indent="  ", hang="    ")
    if c.grade:
        page.add(f"Evidence: {words.evidence_words(book, decision, c)}.", indent="  ", style="2")


def missing_lines(page: Page, book: Book, decision: Decision) -> None:
    """What to find out, the most telling first, and the fact under which to say it."""
    if not decision.missing:
        return
    page.head("What would settle it")
    for i, facts in enumerate(decision.missing):
        if i:
            page.add("or", indent="  ")
        for fact in facts:
            page.add(f"- {question_of(book, fact)} [{fact}]", indent="  ", hang="    ")


def assumption_lines(page: Page, book: Book, decision: Decision) -> None:
    """What was taken for granted."""
    if not decision.assumptions:
        return
    page.head("Assumed, since it was not said")
    for fact, values, why in assumed(book, decision):
        page.add(f"- {fact_title(book, fact)}: {values} ({why})", indent="  ", hang="    ")


def decision_sources(page: Page, book: Book, decision: Decision) -> None:
    """The statements behind the rules that decide and those set aside, each with the rules that it carries."""
    full, _ = words.in_order(decision)
    carried = words.cited(full)
    marks = {s: words.carried_words(rules) for s, rules in carried.items()}
    late = {s: ", after the use" for s in carried if words.is_after_use(book.statements[s], decision)}
    source_lines(page, book, list(carried), decision.known_by, marks, late)


# -- explanations
