"""The form for a document or a pull request: Markdown, verdict first, sources last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.core.outcome import Verdict
from caveat.report.derived import derived_words
from caveat.report.markdown import address_of, escaped
from caveat.report.policies_words import TITLE, policies_words
from caveat.report.to_text import headline, in_order, late_sources, turn_words, use_in_words, where_words
from caveat.report.wording import (
    OUTCOMES,
    VERDICTS,
    assumed,
    because,
    evidence,
    is_later,
    listed,
    questions,
    reading_of,
    rule_name,
    source_line,
    told,
    why_open,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from caveat.core.decision import Consent, Decision
    from caveat.core.ir import Book
    from caveat.explain import Explanation


def to_markdown(book: Book, decision: Decision) -> str:
    """The decision as a Markdown section."""
    return "\n".join([*_head(book, decision), *_consents(book, decision), *_rest(book, decision)]).rstrip() + "\n"


def _head(book: Book, decision: Decision) -> Iterator[str]:
    yield f"## {VERDICTS[decision.verdict].capitalize()}: {escaped(headline(book, decision))}"
    yield ""
    day = f"On {decision.as_of}" if decision.as_of else "On a day that was not given"
    yield f"{escaped(use_in_words(book, decision))}. {day}, as publicly known by {decision.known_by}."
    for note in told(decision):
        yield ""
        yield f"*Note*: {escaped(note)}"
    late = late_sources(book, decision)
    if late:
        yield ""
        yield f"*Last known*: our sources end earlier ({escaped(listed(late))})."
    if words := policies_words(book):
        yield ""
        yield f"*{TITLE}*: {escaped(words)}."
    yield ""


def _consents(book: Book, decision: Decision) -> Iterator[str]:
    full, brief_ones = in_order(decision)
    for c in full:
        yield from _consent(book, decision, c)
    if brief_ones:
        names = [f"{book.issuers[c.issuer].name} ({VERDICTS[c.verdict].lower()})" for c in brief_ones]
        yield f"Also asked, in some of the cases left open: {escaped(listed(names))}."
        yield ""
    quiet = [book.issuers[c.issuer].name for c in decision.consents if c.verdict == Verdict.NO_OBJECTION]
    if quiet:
        yield f"No objection from treaties: {escaped(listed(quiet))}."
        yield ""


def _consent(book: Book, decision: Decision, c: Consent) -> Iterator[str]:
    yield f"### {escaped(book.issuers[c.issuer].name)}: {VERDICTS[c.verdict].lower()}"
    yield ""
    yield f"Asked as {escaped(because(book, decision, c))}."
    yield ""
    for rule in sorted(c.rules, key=lambda r: r in c.arguable_rules):
        under = "*Under one reading:* " if rule in c.arguable_rules else ""
        yield f"- {under}{escaped(rule_name(book, rule))} (`{rule}`)"
    for rule, by in c.set_aside:
        yield f"- Set aside: {escaped(rule_name(book, rule))} (`{rule}`, by `{by}`)"
    if c.verdict == Verdict.UNCLEAR:
        yield f"- Why it is unclear: {escaped(why_open(c))}."
    for a in c.readings:
        reading = reading_of(book, decision, a.point)
        sides = f"yes: {listed([OUTCOMES[o] for o in a.if_yes], 'or')}; no: {listed([OUTCOMES[o] for o in a.if_no], 'or')}"
        yield f"- *{escaped(reading.question)}* {escaped(reading.because.rstrip('.'))} ({sides})."
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
            yield ("or " if i else "") + listed([f"`{q.partition(': ')[0]}` ({escaped(q.partition(': ')[2])})" for q in questions(book, facts)])
            yield ""
    if decision.assumptions:
        yield "### Assumed"
        yield ""
        for fact, values, why in assumed(book, decision):
            yield f"- `{fact}`: {escaped(values)} ({escaped(why)})"
        yield ""
    yield from _sources(book, decision)


def _sources(book: Book, decision: Decision) -> Iterator[str]:
    statements = dict.fromkeys(s for c in decision.consents for s in c.statements)
    if not statements:
        return
    yield "### Sources"
    yield ""
    for ident in statements:
        s = book.statements[ident]
        yield f"- `{ident}`: {escaped(s.by)}. {escaped(s.says)} ({escaped(evidence(s, decision.known_by))}, reported {s.reported})"
        for source in s.sources:
            words = f": “{escaped(source.words)}”" if source.words else ""
            later = " (published later)" if is_later(source, decision.known_by) else ""
            yield f"  - {escaped(source_line(source))}{later}{words} {address_of(source)}"
    yield ""


def explanation_to_markdown(book: Book, e: Explanation) -> str:
    """The explanation as a Markdown section."""
    lines = [to_markdown(book, e.decision)]
    if e.branches:
        lines += ["### What each answer leads to", "", *(f"- {escaped(where_words(book, b))}: {VERDICTS[b.verdict].lower()}" for b in e.branches), ""]
    if e.near_misses:
        lines += ["### Rules that do not apply", ""]
        lines += [f"- {escaped(n.rule.summary)} (`{n.rule.id}`): {escaped(turn_words(book, n))}" for n in e.near_misses] + [""]
    if e.turns:
        lines += ["### The smallest change that would turn it", ""]
        lines += [f"- {escaped(where_words(book, b))}: {VERDICTS[b.verdict].lower()}" for b in e.turns] + [""]
    return "\n".join(lines).rstrip() + "\n"
