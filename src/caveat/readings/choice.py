"""Which open points are wanted: by the uses they are asked about, by name, by issuer."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from caveat.core.errors import Diagnostic, ScenarioError, did_you_mean
from caveat.core.scenario import asked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from caveat.core.book import Book
    from caveat.core.scenario import Scenario
    from caveat.readings.open import Days, Openness


def asked_about(book: Book, where: Scenario) -> tuple[Mapping[str, frozenset[str]], Days]:
    """The values of the facts that a partial scenario names, and its days. ScenarioError for facts that are none."""
    found = asked(book, where, assumptions=False)
    several = book.vocabulary.several
    named = [f for said in found.said for f in (said, *several.get(said, ())) if f in found.sets]
    days = (found.date.earliest, found.date.latest) if found.date else (None, None)
    return {fact: found.sets[fact] for fact in named}, days


def chosen(found: Openness, names: Sequence[str]) -> Openness:
    """The points that some name chooses: that of a reading, its last part, or an issuer. ScenarioError where a name chooses nothing."""
    idle = [name for name in names if not any(names_it(name, p.reading.name) for p in found.points)]
    if idle:
        known = [p.reading.name for p in found.points]
        tip = "`caveat readings` lists those on which something turns"
        raise ScenarioError(
            [Diagnostic("unknown-reading", f"nothing turns on a reading `{n}` here", None, did_you_mean(n, known) or tip) for n in idle]
        )
    if not names:
        return found
    return replace(found, points=tuple(p for p in found.points if any(names_it(n, p.reading.name) for n in names)))


def names_it(pattern: str, name: str) -> bool:
    """Whether a pattern chooses a reading: by its name, the last part of it, or the issuer whose it is."""
    return any(fnmatchcase(part.casefold(), pattern.casefold()) for part in (name, name.rpartition("/")[2], name.partition("/")[0]))
