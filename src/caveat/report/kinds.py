"""The words a timeline and a matrix share in every form: kinds of answers, their marks, days, names, readings of the chart."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from caveat.core.outcome import Verdict
from caveat.report.document import Tone
from caveat.report.text import CODES as TONE_CODES
from caveat.report.wording import OUTCOMES, TONES, listed, said_words, value_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from caveat.core.book import Book
    from caveat.engines.view import View


class Kind(StrEnum):
    """What a stretch or a square shows: a verdict, with silence told apart, or why there is none."""

    PERMITTED = "permitted"
    PROHIBITED = "prohibited"
    UNCLEAR = "unclear"
    SILENT = "silent"
    NEEDS_FACTS = "needs-facts"
    NO_OBJECTION = "no-objection"
    NOT_SUPPLIED = "not-supplied"
    NOT_ASKED = "not-asked"


WORDS = {
    Kind.PERMITTED: "permitted",
    Kind.PROHIBITED: "prohibited",
    Kind.UNCLEAR: "unclear",
    Kind.SILENT: "no policy",
    Kind.NEEDS_FACTS: "depends",
    Kind.NO_OBJECTION: "no objection",
    Kind.NOT_SUPPLIED: "n/a",
    Kind.NOT_ASKED: "no say",
}
LEGEND = {
    Kind.PERMITTED: "permitted",
    Kind.PROHIBITED: "prohibited",
    Kind.UNCLEAR: "unclear: public policy can be read more than one way",
    Kind.SILENT: "no policy: nothing on the public record covers it",
    Kind.NEEDS_FACTS: "depends on facts that were not given",
    Kind.NO_OBJECTION: "no objection",
    Kind.NOT_SUPPLIED: "not supplied, or no such use can be",
    Kind.NOT_ASKED: "has no say",
}
MARKS = {
    Kind.PERMITTED: "P", Kind.PROHIBITED: "X", Kind.UNCLEAR: "U", Kind.SILENT: "S", Kind.NEEDS_FACTS: "N", Kind.NO_OBJECTION: "O",
    Kind.NOT_SUPPLIED: "-", Kind.NOT_ASKED: ".",
}  # fmt: skip
LATE = "last known: what is known ends earlier"
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
DISCLAIMER = "Reports what public policy says. Authorises nothing."


def kind_of(view: View) -> Kind:
    """What a view shows."""
    if view.verdict == Verdict.NO_SAY:
        return Kind.NOT_ASKED
    return Kind.SILENT if view.is_silent else Kind(view.verdict.value)


def mark_of(kind: Kind, *, late: bool) -> str:
    """One letter, small after the last day our sources reach."""
    return MARKS[kind].lower() if late else MARKS[kind]


def day_words(day: date, *, short: bool = False) -> str:
    """`30 May 2024`, or `30 Jan 2024` for `30 January 2024`."""
    month = MONTHS[day.month - 1]
    return f"{day.day} {month[:3] if short else month} {day.year}"


def lower_first(text: str) -> str:
    """The text with a small first letter."""
    return text[:1].lower() + text[1:]


def said_in_names(book: Book, scenario: Mapping[str, object], fact: str) -> str:
    """What a scenario says of a fact, in names; empty where it says nothing."""
    return said_words(book, fact, scenario.get(fact))


def use_title(book: Book, scenario: Mapping[str, object]) -> str:
    """`HIMARS, artillery, Belgorod region`: as much of it as was said."""
    title = ", ".join(name for name in (said_in_names(book, scenario, f) for f in ("weapon", "target.kind", "target.region")) if name)
    return title[:1].upper() + title[1:] or "A donated weapon"


def facts_line(book: Book, scenario: Mapping[str, object], leave_out: Iterable[str] = ()) -> str:
    """`weapon: HIMARS; purpose: counter-fire`."""
    hidden = set(leave_out)
    rows = [(fact, said_in_names(book, scenario, fact)) for fact in scenario if fact not in hidden and fact != "date"]
    return "; ".join(f"{book.vocabulary.facts[f].title if f in book.vocabulary.facts else f}: {names}" for f, names in rows)


def assumed_line(book: Book, assumptions: Mapping[str, object]) -> str:
    """`action: strike; carrier: no carrier`; empty where nothing was assumed."""
    from caveat.core.vocabulary import Assumption

    rows = [(f, a) for f, a in assumptions.items() if isinstance(a, Assumption)]
    return "; ".join(f"{book.vocabulary.facts[f].title}: {listed([value_name(book, f, t) for t in a.terms], 'or')}" for f, a in rows)


def missing_words(book: Book, view: View) -> str:
    """What a verdict depends on, in the titles of the facts: `weapon and surroundings of the target`."""
    first = view.missing[0] if view.missing else ()
    return listed([book.vocabulary.facts[f].title if f in book.vocabulary.facts else "day" for f in first])


def why_words(book: Book, view: View) -> str:
    """What leaves a view open, in a sentence; empty where it is settled."""
    if view.verdict == Verdict.NEEDS_FACTS:
        possible = listed([WORDS[Kind(v.value)] for v in view.possible], "or")
        return f"It depends on the {missing_words(book, view)}: {possible}."
    if view.is_silent:
        return "Nothing on the public record covers this use."
    if view.verdict == Verdict.UNCLEAR:
        says = listed([OUTCOMES[o] for o in view.says], "or")
        return f"The record can be read more than one way: {says}."
    return ""


def issuer_names(book: Book, ids: Sequence[str], most: int = 4) -> str:
    """Issuers by name, the first few and how many more."""
    names = [book.issuers[i].name if i in book.issuers else i for i in ids]
    return listed(names) if len(names) <= most else f"{', '.join(names[:most])} and {len(names) - most} more"


KIND_TONES = (
    {Kind(v.value): tone for v, tone in TONES.items() if v != Verdict.NO_SAY}
    | dict.fromkeys((Kind.NOT_SUPPLIED, Kind.NOT_ASKED), Tone.SOFT)
    | {Kind.SILENT: Tone.CAUTION}
)
CODES = {kind: TONE_CODES[tone] for kind, tone in KIND_TONES.items()}
