"""What followed from incident reports in one case, and the case's own book of policies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from caveat.core.book import Book, Reading
    from caveat.core.incident import Incident


@dataclass(frozen=True, slots=True)
class DerivedFact:
    """One fact that reports give, or would have given.

    `values` are those the fact then has one of; `issuer` is empty where it is the general reading. `reports` are the
    premises, by id; `doubts` say what makes it arguable. `where` narrows other facts, if it holds only for some of
    their values. `set_aside` says why it does not count after all, empty where it does, and `by` names the reports
    or the derivations that set it aside, or may.
    """

    fact: str
    values: tuple[str, ...]
    issuer: str
    derivation: str
    reports: tuple[str, ...]
    is_certain: bool
    doubts: tuple[str, ...] = ()
    where: Mapping[str, frozenset[str]] = field(default_factory=dict)
    set_aside: str = ""
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A scenario's reports brought to bear: the book with every test of a derived fact settled, and what was derived.

    `reports` are those that stand on the day by which they are to be public, by id; `points` the arguable points that the
    case adds to the book's. `given` are all reports, for whoever asks again. `note` says why nothing follows at all, where that has a reason of its own.
    """

    book: Book
    facts: tuple[DerivedFact, ...]
    reports: Mapping[str, Incident]
    points: Mapping[str, Reading]
    note: str = ""
    given: tuple[Incident, ...] = ()
