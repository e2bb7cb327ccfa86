"""A scenario's reports brought to bear: which facts follow for whom, and the book in which they are settled.

Facts that follow are not added to the scenario, since one issuer may read reports otherwise than another. Instead every
test of such a fact, in the rules of each issuer, is replaced by what that issuer's reading of the reports makes of it.
So whatever decides, explains or compares works on the case's book as on any other; its digest stays the library's.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from caveat.core.book import Constraint, Rule, Say
from caveat.core.derived import Case, DerivedFact
from caveat.core.force import carries
from caveat.core.formula import FALSE, TRUE, All, In, Not, Point, Some, atoms, every, negated, some
from caveat.core.incident import NO, standing
from caveat.core.logic import is_possible, propagated, still_open
from caveat.incidents.chaining import Chaining
from caveat.incidents.scene import scene
from caveat.incidents.settled import Settled
from caveat.incidents.units import Unit, units

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from caveat.core.book import Book, Grade, Reading
    from caveat.core.dates import Dated
    from caveat.core.derivation import Derivation, Reporting
    from caveat.core.formula import Formula
    from caveat.core.incident import Incident
    from caveat.incidents.scene import Finding, Scene

MAX_DAYS = 100  # that a date only roughly known may span
NO_DAY = "no day was given, so no window can be counted and nothing follows from the reports"
TOO_LONG = f"the date spans more than {MAX_DAYS} days, so nothing follows from the reports; give a narrower one"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the scenario besides its reports.

    `said`: the facts it states itself. `sets`: what every fact may be, without anything assumed; `narrow`: with it.
    """

    said: Iterable[str]
    sets: Mapping[str, frozenset[str]]
    narrow: Mapping[str, frozenset[str]]
    day: Dated | None
    known_by: date
    least: Grade | None = None


class Deriving:
    """What a library makes of reports, ready for any number of cases. May be shared between threads."""

    def __init__(self, book: Book, findings: Callable[[Scene], frozenset[Finding]] | None = None) -> None:
        """For a book; ValueError where it knows no reports. `findings` finds them otherwise than by durable-rules."""
        if book.reporting is None:
            raise ValueError("the book knows no reports")
        self.book, self.reporting = book, book.reporting
        self.order = _in_order(self.reporting)
        self.mentioned = frozenset(n for n, rule in enumerate(book.rules) if _mentions(rule.condition, self.order))
        self._findings = findings or Chaining(self.reporting).findings

    def case(self, known: Known, reports: Sequence[Incident]) -> Case:
        """What follows from the reports for a scenario."""
        days, note = _days(known.day)
        here = scene(self.book.vocabulary, self.reporting, reports, known.narrow, days, known.known_by)
        stands = standing(reports, known.known_by)
        shown = {r.id: r for r in sorted(reports, key=lambda r: r.id) if r.id in stands}
        if not days:
            return Case(self.book, (), shown, {}, note, tuple(reports))
        work = _Work(self.book, self.reporting, known, self.mentioned)
        findings = self._findings(here)
        for fact in self.order:
            work.settle(fact, *units(here, findings, fact, work.rests_on))
        return Case(work.rewritten(), tuple(sorted(work.facts, key=_order)), shown, dict(sorted(work.points.items())), "", tuple(reports))


def _mentions(formula: Formula, facts: Sequence[str]) -> bool:
    return any(isinstance(a, In) and a.fact in facts for a in atoms(formula))


def _days(day: Dated | None) -> tuple[list[date], str]:
    if day is None:
        return [], NO_DAY
    span = (day.latest - day.earliest).days
    return ([], TOO_LONG) if span >= MAX_DAYS else ([date.fromordinal(day.earliest.toordinal() + n) for n in range(span + 1)], "")


def _order(f: DerivedFact) -> tuple[bool, str, str, str, tuple[str, ...]]:
    return bool(f.set_aside), f.fact, f.issuer, f.derivation, f.values


def _in_order(reporting: Reporting) -> list[str]:
    """The facts that reports give, each after those that it turns on."""
    turns_on: dict[str, set[str]] = {}
    for d in reporting.derivations:
        for fact in d.gives:
            turns_on.setdefault(fact, set()).update(d.facts, (a.fact for a in atoms(d.when) if isinstance(a, In)))
    order: list[str] = []
    while len(order) < len(turns_on):
        order += [f for f in sorted(turns_on) if f not in order and turns_on[f] & turns_on.keys() <= set(order)]
    return order


@dataclass(slots=True)
class _Work:
    """What is gathered on the way: each fact settled, for everyone and for issuers with a reading of their own."""

    book: Book
    reporting: Reporting
    known: Known
    mentioned: frozenset[int]  # the rules that mention a fact that may follow, by number
    settled: dict[str, dict[str, Settled]] = field(default_factory=dict)  # by fact, in order, then by issuer
    facts: list[DerivedFact] = field(default_factory=list)
    points: dict[str, Reading] = field(default_factory=dict)
    demands: list[Formula] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    rests_on: dict[str, Formula] = field(default_factory=dict)
    seen: Mapping[str, frozenset[str]] = field(default_factory=dict)  # what each fact may still be, with what was derived so far
    bounds: Mapping[str, frozenset[str]] = field(default_factory=dict)  # the same, with nothing assumed

    def __post_init__(self) -> None:
        """Look up what the vocabulary demands, and which readings were known on the day asked."""
        self.demands = still_open([c.holds for c in self.book.constraints], self.known.sets)
        self.seen, self.bounds = self.known.narrow, self.known.sets
        for d in self.reporting.derivations:
            statements = [self.book.statements[s] for s in d.statements]
            if statements:
                self.rests_on[d.id] = some(carries(s, self.known.known_by, self.known.least) for s in statements)

    def settle(self, fact: str, found: list[Unit], alike: bool) -> None:
        """Settle one fact for everyone, from all the units of it."""
        self.settled[fact] = {}
        followed = [u for u in found if u.level != NO]
        self.facts += [_derived(self, u, "a later report stands against it", u.against) for u in found if u.level == NO]
        why = "the scenario says what it is" if fact in self.known.said else "" if alike else "it does not follow on every day asked about"
        kept = [] if why else [u for u in followed if self._can_be(u)]
        for u in followed:
            if u not in kept and self.rests_on.get(u.derivation.id) != FALSE:
                self.facts.append(_derived(self, u, why or "it contradicts what was said"))
        for issuer in ("", *self.reporting.own_readings):
            self.settled[fact][issuer] = self._for(issuer, fact, kept)
        self._demand(fact)
        self._tell(fact)

    def _can_be(self, unit: Unit) -> bool:
        """Whether what follows can be so, given what was said."""
        return self.rests_on.get(unit.derivation.id) != FALSE and is_possible(
            [*self.demands, unit.where, In(unit.fact, unit.values)], self.known.sets
        )

    def _for(self, issuer: str, fact: str, kept: Sequence[Unit]) -> Settled:
        """The fact for one issuer: its own reading, and the general one as far as it is not known to have its own."""
        scope = {d.id for d in self.reporting.of(issuer)}
        own = {d.name: d for d in self.reporting.of(issuer) if d.issuer}
        here = []
        for u in kept:
            replaced = self.rests_on.get(own[u.derivation.name].id, TRUE) if not u.derivation.issuer and u.derivation.name in own else FALSE
            if u.derivation.id in scope:
                here.append(u)
            elif not u.derivation.issuer and replaced != TRUE:
                here.append(replace(u, holds=every((u.holds, negated(replaced)))))
        possible = some(u.where for u in here)
        fits = possible != FALSE and is_possible([*self.demands, possible, In(fact, self.reporting.otherwise[fact])], self.known.sets)
        otherwise = self.reporting.otherwise[fact] if fits else None
        named = issuer if any(u.derivation.issuer for u in here) else ""
        return Settled(self.book.vocabulary.facts[fact], tuple(here), otherwise, named, self.bounds, self.reporting.beats(issuer))

    def _demand(self, fact: str) -> None:
        """Every completion has a value of the fact that some issuer's reading allows."""
        allowed = some(s.allowed for s in self.settled[fact].values())
        if allowed != TRUE:
            self.constraints.append(
                Constraint(f"derived/{fact}", allowed, f"the reports leave nothing else as the {self.book.vocabulary.facts[fact].title}")
            )
            self.demands = still_open([*self.demands, allowed], self.known.sets)
            self.seen, self.bounds = propagated(self.demands, self.seen), propagated(self.demands, self.bounds)

    def _tell(self, fact: str) -> None:
        """What is shown of the fact."""
        for issuer, one in self.settled[fact].items():
            for reading in one.readings if not one.is_open else ():
                self.points[reading.name] = reading
            for u in one.units if not one.is_open else ():
                if u.derivation.issuer == issuer:
                    by = one.beaten_by(u)
                    rival = "" if by else one.rivals_of(u.values)
                    self.facts.append(_derived(self, u, "another derivation goes before it" if by else "", by, rival))

    # -- the book

    def rewritten(self) -> Book:
        """The book, with every test of a fact that follows settled."""
        if not any(not s.is_open for of in self.settled.values() for s in of.values()):
            return self.book
        return replace(
            self.book,
            rules=tuple(self._rule(r) if n in self.mentioned else r for n, r in enumerate(self.book.rules)),
            says=tuple(self._say(s) for s in self.book.says),
            constraints=tuple(sorted((*self.book.constraints, *self.constraints), key=lambda c: c.name)),
            readings=dict(sorted({**self.book.readings, **self.points}.items())),
        )

    def _rule(self, rule: Rule) -> Rule:
        condition = self._formula(rule.condition, rule.issuer)
        return rule if condition is rule.condition else replace(rule, condition=condition)

    def _say(self, say: Say) -> Say:
        when = self._formula(say.when, say.issuer)
        return say if when is say.when else replace(say, when=when)

    def _formula(self, formula: Formula, issuer: str) -> Formula:
        """The formula as the issuer reads it; facts that turn on others are put in before those."""
        for of in reversed(self.settled.values()):
            settled = of.get(issuer, of[""])
            if not settled.is_open:
                formula = _put_in(formula, settled)
        return formula


def _put_in(formula: Formula, settled: Settled) -> Formula:
    """The formula with every test of the fact settled; the same object where there is none."""
    match formula:
        case In(fact, values):
            return settled.test(values) if fact == settled.fact.name else formula
        case Point():
            return formula
        case Not(part):
            inner = _put_in(part, settled)
            return formula if inner is part else negated(inner)
        case All(parts) | Some(parts):
            put = [_put_in(p, settled) for p in parts]
            if all(a is b for a, b in zip(put, parts, strict=True)):
                return formula
            return every(put) if isinstance(formula, All) else some(put)


def _derived(work: _Work, unit: Unit, set_aside: str = "", by: Sequence[str] = (), rival: str = "") -> DerivedFact:
    """A unit as it is shown."""
    d: Derivation = unit.derivation
    fact = work.book.vocabulary.facts[unit.fact]
    doubts = [*unit.doubts, *([rival] if rival else [])]
    if d.point:
        doubts.append(work.book.readings[d.point].because)
    if unit.holds != unit.where and not doubts:
        doubts.append("What was said of it is itself in doubt.")
    return DerivedFact(
        fact=unit.fact, values=tuple(fact.value_set.smallest_names(unit.values)), issuer=d.issuer, derivation=d.id, reports=unit.reports,
        is_certain=unit.is_certain and not rival, doubts=tuple(doubts), set_aside=set_aside, by=tuple(by),
        where={f: values for f, values in unit.targets.items() if not work.seen[f] <= values},
    )  # fmt: skip
