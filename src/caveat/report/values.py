"""Sets of values in as few words as say them: classes, classes but for a few, what is left out, stretches of days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.core.dates import day_after
from caveat.report.wording import listed, value_name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from caveat.core.book import Book
    from caveat.core.vocabulary import ValueSet

MOST = 6  # names shown of a long list
FEW = 3  # exceptions a class may have and still be named
LARGE = 5  # values a class must have to be named with exceptions


def set_words(book: Book, fact: str, values: frozenset[str]) -> str:
    """The values of a fact in words."""
    known = book.vocabulary.facts[fact]
    names = known.value_set.smallest_names(values)
    rest = known.value_set.smallest_names(frozenset(known.domain) - values)
    if rest and len(names) >= FEW and len(rest) < len(names) and len(rest) <= MOST:
        return f"anything but {listed([value_name(book, fact, n) for n in rest], 'or')}"
    shown = _with_exceptions(book, fact, known.value_set, values) if len(names) > MOST else []
    shown = shown or [value_name(book, fact, n) for n in names]
    if len(shown) > MOST:
        shown = [*shown[:MOST], f"{len(shown) - MOST} more"]
    return listed(shown, "or")


def _with_exceptions(book: Book, fact: str, values_of: ValueSet, values: frozenset[str]) -> list[str]:
    """The values as classes that hold but for a few, and what is left; nothing where no class fits."""
    fitting = [t for t in values_of.terms.values() if len(t.leaves & values) >= LARGE and len(t.leaves - values) <= FEW]
    if not fitting:
        return []
    best = max(fitting, key=lambda t: (len(t.leaves & values), t.id))
    out = [value_name(book, fact, n) for n in sorted(best.leaves - values)]
    text = f"{best.name} but for {listed(out)}" if out else best.name
    rest = [value_name(book, fact, n) for n in values_of.smallest_names(values - best.leaves)]
    return [text, *rest]


def stretch_words(stretches: Iterable[tuple[date | None, date | None]]) -> str:
    """Stretches of days as `before X`, `X`, `from X to Y`, `from X on`."""
    return listed([_stretch(first, last) for first, last in stretches], "or")


def _stretch(first: date | None, last: date | None) -> str:
    if first is None:
        return f"before {day_after(last)}" if last else "any day"
    if last is None:
        return f"from {first} on"
    return str(first) if first == last else f"from {first} to {last}"
