"""Which open points are wanted: by the uses they are asked about, by name, by issuer."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from caveat.core.errors import Diagnostic, ScenarioError, did_you_mean
from caveat.core.scenario import asked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from caveat.core.ir import Book
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
    idle = [name for name in names if not any(_matches(name, found, i) for i in range(len(found.points)))]
    if idle:
        known = [p.reading.name for p in found.points]
        tip = "`caveat readings` lists those on which something turns"
        raise ScenarioError(
            [Diagnostic("unknown-reading", f"nothing turns on a reading `{n}` here", None, did_you_mean(n, known) or tip) for n in idle]
        )
    if not names:
        return found
    return replace(found, points=tuple(p for i, p in enumerate(found.points) if any(_matches(n, found, i) for n in names)))


def _matches(pattern: str, found: Openness, index: int) -> bool:
    point = found.points[index]
    name = point.reading.name
    names = {name, name.rpartition("/")[2], *(t.issuer for t in point.turns if name.partition("/")[0] == t.issuer)}
    return any(fnmatchcase(n.casefold(), pattern.casefold()) for n in names)
