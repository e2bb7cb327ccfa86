"""Dates that are certainly at odds. A date that is only roughly known is given the benefit of the doubt.

What cannot be at all (`confirmed` before `reported`) is an error and keeps a file from loading; what is here is
possible, but most often a slip.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from caveat.core.citation import Reliability
from caveat.core.errors import Severity
from caveat.lint.finding import Finding, Involved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from caveat.core.book import Book, Rule, Statement
    from caveat.core.dates import Dated
    from caveat.lint.finding import Places

LONG_AFTER = timedelta(days=183)


def dates_at_odds(book: Book, places: Places) -> Iterator[Finding]:
    """All of this file's findings."""
    for statement in book.statements.values():
        yield from _within_statement(statement, places)
        yield from _sources(statement, places)
    for rule in book.rules:
        yield from _early_rule(book, rule, places)
    yield from _coverage(book, places)


def _precedes(a: Dated | None, b: Dated | None) -> bool:
    """Whether `a` certainly lies before `b`."""
    return a is not None and b is not None and a.latest < b.earliest


def _within_statement(s: Statement, places: Places) -> Iterator[Finding]:
    """In effect before it was decided; confirmed after it was taken back."""
    if _precedes(s.in_effect, s.decided):
        message = f"`{s.id}` took effect on {s.in_effect}, before it was decided on {s.decided}"
        tip = "check both dates, or accept it with the reason"
        yield Finding("effect-before-decision", message, places.within(s, "in_effect"), tip, Severity.WARNING, s.id)
    if _precedes(s.retracted, s.confirmed):
        message = f"`{s.id}` was confirmed on {s.confirmed}, after it was retracted on {s.retracted}, and stays gone"
        tip = "make the confirmation a statement of its own"
        yield Finding("confirmed-after-retraction", message, places.within(s, "confirmed"), tip, Severity.WARNING, s.id)


def _sources(s: Statement, places: Places) -> Iterator[Finding]:
    """A source from before the first public report; or none from within half a year of it."""
    for i, source in enumerate(s.sources):
        if _precedes(source.date, s.reported):
            message = f"this source of `{s.id}` is of {source.date}, before the first public report on {s.reported}"
            tip = "if it reports the statement, `reported` is its date; if it is background, drop it or say so in `accepted`"
            yield Finding("source-before-report", message, places.within(s, "sources", i, "date"), tip, Severity.WARNING, s.id)
    dated = [c.date for c in s.sources if c.date is not None]
    is_record = s.best_reliability == Reliability.PRIMARY  # the text itself, of which later copies are as good
    if not is_record and dated and len(dated) == len(s.sources) and min(d.earliest for d in dated) - s.reported.latest > LONG_AFTER:
        first = min(dated, key=lambda d: d.earliest)
        message = f"the oldest source of `{s.id}` is of {first}, long after the first public report on {s.reported}"
        tip = "find a source from that time; if there is none, it may have become public only later"
        yield Finding("report-without-source", message, places.within(s, "reported"), tip, Severity.NOTE, s.id)


def _early_rule(book: Book, rule: Rule, places: Places) -> Iterator[Finding]:
    """A rule that begins before anything that it rests on was decided, in effect, or reported."""
    statements = [book.statements[s] for s in rule.statements]
    first = min((d for s in statements for d in (s.decided, s.in_effect, s.reported) if d), key=lambda d: d.earliest)
    if _precedes(rule.begins, first):
        also = tuple(Involved(s.id, _days_of(s), places.of(s)) for s in statements)
        message = f"`{rule.id}` begins on {rule.begins}, before anything it rests on was decided, in effect or reported"
        tip = "check `from`; or give the statement the `in_effect` that its source names; or accept it with the reason"
        yield Finding("rule-before-decision", message, places.within(rule, "from"), tip, Severity.WARNING, rule.id, (rule.id,), also)


def _days_of(s: Statement) -> str:
    """The days of a statement from which a rule could begin, each by its name."""
    days = (("decided", s.decided), ("in effect", s.in_effect), ("reported", s.reported))
    return ", ".join(f"{name} {day}" for name, day in days if day)


def _coverage(book: Book, places: Places) -> Iterator[Finding]:
    """An issuer whose sources are said to end before its last statement was reported."""
    for issuer in book.issuers.values():
        own = [s for s in book.statements.values() if s.id.startswith(f"{issuer.id}/")]
        late = [s for s in own if issuer.covered_until and _precedes(issuer.covered_until, s.reported)]
        if late:
            last = max(late, key=lambda s: (s.reported.earliest, s.id))
            also = (Involved(last.id, f"reported {last.reported}", places.of(last)),)
            message = f"{issuer.name} is said to be covered until {issuer.covered_until}, yet has statements reported later"
            file = last.place.rpartition(":")[0]
            tip = f"set `covered_until` to the last date your sources reach, {last.reported} or later"
            span = places.top(file, "covered_until", "issuer")
            yield Finding("coverage-too-short", message, span, tip, Severity.WARNING, issuer.id, (), also)
