"""Arguable points in words: those that come from dates and denials quote the rule or statement they are about, not its id."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from caveat.report.kinds import day_words
from caveat.report.wording import named

if TYPE_CHECKING:
    from caveat.core.book import Book, Reading

_RULES = {"begun": "Was this in force yet: {}", "ended": "Was this no longer in force: {}"}
_STATEMENTS = {
    "stands": "Does this hold: {}",
    "reported": "Was this publicly known yet: {}",
    "retracted": "Was this taken back by then: {}",
    "denied": "Was this denied by then: {}",
    "confirmed": "Was this confirmed by then: {}",
}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def worded(book: Book, reading: Reading) -> Reading:
    """The reading as a reader can answer it; one that a policy file words stays as it is."""
    kind, _, ident = reading.name.partition("/")
    if kind == "say":
        who = ident.partition("/")[0]
        bare = book.issuers[who].name if who in book.issuers else who
        return replace(reading, question=reading.question.replace(f"Does {bare} ", f"Does {named(book, who)} ", 1))
    said = ""
    if kind in _RULES:
        about = next((r for r in book.rules if r.id == ident or (kind == "begun" and r.begins is None and ident in r.statements)), None)
        said = _RULES[kind].format(_quoted(about.summary)) if about else ""
    elif kind in _STATEMENTS and ident in book.statements:
        statement = book.statements[ident]
        said = f"{_STATEMENTS[kind].format(_quoted(statement.says))} ({statement.by.partition(';')[0]}, {statement.reported.words})"
    if not said:
        return reading
    because = _DAY.sub(lambda m: day_words(date.fromisoformat(m[0])), reading.because)
    return replace(reading, question=f"{said}?", because=because)


def _quoted(text: str) -> str:
    return f"“{text.strip().removesuffix('.')}”"
