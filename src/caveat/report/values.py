"""Sets of values in as few words as say them: classes, classes but for a few, what is left out, stretches of days."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from caveat.core.dates import ONE_DAY
from caveat.core.force import turning_days
from caveat.core.question import DATE
from caveat.report.wording import listed, value_name

if TYPE_CHECKING:
    from caveat.core.ir import Book
    from caveat.core.vocabulary import ValueSet

MOST = 6  # names shown of a long list
FEW = 3  # exceptions a class may have and still be named
LARGE = 5  # values a class must have to be named with exceptions


def set_words(book: Book, fact: str, values: frozenset[str]) -> str:
    """The values of a fact in words; of the date, as stretches of days."""
    if fact == DATE:
        return day_words(book, values)
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


def day_words(book: Book, firsts: frozenset[str]) -> str:
    """Stretches of days, each given by its first, as `before X`, `from X to Y`, `from X`."""
    turns = sorted(set(turning_days(book.rules, book.statements)))
    given = {date.fromisoformat(first) for first in firsts}
    begins = sorted({*turns, min([*turns, *given])})
    runs: list[tuple[date, date | None]] = []
    for day, after in zip(begins, [*begins[1:], None], strict=True):
        if day in given:
            if runs and runs[-1][1] == day:
                runs[-1] = (runs[-1][0], after)
            else:
                runs.append((day, after))
    return listed([_run(begin, end, is_first=bool(turns) and begin < turns[0]) for begin, end in runs], "or") or listed(sorted(firsts), "or")


def _run(begin: date, end: date | None, *, is_first: bool) -> str:
    if end is None:
        return f"from {begin}"
    if is_first:
        return f"before {end}"
    last = end - ONE_DAY
    return f"on {begin}" if last == begin else f"from {begin} to {last}"
