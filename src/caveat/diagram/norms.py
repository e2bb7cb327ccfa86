"""What one side says of every scenario at once: its rules as sets of a Space, and the tables of DESIGN section 3 on sets.

The same steps as the reference engine, with a set of scenarios and readings wherever that has a yes or a no.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from caveat.core.book import Effect
from caveat.core.force import in_force, turning_days
from caveat.core.formula import FALSE, In, every
from caveat.core.issuer import IssuerKind
from caveat.core.logic import narrowed
from caveat.core.question import DATE
from caveat.diagram.space import ALL, NONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from caveat.core.book import Book, Grade, Rule
    from caveat.core.formula import Formula
    from caveat.diagram.space import Space


class Position(StrEnum):
    """What a side says of one scenario, over all readings. The two that are `unclear` as a verdict are told apart."""

    PERMITTED = "permitted"
    PROHIBITED = "prohibited"
    UNCLEAR = "unclear"
    SILENT = "silent"  # unclear, because under no reading does anyone say anything
    NO_OBJECTION = "no-objection"
    NO_SAY = "no-say"

    @property
    def verdict(self) -> str:
        """The word `decide` has for it; `no-say` where it is not asked."""
        return "unclear" if self is Position.SILENT else self.value


@dataclass(frozen=True, slots=True)
class Side:
    """Whom to ask, and when. `as_of` None leaves the day a fact like any other; `issuer` None asks the whole chain.

    `given` holds facts of this side alone, one value each, such as its own supplier.
    """

    book: Book
    known_by: date
    as_of: date | None = None
    issuer: str | None = None
    least: Grade | None = None
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """One issuer's part, as sets of scenarios and readings: where it has a say, and what its undefeated rules do there."""

    says: int
    permits: int
    prohibits: int

    def permitted(self, space: Space) -> int:
        """Where it has a say and permits."""
        return space.both(self.says, self.permits, space.without(self.prohibits))

    def prohibited(self, space: Space) -> int:
        """Where it has a say and prohibits."""
        return space.both(self.says, self.prohibits, space.without(self.permits))

    def conflict(self, space: Space) -> int:
        """Where it has a say, and undefeated rules do both."""
        return space.both(self.says, self.permits, self.prohibits)

    def silent(self, space: Space) -> int:
        """Where it has a say, and no rule speaks."""
        return space.both(self.says, space.without(self.permits), space.without(self.prohibits))


class Norms:
    """A side on a space. Every set is worked out when first asked for."""

    def __init__(self, side: Side, space: Space, sets: Mapping[str, frozenset[str]], turns: Iterable[date] = (), area: int = ALL) -> None:
        """`sets` are the values each fact may have; `turns` the days on which the stretches of a free day begin.

        Outside `area` nothing is said: rules are looked at only there, which keeps sets small where little is of interest.
        """
        self.side, self.space, self.turns, self.area = side, space, sorted(set(turns)), area
        self.sets = {**sets, **{fact: frozenset((value,)) for fact, value in side.given.items()}}
        self._of: dict[str, int] = {}
        self._decides: dict[str, int] = {}
        self._said: dict[str, Said] = {}
        self._superseding: dict[str, list[Rule]] = {}
        for rule in side.book.rules:
            for older in rule.supersedes:
                self._superseding.setdefault(older, []).append(rule)
        self._rules: dict[str, list[Rule]] = {}
        for rule in side.book.rules:
            self._rules.setdefault(rule.issuer, []).append(rule)
        self._defeating: dict[str, list[Rule]] | None = None

    def within(self, area: int) -> Norms:
        """The same side, looked at only within an area."""
        found = Norms(self.side, self.space, self.sets, self.turns, area)
        found._of = {rule: self.space.both(area, applies) for rule, applies in self._of.items()}
        return found

    def set_of(self, formula: Formula) -> int:
        """The set of a formula, the facts given on this side settled."""
        return self.space.of(narrowed(formula, self.sets))

    @cached_property
    def valid(self) -> int:
        """The scenarios that no constraint of the vocabulary rules out."""
        return self.space.both(*[self.set_of(c.holds) for c in self.side.book.constraints])

    # -- rules

    def applies(self, rule: Rule) -> int:
        """Where and under which readings the rule is known, in force, and its conditions hold."""
        if rule.id not in self._of:
            condition = narrowed(rule.condition, self.sets)
            self._of[rule.id] = NONE if condition == FALSE else self.space.both(self.area, self.space.of(condition), self._in_force(rule))
        return self._of[rule.id]

    def _in_force(self, rule: Rule) -> int:
        newer = self._superseding.get(rule.id, [])
        side = self.side
        if side.as_of is not None:
            return self.space.of(in_force(rule, newer, side.book.statements, side.as_of, side.known_by, side.least))
        ways: dict[Formula, set[str]] = {}
        own = sorted(set(turning_days([rule, *newer], side.book.statements)))
        for begin, end in zip(own, [*own[1:], None], strict=True):
            force = in_force(rule, newer, side.book.statements, begin, side.known_by, side.least)
            ways.setdefault(force, set()).update(d.isoformat() for d in self.turns if begin <= d and (end is None or d < end))
        return self.space.either(*[self.space.of(every((In(DATE, frozenset(days)), force))) for force, days in ways.items() if force != FALSE])

    def decides(self, rule: Rule) -> int:
        """Where and under which readings the rule applies and no rule that applies defeats it."""
        if rule.id not in self._decides:
            others = [self.applies(r) for r in (self._rules[rule.issuer] if rule.is_default else self._defeaters(rule)) if not r.is_default]
            self._decides[rule.id] = self.space.both(self.applies(rule), *[self.space.without(o) for o in others])
        return self._decides[rule.id]

    def _defeaters(self, rule: Rule) -> list[Rule]:
        """The rules that defeat a rule where they apply."""
        if self._defeating is None:
            self._defeating = {}
            for other in self.side.book.rules:
                for loser in set(other.overrides):
                    self._defeating.setdefault(loser, []).append(other)
        return self._defeating.get(rule.id, [])

    # -- issuers

    @cached_property
    def issuers(self) -> tuple[str, ...]:
        """Everyone who can have a say here."""
        asked = {s.issuer for s in self.side.book.says if self.side.issuer in (None, s.issuer)}
        return tuple(sorted(i for i in asked if self.says(i) != NONE))

    def says(self, issuer: str) -> int:
        """Where and under which readings an issuer has a say."""
        return self.space.both(self.area, self.space.either(*[self.set_of(s.when) for s in self.side.book.says if s.issuer == issuer]))

    @cached_property
    def donors(self) -> int:
        """Where and under which readings somebody has a say as a donor."""
        return self.space.both(self.area, self.space.either(*[self.set_of(s.when) for s in self.side.book.says if s.is_donor]))

    def said(self, issuer: str) -> Said:
        """What an issuer's rules do, where it has a say."""
        if issuer not in self._said:
            rules = self._rules.get(issuer, [])
            permits = [self.decides(r) for r in rules if r.effect == Effect.PERMIT]
            prohibits = [self.decides(r) for r in rules if r.effect == Effect.PROHIBIT]
            self._said[issuer] = Said(self.says(issuer), self.space.either(*permits), self.space.either(*prohibits))
        return self._said[issuer]

    @cached_property
    def positions(self) -> dict[Position, int]:
        """The scenarios of each position: they part the space."""
        return self._with_rest(self._of_whole()) if self.side.issuer is None else self.positions_of(self.side.issuer)

    def positions_of(self, issuer: str) -> dict[Position, int]:
        """The scenarios of each position of one issuer by itself."""
        return self._with_rest(self._of_issuer(issuer))

    def _with_rest(self, positions: Iterator[tuple[Position, int]]) -> dict[Position, int]:
        found = dict(positions)
        found[Position.UNCLEAR] = self.space.without(self.space.either(*found.values()))
        return {p: s for p, s in found.items() if s != NONE}

    def _of_issuer(self, issuer: str) -> Iterator[tuple[Position, int]]:
        """Readings under which it has no say do not count, unless they all are."""
        space, said = self.space, self.said(issuer)
        asked = space.possibly(said.says)
        not_asked = space.without(said.says)
        kind = self.side.book.issuers[issuer].kind if issuer in self.side.book.issuers else IssuerKind.STATE
        quiet = Position.NO_OBJECTION if kind == IssuerKind.TREATY else Position.SILENT
        yield Position.NO_SAY, space.without(asked)
        for position, outcome in (
            (Position.PERMITTED, said.permitted(space)),
            (Position.PROHIBITED, said.prohibited(space)),
            (quiet, said.silent(space)),
        ):
            yield position, space.both(asked, space.certainly(space.either(not_asked, outcome)))

    def _of_whole(self) -> Iterator[tuple[Position, int]]:
        """Prohibited if anyone prohibits, else open if anyone is open or no donor has a say, else permitted."""
        whole = Whole(self)
        yield Position.PROHIBITED, whole.prohibited
        yield Position.PERMITTED, whole.permitted
        yield Position.SILENT, whole.silent


class Whole:
    """The whole use on one side, of the scenarios within a set (without points). Every set is worked out when first asked for."""

    def __init__(self, norms: Norms, within: int = ALL) -> None:
        """Nothing is worked out yet."""
        self.norms, self.within, self.space = norms, within, norms.space

    @cached_property
    def _prohibits(self) -> list[int]:
        """Issuer by issuer, where (within the set) and under which readings it prohibits."""
        return [self.space.both(self.within, p.prohibited(self.space)) for p in map(self.norms.said, self.norms.issuers)]

    @cached_property
    def _permits(self) -> list[int]:
        return [self.space.both(self.within, p.permitted(self.space)) for p in map(self.norms.said, self.norms.issuers)]

    @cached_property
    def _clear(self) -> list[int]:
        """Issuer by issuer, where and under which readings it neither prohibits nor leaves it open; last, where a donor has a say."""
        space, norms = self.space, self.norms
        found = []
        for issuer, prohibited in zip(norms.issuers, self._prohibits, strict=True):
            said = norms.said(issuer)
            known = norms.side.book.issuers.get(issuer)
            silent = NONE if known and known.kind == IssuerKind.TREATY else said.silent(space)
            found.append(space.without(space.either(prohibited, said.conflict(space), silent)))
        return [*found, space.either(*[norms.set_of(s.when) for s in norms.side.book.says if s.is_donor])]

    @cached_property
    def prohibited(self) -> int:
        """Prohibited under every reading."""
        return certain_of_any(self.space, self._prohibits, self.within)

    @cached_property
    def permitted(self) -> int:
        """Permitted under every reading."""
        clear = self.within
        for part in self._clear:
            clear = self.space.both(clear, self.space.certainly(part))
        return certain_of_any(self.space, self._permits, clear)

    @cached_property
    def arguably_prohibited(self) -> int:
        """Prohibited under some reading."""
        return self.space.both(self.within, self.space.either(*map(self.space.possibly, self._prohibits)))

    @cached_property
    def arguably_permitted(self) -> int:
        """Permitted under some reading."""
        space = self.space
        left = space.both(self.within, space.either(*map(space.possibly, self._permits)))
        for part in self._clear:
            left = space.both(left, space.possibly(part))
        left = space.without(self.permitted, left)
        somebody = space.either(*[space.both(left, p) for p in self._permits])
        for part in self._clear:
            somebody = space.both(somebody, space.both(left, part))
        return space.either(self.permitted, space.possibly(somebody))

    @cached_property
    def silent(self) -> int:
        """Under no reading does anyone who has a say speak."""
        left = self.within
        for said in map(self.norms.said, self.norms.issuers):
            spoken = self.space.both(said.says, self.space.either(said.permits, said.prohibits))
            left = self.space.without(self.space.possibly(spoken), left)
        return left

    @cached_property
    def conflict(self) -> int:
        """Under some reading someone's rules both permit and prohibit."""
        parts = [self.norms.said(i).conflict(self.space) for i in self.norms.issuers]
        return self.space.both(self.within, self.space.either(*map(self.space.possibly, parts)))


def certain_of_any(space: Space, parts: Sequence[int], within: int) -> int:
    """Where, within a set, at least one of the parts holds under every reading: one of them by itself, or several by turns."""
    sure = space.both(within, space.either(*map(space.certainly, parts)))
    left = space.without(sure, within)
    possible = [space.both(left, space.possibly(p)) for p in parts]
    several = _in_two(space, possible)
    if several == NONE:
        return sure
    together = space.either(*[space.both(several, part) for part, here in zip(parts, possible, strict=True) if here != NONE])
    return space.either(sure, space.both(several, space.certainly(together)))


def _in_two(space: Space, parts: Iterable[int]) -> int:
    """What lies in at least two of the parts."""
    one = two = NONE
    for part in parts:
        two = space.either(two, space.both(one, part))
        one = space.either(one, part)
    return two
