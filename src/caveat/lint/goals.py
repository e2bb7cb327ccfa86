"""What a witness has to show: that formulas hold under one reading, or under every one in which the issuer is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from caveat.core.formula import every, negated, some
from caveat.core.logic import narrowed
from caveat.core.vocabulary import YES
from caveat.lint.search import POINT, points_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from caveat.core.formula import Formula
    from caveat.lint.search import Search, Sets


class Goal(Protocol):
    """Something that is so of some uses; in its formulas, points are facts."""

    def find(self, within: Mapping[str, frozenset[str]]) -> Sets | None:
        """A box of uses of which it is so, and the points settled; None where there is none."""

    def holds(self, use: Mapping[str, frozenset[str]], found: Sets) -> bool:
        """Whether it is so of every use within the sets, with the points settled as they were found."""


@dataclass(frozen=True, slots=True)
class UnderOneReading:
    """The issuer is asked, and the formulas hold, under one reading."""

    search: Search
    asked: Formula
    wanted: tuple[Formula, ...]

    def find(self, within: Mapping[str, frozenset[str]]) -> Sets | None:
        """See Goal."""
        return self.search.find([self.asked, *self.wanted], within=within)

    def holds(self, use: Mapping[str, frozenset[str]], found: Sets) -> bool:
        """See Goal."""
        return self.search.find([negated(every((self.asked, *self.wanted)))], within={**_points(found), **use}) is None


@dataclass(frozen=True, slots=True)
class UnderEveryReading:
    """The issuer is asked under some reading, and wherever it is, the formulas hold.

    Found by refinement: a use that does under one reading, then a reading that speaks against it, then a use for which
    that reading does not, and so on. Each round settles one more reading, of which there are finitely many.
    """

    search: Search
    asked: Formula
    wanted: tuple[Formula, ...]

    def find(self, within: Mapping[str, frozenset[str]]) -> Sets | None:
        """See Goal."""
        always = some((negated(self.asked), every(self.wanted)))
        points = points_in([always])
        learned: list[Formula] = []
        while (box := self.search.find([self.asked, *self.wanted, *learned], within=within)) is not None:
            use = {fact: frozenset((min(box[fact]),)) for fact in self.search.domains}
            against = self.search.find([negated(always)], within=use)
            if against is None:
                return {**box, **use}
            reading = {p: frozenset((min(against[p]),)) for p in points}
            learned.append(narrowed(always, {**self.search.domains, **reading}))
        return None

    def holds(self, use: Mapping[str, frozenset[str]], found: Sets) -> bool:
        """See Goal."""
        if self.search.find([self.asked, negated(every(self.wanted))], within=use) is not None:
            return False
        return self.search.find([negated(self.asked)], within={**_points(found), **use}) is None


def _points(found: Sets) -> Sets:
    """The points of a find, each settled one way; one that was left open does not matter."""
    return {name: values & {YES} or values for name, values in found.items() if name.startswith(POINT)}
