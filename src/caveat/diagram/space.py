"""Sets of scenarios as decision diagrams: exact, canonical, and never listed one by one.

Every fact is a level with a bit for each of its values; below the facts come the arguable points, two values each.
Two sets are equal if and only if they are the same node (Bryant 1986; for many-valued facts Srinivasan et al. 1990),
so what holds under every reading, or under some, is read off the nodes: see `certainly` and `possibly`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from caveat.core.errors import TooLargeError
from caveat.core.formula import All, In, Not, Point, Some

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from caveat.core.formula import Formula

NONE, ALL = 0, 1  # the set without scenarios, and the set of all
BOTTOM = 1 << 30  # the level of these two
MAX_NODES = 2_000_000
Box = tuple[int, ...]  # for each fact, in the order of the levels, the values admitted, one bit each


class Space:
    """The scenarios over some facts and readings, and the algebra of their sets. Sets are small integers."""

    def __init__(self, facts: Mapping[str, Sequence[str]], progress: Callable[[int], None] | None = None) -> None:
        """`facts` in the order of the levels, each with its values; `progress` hears of the number of nodes now and then."""
        self.facts = tuple(facts)
        self.values = tuple(tuple(v) for v in facts.values())
        self.full = [(1 << len(v)) - 1 for v in self.values]
        self.level_of = {fact: i for i, fact in enumerate(self.facts)}
        self._bit = [{v: 1 << i for i, v in enumerate(values)} for values in self.values]
        self._points: dict[str, int] = {}
        self._progress = progress
        self._level = [BOTTOM, BOTTOM]
        self._groups: list[tuple[tuple[int, int], ...]] = [(), ()]
        self._known: dict[tuple[int, tuple[tuple[int, int], ...]], int] = {}
        self._both: dict[tuple[int, int], int] = {}
        self._any: dict[tuple[int, int], int] = {}
        self._not: dict[int, int] = {NONE: ALL, ALL: NONE}
        self._counts: dict[int, int] = {}
        self._below: dict[int, frozenset[int]] = {}
        self._named: dict[tuple[int, int], frozenset[str]] = {}

    def __len__(self) -> int:
        """The number of nodes made so far."""
        return len(self._level)

    def at(self, a: int) -> tuple[int, tuple[tuple[int, int], ...]]:
        """A set that is neither NONE nor ALL: the level of its first fact, and its values in groups, each with what follows."""
        return self._level[a], self._groups[a]

    # -- making sets

    def of(self, formula: Formula) -> int:
        """The scenarios and readings under which a formula holds; what it says of values outside the space is left out."""
        match formula:
            case In(fact, values):
                level = self.level_of[fact]
                mask = self.mask(level, values)
                return self._node(level, {ALL: mask, NONE: self.full[level] & ~mask})
            case Point(name):
                return self._node(len(self.facts) + self._points.setdefault(name, len(self._points)), {ALL: 2, NONE: 1})
            case Not(part):
                return self.without(self.of(part))
            case All(parts):
                return self.both(*[self.of(p) for p in parts])
            case Some(parts):
                return self.either(*[self.of(p) for p in parts])
            case _:
                assert_never(formula)

    def mask(self, level: int, values: Iterable[str]) -> int:
        """The bits of the values of a fact; values outside the space have none."""
        bit = self._bit[level]
        return sum(bit.get(v, 0) for v in values)

    def box(self, masks: Box) -> int:
        """The scenarios of a box."""
        found = ALL
        for level in range(len(masks) - 1, -1, -1):
            found = self._node(level, {found: masks[level]} | ({NONE: self.full[level] & ~masks[level]} if found != NONE else {}))
        return found

    def _node(self, level: int, groups: Mapping[int, int]) -> int:
        """The set that for the values of one level goes on as given, by what follows; made once."""
        kept = sorted((mask, child) for child, mask in groups.items() if mask)
        if len(kept) == 1:
            return kept[0][1]
        key = (level, tuple(kept))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = len(self._level)
            self._level.append(level)
            self._groups.append(key[1])
            self._watch(found)
        return found

    def _watch(self, made: int) -> None:
        if made % 10_000 == 0 and self._progress:
            self._progress(made)
        if made > MAX_NODES:
            raise TooLargeError(
                f"what is compared does not fit into {MAX_NODES:,} parts; restrict it with --where, for instance to one supplier, "
                "weapon or region, or ask a single issuer"
            )

    # -- algebra

    def both(self, *sets: int) -> int:
        """What lies in every one of the sets."""
        return NONE if NONE in sets else self._in_pairs(self._and, ALL, sets)

    def either(self, *sets: int) -> int:
        """What lies in at least one of the sets."""
        return ALL if ALL in sets else self._in_pairs(self._or, NONE, sets)

    def _in_pairs(self, join: Callable[[int, int], int], neutral: int, sets: Sequence[int]) -> int:
        """All sets joined, those that speak of late facts first."""
        waiting = sorted({s for s in sets if s != neutral}, key=lambda s: -self._level[s])
        while len(waiting) > 1:
            waiting = [join(*waiting[i : i + 2]) if i + 1 < len(waiting) else waiting[i] for i in range(0, len(waiting), 2)]
        return waiting[0] if waiting else neutral

    def without(self, part: int, of: int = ALL) -> int:
        """What does not lie in `part`; of another set, what of it does not."""
        found = self._negated(part)
        return found if of == ALL else self._and(of, found)

    def _negated(self, a: int) -> int:
        found = self._not.get(a)
        if found is None:
            found = self._node(self._level[a], {self._negated(child): mask for mask, child in self._groups[a]})
            self._not[a], self._not[found] = found, a
        return found

    def _and(self, a: int, b: int) -> int:
        if b in (a, ALL):
            return a
        if a == ALL:
            return b
        if NONE in (a, b):
            return NONE
        key = (a, b) if a < b else (b, a)
        found = self._both.get(key)
        if found is None:
            found = self._both[key] = self._joined(self._and, a, b)
        return found

    def _or(self, a: int, b: int) -> int:
        if b in (a, NONE):
            return a
        if a == NONE:
            return b
        if ALL in (a, b):
            return ALL
        key = (a, b) if a < b else (b, a)
        found = self._any.get(key)
        if found is None:
            found = self._any[key] = self._joined(self._or, a, b)
        return found

    def _joined(self, join: Callable[[int, int], int], a: int, b: int) -> int:
        """Two sets joined value by value of the first fact that either speaks of."""
        la, lb = self._level[a], self._level[b]
        groups: dict[int, int] = {}
        if la == lb:
            for ma, ca in self._groups[a]:
                for mb, cb in self._groups[b]:
                    if ma & mb:
                        child = join(ca, cb)
                        groups[child] = groups.get(child, 0) | (ma & mb)
        else:
            upper, lower = (a, b) if la < lb else (b, a)
            for mask, child in self._groups[upper]:
                met = join(child, lower)
                groups[met] = groups.get(met, 0) | mask
        return self._node(min(la, lb), groups)

    # -- readings

    def certainly(self, a: int) -> int:
        """The scenarios that lie in the set under every reading."""
        return self._settled(a, lambda below: below == ALL, {})

    def possibly(self, a: int) -> int:
        """The scenarios that lie in the set under some reading."""
        return self._settled(a, lambda below: below != NONE, {})

    def _settled(self, a: int, holds: Callable[[int], bool], seen: dict[int, int]) -> int:
        """Points lie lowest, so a node of points that is not ALL fails under some reading, one that is not NONE holds under some."""
        if self._level[a] >= len(self.facts):
            return ALL if holds(a) else NONE
        if a not in seen:
            seen[a] = self._rebuilt(a, lambda child: self._settled(child, holds, seen))
        return seen[a]

    def points_in(self, a: int) -> frozenset[str]:
        """The arguable points on which membership turns somewhere: in a reduced diagram, those that it mentions (Bryant 1986)."""
        names = {len(self.facts) + i: name for name, i in self._points.items()}
        return frozenset(names[level] for level in self._point_levels(a))

    def _point_levels(self, a: int) -> frozenset[int]:
        """The levels of points at or below a node."""
        found = self._below.get(a)
        if found is None:
            own = {self._level[a]} if len(self.facts) <= self._level[a] < BOTTOM else set()
            found = self._below[a] = frozenset(own.union(*[self._point_levels(child) for _, child in self._groups[a]]))
        return found

    def turning_on(self, a: int, point: str) -> int:
        """The scenarios in which membership turns on a point under some reading of the others."""
        return self._turning(a, len(self.facts) + self._points[point], {}) if point in self._points else NONE

    def _turning(self, a: int, level: int, seen: dict[int, int]) -> int:
        if level not in self._point_levels(a):
            return NONE
        if self._level[a] >= len(self.facts):
            return ALL
        if a not in seen:
            seen[a] = self._rebuilt(a, lambda child: self._turning(child, level, seen))
        return seen[a]

    def settled(self, a: int, point: str, *, yes: bool) -> int:
        """The set as it is where the point is settled one way: its cofactor."""
        return self._cofactor(a, len(self.facts) + self._points[point], 2 if yes else 1, {}) if point in self._points else a

    def _cofactor(self, a: int, level: int, bit: int, seen: dict[int, int]) -> int:
        if level not in self._point_levels(a):
            return a
        if self._level[a] == level:
            return next(child for mask, child in self._groups[a] if mask & bit)
        if a not in seen:
            seen[a] = self._rebuilt(a, lambda child: self._cofactor(child, level, bit, seen))
        return seen[a]

    def somewhere(self, a: int, fact: str) -> int:
        """The set with one fact left open: what lies in it for some value of the fact (existential quantification)."""
        return self._quantified(a, self.level_of[fact], {})

    def _quantified(self, a: int, level: int, seen: dict[int, int]) -> int:
        if self._level[a] > level:
            return a
        if self._level[a] == level:
            return self.either(*[child for _, child in self._groups[a]])
        if a not in seen:
            seen[a] = self._rebuilt(a, lambda child: self._quantified(child, level, seen))
        return seen[a]

    def _rebuilt(self, a: int, change: Callable[[int], int]) -> int:
        """The node with each of the nodes below it changed."""
        groups: dict[int, int] = {}
        for mask, child in self._groups[a]:
            met = change(child)
            groups[met] = groups.get(met, 0) | mask
        return self._node(self._level[a], groups)

    # -- looking into sets of scenarios (without points)

    def count(self, a: int) -> int:
        """How many scenarios lie in the set: one for each choice of a value a fact."""
        whole = 1
        for mask in self.full[: min(self._level[a], len(self.facts))]:
            whole *= mask.bit_count()
        return whole * self._count(a)

    def _count(self, a: int) -> int:
        """The choices of the facts from the node's level on."""
        if a in (NONE, ALL):
            return a
        if a not in self._counts:
            total = 0
            for mask, child in self._groups[a]:
                between = mask.bit_count()
                for skipped in self.full[self._level[a] + 1 : min(self._level[child], len(self.facts))]:
                    between *= skipped.bit_count()
                total += between * self._count(child)
            self._counts[a] = total
        return self._counts[a]

    def meets(self, a: int, masks: Box) -> bool:
        """Whether some scenario of a box lies in the set."""
        return self._meets(a, masks, {})

    def _meets(self, a: int, masks: Box, seen: dict[int, bool]) -> bool:
        if a in (NONE, ALL):
            return a == ALL
        known = seen.get(a)
        if known is not None:
            return known
        here = masks[self._level[a]]
        for mask, child in self._groups[a]:
            if mask & here and self._meets(child, masks, seen):
                seen[a] = True
                return True
        seen[a] = False
        return False

    def meeting(self, a: int, masks: Box, level: int) -> int:
        """The values of one fact with which, the other facts as in the box, some scenario lies in the set."""
        return self._meeting(a, masks, level, {}, {})

    def _meeting(self, a: int, masks: Box, level: int, seen: dict[int, int], below: dict[int, bool]) -> int:
        own = self._level[a]
        if own > level:
            return self.full[level] if self._meets(a, masks, below) else 0
        known = seen.get(a)
        if known is not None:
            return known
        found = 0
        if own == level:
            for mask, child in self._groups[a]:
                if self._meets(child, masks, below):
                    found |= mask
        else:
            here, full = masks[own], self.full[level]
            for mask, child in self._groups[a]:
                if mask & here and child != NONE:
                    found |= self._meeting(child, masks, level, seen, below)
                    if found == full:
                        break
        seen[a] = found
        return found

    def hull(self, a: int) -> Box:
        """For each fact the values that occur in the set."""
        return tuple(self.meeting(a, tuple(self.full), level) for level in range(len(self.full)))

    def some_box(self, a: int, best: Callable[[int, int], int] | None = None) -> Box:
        """One box inside a set that is not NONE: the way down with the most scenarios, or as `best(level, mask)` ranks the branches."""
        masks = list(self.full)
        while a != ALL:
            level = self._level[a]
            ways = [(mask, child) for mask, child in self._groups[a] if child != NONE]
            mask, a = max(ways, key=lambda w: (best(level, w[0]) if best else w[0].bit_count() * self._weight(level, w[1]), -(w[0] & -w[0])))
            masks[level] = mask
        return tuple(masks)

    def _weight(self, level: int, child: int) -> int:
        between = 1
        for skipped in self.full[level + 1 : min(self._level[child], len(self.facts))]:
            between *= skipped.bit_count()
        return between * self._count(child)

    def names(self, level: int, mask: int) -> frozenset[str]:
        """The values of one fact whose bits are set."""
        found = self._named.get((level, mask))
        if found is None:
            found = self._named[level, mask] = frozenset(v for i, v in enumerate(self.values[level]) if mask >> i & 1)
        return found
