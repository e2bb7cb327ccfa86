"""One fact as reports settle it for one issuer: for every test of the fact, the formula that stands in its place.

Of the derivations that hold, those are set aside that others override. If those that are left give one set of values, the
fact has one of these. If they give several, which one is arguable. If only derivations in doubt hold, and under a
reading none of them does, the fact is what `otherwise` says. If none can hold at all, it stays as open as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, assert_never

from caveat.core.book import Reading
from caveat.core.formula import FALSE, TRUE, All, In, Not, Point, Some, atoms, every, negated, some
from caveat.core.logic import is_possible
from caveat.core.vocabulary import NO, YES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from caveat.core.formula import Formula
    from caveat.core.vocabulary import Fact
    from caveat.incidents.units import Unit

MOST_VALUES = 6  # sets of values among which it may be arguable which one a fact has


@dataclass(frozen=True)
class Settled:
    """A fact for one issuer. `otherwise` is None where what it says cannot be, since it contradicts what was said.

    `sets`: what each fact may be, as far as is known.
    """

    fact: Fact
    units: tuple[Unit, ...]
    otherwise: frozenset[str] | None
    issuer: str
    sets: Mapping[str, frozenset[str]]
    beats: Mapping[str, frozenset[str]]  # for each derivation, by id, the names of those it sets aside

    @property
    def is_open(self) -> bool:
        """Whether nothing follows about the fact."""
        return not self.units or len(self._values) > MOST_VALUES

    def test(self, values: frozenset[str]) -> Formula:
        """What stands in the place of a test whether the fact has one of these values."""
        if values not in self._tests:
            self._tests[values] = self._test(values)
        return self._tests[values]

    @cached_property
    def _tests(self) -> dict[frozenset[str], Formula]:
        return {}

    def _test(self, values: frozenset[str]) -> Formula:
        if self.is_open:
            return In(self.fact.name, values)
        parts = [every((when, self._among(chosen, values))) for chosen, when in self._chosen.items()]
        nothing = negated(some(self._chosen.values()))
        if not self._is_settled:
            if self.otherwise is not None:
                parts.append(every((self._possible, nothing, negated(self._left_open), self._among(self.otherwise, values))))
            parts.append(every((self._possible, nothing, self._left_open, In(self.fact.name, values))))
        return some((*parts, every((negated(self._possible), In(self.fact.name, values)))))

    @property
    def allowed(self) -> Formula:
        """What the fact may be under any reading, about facts alone."""
        if self.is_open:
            return TRUE
        name = self.fact.name
        parts = [every((u.where, negated(self._beaten(u)), In(name, u.values))) for u in self.units]
        certain = some(u.where for u in self.units if u.is_certain)
        if not self._is_settled:
            whole = frozenset(self.fact.domain) if self.otherwise is None else self.otherwise
            doubtful = [u.where for u in self.units if not u.is_certain and self._says_otherwise(u)]
            parts.append(every((negated(certain), In(name, whole))))
            parts.append(every((negated(certain), some(doubtful))))
        return some((*parts, negated(self._possible)))

    @property
    def readings(self) -> Iterator[Reading]:
        """The arguable points that come from reports, and from derivations that do not agree."""
        for unit in self.units:
            yield from unit.points
        for values, point in self._points.items():
            yield Reading(point, f"Do the reports make the {self.fact.title} {self._words(values)}?", self.rivals_of(values))

    def rivals_of(self, values: frozenset[str]) -> str:
        """What reports give besides these values, as a sentence; empty where they give nothing else."""
        others = sorted({self._words(v) for pair in self._rivals if values in pair for v in pair if v != values})
        return f"The reports also give {' and '.join(others)}, and nothing says which comes first." if others else ""

    def beaten_by(self, unit: Unit) -> tuple[str, ...]:
        """The derivations that set a unit aside wherever it holds; none where it may count."""
        over = [o for o in self._defeating(unit) if o.is_certain]
        is_beaten = not _can_hold(every((unit.where, negated(some(o.where for o in over)))), self.sets)
        return tuple(sorted({o.derivation.id for o in over})) if over and is_beaten else ()

    # -- inside

    @cached_property
    def _values(self) -> tuple[frozenset[str], ...]:
        return tuple(sorted({u.values for u in self.units}, key=sorted))

    @cached_property
    def _possible(self) -> Formula:
        """The cases in which something follows, if only arguably."""
        return some(u.where for u in self.units)

    @cached_property
    def _is_settled(self) -> bool:
        """Whether something follows for certain wherever anything may."""
        return some(u.where for u in self.units if u.is_certain) == self._possible

    @cached_property
    def _left_open(self) -> Formula:
        """The cases in which the fact stays open where what is in doubt does not hold."""
        return TRUE if self.otherwise is None else some(u.where for u in self.units if self._says_otherwise(u))

    def _says_otherwise(self, unit: Unit) -> bool:
        return self.otherwise is None or unit.values <= self.otherwise

    def _among(self, chosen: frozenset[str], values: frozenset[str]) -> Formula:
        """One of the chosen values is one of these: of several of which only some are, which it is stays open."""
        return TRUE if chosen <= values else FALSE if chosen.isdisjoint(values) else In(self.fact.name, values)

    def _defeating(self, unit: Unit) -> list[Unit]:
        """The units of the derivations that override this one's."""
        return [u for u in self.units if unit.derivation.name in self.beats[u.derivation.id]]

    def _beaten(self, unit: Unit) -> Formula:
        """The cases in which a derivation that certainly holds overrides this one."""
        return some(u.where for u in self._defeating(unit) if u.is_certain)

    @cached_property
    def _given(self) -> dict[frozenset[str], Formula]:
        """When each set of values is given, by a derivation that none overrides; the narrower of two that agree goes first."""
        left = {u: every((u.holds, negated(some(o.holds for o in self._defeating(u))))) for u in self.units}
        raw = {values: some(f for u, f in left.items() if u.values == values) for values in self._values}
        return {v: every((f, negated(some(raw[w] for w in self._values if w < v)))) for v, f in raw.items()}

    @cached_property
    def _points(self) -> dict[frozenset[str], str]:
        """The arguable point for each set of values that is given where a later one may be, too."""
        which = f"{self.issuer}/" if self.issuer else ""
        return {a: f"derived/{which}{self.fact.name}/{'+'.join(sorted(a)[:3])}" for a, _ in self._rivals}

    @cached_property
    def _rivals(self) -> list[tuple[frozenset[str], frozenset[str]]]:
        """The pairs of sets of values that may be given together."""
        return [(a, b) for a, b in combinations(self._values, 2) if _can_hold(every((self._given[a], self._given[b])), self.sets)]

    @cached_property
    def _chosen(self) -> dict[frozenset[str], Formula]:
        """When the fact has one of each set of values: those that are given exclude one another."""
        found: dict[frozenset[str], Formula] = {}
        for n, values in enumerate(self._values):
            later = some(self._given[v] for v in self._values[n + 1 :])
            preferred = some((Point(self._points[values]), negated(later))) if values in self._points else TRUE
            found[values] = every((self._given[values], negated(some(found.values())), preferred))
        return found

    def _words(self, values: frozenset[str]) -> str:
        names = self.fact.value_set.smallest_names(values)
        return " or ".join(self.fact.value_set.terms[n].name for n in names[:4])


def _can_hold(formula: Formula, sets: Mapping[str, frozenset[str]]) -> bool:
    """Whether a formula can hold under some reading, for some values of the facts."""
    points = {f"point {a.name}" for a in atoms(formula) if isinstance(a, Point)}
    return is_possible([_with_facts(formula)], {**sets, **dict.fromkeys(points, frozenset((YES, NO)))})


def _with_facts(formula: Formula) -> Formula:
    """The formula with every arguable point as a fact that is yes or no."""
    match formula:
        case Point(name):
            return In(f"point {name}", frozenset((YES,)))
        case In():
            return formula
        case Not(part):
            return negated(_with_facts(part))
        case All(parts):
            return every(_with_facts(p) for p in parts)
        case Some(parts):
            return some(_with_facts(p) for p in parts)
        case _:
            assert_never(formula)
