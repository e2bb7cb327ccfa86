"""The form for a document or a pull request: Markdown, verdict first, sources last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.core.outcome import Verdict
from caveat.decide.derived import derived_words
from caveat.report import answers as words
from caveat.report.markdown import address_of, escaped
from caveat.report.wording import VERDICTS, assumed, because, evidence, fact_title, is_later, listed, question_of, rule_name, source_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from caveat.core.book import Book
    from caveat.core.decision import Consent, Decision


def to_markdown(book: Book, decision: Decision) -> str:
    """The decision as a Markdown section."""
    return "\n".join([*_head(book, decision), *_consents(book, decision), *_rest(book, decision)]).rstrip() + "\n"


def _head(book: Book, decision: Decision) -> Iterator[str]:
    yield f"## {VERDICTS[decision.verdict].capitalize()}: {escaped(words.headline(book, decision))}"
    yield ""
    yield f"{escaped(words.use_in_words(book, decision))}. {words.when_words(decision)}"
    for label, sentence in words.notes(book, decision):
        yield ""
        yield f"*{label}*: {escaped(sentence)}"
    yield ""


def _consents(book: Book, decision: Decision) -> Iterator[str]:
    full, brief_ones = words.in_order(decision)
    for c in full:
        yield from _consent(book, decision, c)
    if brief_ones:
        names = [f"{book.issuers[c.issuer].name} ({VERDICTS[c.verdict].lower()})" for c in brief_ones]
        yield f"Also asked, in some of the cases left open: {escaped(listed(names))}."
        yield ""
    quiet = [book.issuers[c.issuer].name for c in decision.consents if c.verdict == Verdict.NO_OBJECTION]
    if quiet and decision.verdict != Verdict.NO_OBJECTION:
        yield f"No objection from treaties: {escaped(listed(quiet))}."
        yield ""


def _consent(book: Book, decision: Decision, c: Consent) -> Iterator[str]:
    yield f"### {escaped(book.issuers[c.issuer].name)}: {VERDICTS[c.verdict].lower()}"
    yield ""
    yield f"Asked as {escaped(because(book, decision, c))}{words.SAY[c.has_say]}."
    yield ""
    for under, rule in words.deciding_rules(c):
        yield f"- {'*Under one reading:* ' if under else ''}{escaped(rule_name(book, rule))} (`{rule}`)"
    for rule, by in words.set_aside_rules(c):
        yield f"- Set aside: {escaped(rule_name(book, rule))} (`{rule}`, by {listed([f'`{b}`' for b in by])})"
    if c.verdict == Verdict.UNCLEAR:
        yield f"- {escaped(words.why_unclear(c))}"
    for a in c.readings:
        question, why, sides = words.reading_words(book, decision, c, a)
        yield f"- *{escaped(question)}* {escaped(why)} ({sides})."
    if c.missing and c.missing != decision.missing:
        yield f"- {escaped(words.depends_words(book, c))}"
    if c.grade:
        yield f"- Evidence: {escaped(words.evidence_words(book, decision, c))}."
    yield ""


def _rest(book: Book, decision: Decision) -> Iterator[str]:
    for title, rows in derived_words(book, decision):
        yield f"### {title}"
        yield ""
        for row, more in rows:
            yield f"- {escaped(row)}"
            yield from (f"  - {escaped(line)}" for line in more)
        yield ""
    if decision.missing:
        yield "### What would settle it"
        yield ""
        for i, facts in enumerate(decision.missing):
            if i:
                yield "or"
                yield ""
            yield from (f"- {escaped(question_of(book, fact))} (`{fact}`)" for fact in facts)
            yield ""
    if decision.assumptions:
        yield "### Assumed"
        yield ""
        for fact, values, why in assumed(book, decision):
            yield f"- {escaped(fact_title(book, fact))}: {escaped(values)} ({escaped(why)})"
        yield ""
    yield from _sources(book, decision)


def _sources(book: Book, decision: Decision) -> Iterator[str]:
    full, _ = words.in_order(decision)
    carried = words.cited(full)
    if not carried:
        return
    yield "### Sources"
    yield ""
    for ident, (deciding, aside) in carried.items():
        s = book.statements[ident]
        late = ", after the use" if words.is_after_use(s, decision) else ""
        yield f"- {escaped(s.by)}: {escaped(s.says)} ({escaped(evidence(s, decision.known_by))}, reported {s.reported.words}{late}) (`{ident}`)"
        yield f"  - *{escaped(words.carried_words((deciding, aside)))}*"
        for source in s.sources:
            quoted = f": “{escaped(source.words)}”" if source.words else ""
            later = " (published later)" if is_later(source, decision.known_by) else ""
            yield f"  - {escaped(source_line(source))}{later}{quoted} {address_of(source)}"
    yield ""
