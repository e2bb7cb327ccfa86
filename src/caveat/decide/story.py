"""A decision as a document: verdict first, then who decided it and why, what is missing and assumed, then the sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.core.outcome import Verdict
from caveat.decide.derived import derived_blocks
from caveat.report import answers as words
from caveat.report.document import Bullets, Caps, Code, Document, Em, Heading, Item, Mark, Paragraph, Remark, Tone, joined, mark
from caveat.report.sourced import sources_of
from caveat.report.wording import TONES, VERDICTS, assumed, fact_title, listed, question_of, rule_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from caveat.core.book import Book
    from caveat.core.decision import Argued, Consent, Decision
    from caveat.report.document import Block


def decision_story(book: Book, decision: Decision, *, brief: bool = False) -> Document:
    """The decision as a reader who is busy wants it; `brief` leaves out the sources."""
    return Document((*answer_blocks(book, decision), *(() if brief else sources_blocks(book, decision))))


def answer_blocks(book: Book, decision: Decision) -> Iterator[Block]:
    """All of it but the sources."""
    yield from _verdict(book, decision)
    full, in_some_cases = words.in_order(decision)
    for consent in full:
        yield from _consent(book, decision, consent)
    if in_some_cases:
        names = [f"{book.issuers[c.issuer].name} ({VERDICTS[c.verdict].lower()})" for c in in_some_cases]
        yield Remark(f"Also asked, in some of the cases left open: {listed(names)}.")
    quiet = [book.issuers[c.issuer].name for c in decision.consents if c.verdict == Verdict.NO_OBJECTION]
    if quiet and decision.verdict != Verdict.NO_OBJECTION:
        yield Remark(f"No objection from treaties: {listed(quiet)}.")
    yield from derived_blocks(book, decision)
    yield from _missing(book, decision)
    yield from _assumed(book, decision)


def _verdict(book: Book, decision: Decision) -> Iterator[Block]:
    """The verdict, what was asked, on which day as known on which, and what to bear in mind about it."""
    yield Heading(1, (Caps(VERDICTS[decision.verdict].lower()), f": {words.headline(book, decision)}"), TONES[decision.verdict])
    yield Paragraph(words.use_in_words(book, decision))
    yield Paragraph(words.when_words(decision))
    for label, sentence in words.notes(book, decision):
        yield Paragraph((Em(label), f": {sentence}"), Tone.CAUTION)


def _consent(book: Book, decision: Decision, c: Consent) -> Iterator[Block]:
    """One issuer: its verdict, why it is asked, the rules in words, what they set aside, what is arguable."""
    yield Heading(2, f"{book.issuers[c.issuer].name} ({c.issuer}): {words.consent_words(book, decision, c)}", TONES[c.verdict])
    yield Bullets(tuple(_reasons(book, decision, c)))


def _reasons(book: Book, decision: Decision, c: Consent) -> Iterator[Item]:
    for under, rule in words.deciding_rules(c):
        yield Item((Em(under), f" {rule_name(book, rule)} ", mark(rule)) if under else (f"{rule_name(book, rule)} ", mark(rule)))
    for rule, by in words.set_aside_rules(c):
        named = Mark((Code(rule), ", by ", *joined([Code(b) for b in by])))
        yield Item((f"set aside: {rule_name(book, rule)} ", named), tone=Tone.SOFT)
    if c.verdict == Verdict.UNCLEAR:
        yield Item(words.why_unclear(c), bullet="")
    yield from (_arguable(book, decision, c, a) for a in c.readings)
    if c.missing and c.missing != decision.missing:
        yield Item(words.depends_words(book, c), bullet="")
    if c.grade:
        yield Item(f"Evidence: {words.evidence_words(book, decision, c)}.", tone=Tone.SOFT, bullet="")


def _arguable(book: Book, decision: Decision, c: Consent, a: Argued) -> Item:
    question, why, sides = words.reading_words(book, decision, c, a)
    return Item((Em(question), f" {why}. ({sides})"), bullet="?")


def _missing(book: Book, decision: Decision) -> Iterator[Block]:
    """What to find out, the most telling first, and the fact under which to say it."""
    if decision.missing:
        yield Heading(2, "What would settle it")
    for i, facts in enumerate(decision.missing):
        if i:
            yield Paragraph("or")
        yield Bullets(tuple(Item((f"{question_of(book, fact)} ", mark(fact))) for fact in facts))


def _assumed(book: Book, decision: Decision) -> Iterator[Block]:
    """What was taken for granted."""
    if decision.assumptions:
        yield Heading(2, "Assumed, since it was not said")
        yield Bullets(tuple(Item(f"{fact_title(book, fact)}: {values} ({why})") for fact, values, why in assumed(book, decision)))


def sources_blocks(book: Book, decision: Decision) -> Iterator[Block]:
    """The statements behind the rules that decide and those set aside, each with the rules that it carries."""
    full, _ = words.in_order(decision)
    carried = words.cited(full)
    late = {s: ", after the use" for s in carried if words.is_after_use(book.statements[s], decision)}
    yield from sources_of(book, list(carried), decision.known_by, {s: words.carried_words(rules) for s, rules in carried.items()}, late)
