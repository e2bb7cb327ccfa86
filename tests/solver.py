"""A second opinion on differences, by the SMT solver z3: sides encoded straight from the book, nothing of the analysis used.

A fact is a number, its value's place in the list of its values; an arguable point is a Boolean. What holds under some reading gets points of its own; what holds under all of them is asserted for more and more readings, until there is
no scenario left, or one for which no reading is found that breaks it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import count, product
from typing import TYPE_CHECKING

import z3

from caveat.core.book import Effect
from caveat.core.dates import dated, day_after
from caveat.core.force import in_force, turning_days
from caveat.core.formula import All, Formula, In, Not, Point, Some
from caveat.core.issuer import IssuerKind
from caveat.core.question import DATE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from caveat.core.book import Book, Rule
    from caveat.diff.difference import Asked, Region

VERDICTS = ("permitted", "prohibited", "no-objection", "unclear", "no-say")
Days = tuple[date | None, date | None]


@dataclass(frozen=True)
class Claim:
    """A verdict as formulas: `some` hold under some reading each, `every` under all readings."""

    some: tuple[z3.BoolRef, ...] = ()
    every: tuple[z3.BoolRef, ...] = ()


class Scenarios:
    """The facts that two sides share, as Booleans, and what either vocabulary allows."""

    def __init__(self, sides: Sequence[Asked], where: Mapping[str, frozenset[str]], days: Days) -> None:
        given = {f for s in sides for f in s.given}
        books = [s.book for s in sides]
        self.values: dict[str, list[str]] = {}
        for name in dict.fromkeys(n for b in books for n in b.vocabulary.facts if n not in given):
            known = [set(b.vocabulary.facts[name].domain) for b in books if name in b.vocabulary.facts]
            self.values[name] = sorted(set.intersection(*known) & where.get(name, known[0]))
        if any(s.as_of is None for s in sides):
            self.values[DATE] = _first_days(books, days)
        self._number = {f: z3.BitVec(f, len(values).bit_length()) for f, values in self.values.items()}
        self._among: dict[In, z3.BoolRef] = {}
        self.points: dict[str, z3.BoolRef] = {}

    def in_range(self) -> list[z3.BoolRef]:
        """Every fact has one of its values."""
        return [z3.ULT(self._number[f], len(values)) for f, values in self.values.items()]

    def among(self, fact: str, values: Iterable[str]) -> z3.BoolRef:
        """The fact has one of these values."""
        test = In(fact, frozenset(values))
        if test not in self._among:
            self._among[test] = z3.Or([self._number[fact] == n for n, v in enumerate(self.values[fact]) if v in test.values])
        return self._among[test]

    def encoded(self, formula: Formula, given: Mapping[str, str]) -> z3.BoolRef:
        """A formula; facts that the side settles by itself are settled."""
        match formula:
            case In(fact, values) if fact in given:
                return z3.BoolVal(given[fact] in values)
            case In(fact, values):
                return self.among(fact, values)
            case Point(name):
                return self.points.setdefault(name, z3.Bool(f"point {name}"))
            case Not(part):
                return z3.Not(self.encoded(part, given))
            case All(parts):
                return z3.And([self.encoded(p, given) for p in parts])
            case Some(parts):
                return z3.Or([self.encoded(p, given) for p in parts])

    def read(self, model: z3.ModelRef) -> dict[str, str]:
        """The scenario of a model."""
        return {f: self.values[f][model.eval(n, model_completion=True).as_long()] for f, n in self._number.items()}

    def only(self, scenario: Mapping[str, str]) -> list[z3.BoolRef]:
        """It is this scenario."""
        return [self.among(f, [v]) for f, v in scenario.items()]


def _first_days(books: Sequence[Book], days: Days) -> list[str]:
    """The first days of the stretches in which nothing begins or ends, within the bounds."""
    first, last = days
    bounds = {first or date.min, *([day_after(last)] if last else [])}
    turns = {date.min, *bounds, *(d for b in books for d in turning_days(b.rules, b.statements))}
    return [d.isoformat() for d in sorted(turns) if (first is None or d >= first) and (last is None or d <= last)]


class Sayer:
    """One side: what each issuer does, as formulas of facts and points."""

    def __init__(self, side: Asked, scenarios: Scenarios) -> None:
        self.side, self.book, self.scenarios = side, side.book, scenarios
        self._applies: dict[str, z3.BoolRef] = {}

    @cached_property
    def possible(self) -> z3.BoolRef:
        """What the vocabulary allows."""
        return z3.And([self._encoded(c.holds) for c in self.book.constraints])

    def _encoded(self, formula: Formula) -> z3.BoolRef:
        return self.scenarios.encoded(formula, self.side.given)

    def applies(self, rule: Rule) -> z3.BoolRef:
        """The rule is known, in force, and its conditions hold."""
        if rule.id not in self._applies:
            self._applies[rule.id] = z3.And(self._encoded(rule.condition), self._in_force(rule))
        return self._applies[rule.id]

    def _in_force(self, rule: Rule) -> z3.BoolRef:
        newer = [r for r in self.book.rules if rule.id in r.supersedes]
        side = self.side

        def on(day: date) -> z3.BoolRef:
            return self._encoded(in_force(rule, newer, self.book.statements, day, side.known_by, side.min_grade))

        if side.as_of is not None:
            return on(side.as_of)
        return z3.Or([z3.And(self.scenarios.among(DATE, [d]), on(date.fromisoformat(d))) for d in self.scenarios.values[DATE]])

    def undefeated(self, issuer: str, effect: Effect) -> z3.BoolRef:
        """Some rule of the issuer with this effect applies, and nothing that applies defeats it; a default, where nothing else applies."""
        own = [r for r in self.book.rules if r.issuer == issuer]
        found = []
        for rule in own:
            if rule.effect == effect:
                defeating = [r for r in own if not r.is_default and (rule.is_default or rule.id in self._defeats[r.id])]
                found.append(z3.And(self.applies(rule), *[z3.Not(self.applies(r)) for r in defeating]))
        return z3.Or(found)

    @cached_property
    def _defeats(self) -> dict[str, frozenset[str]]:
        """What each rule overrides."""
        return {r.id: frozenset(r.overrides) for r in self.book.rules}

    def says(self, issuer: str) -> z3.BoolRef:
        """The issuer has a say, in whatever role."""
        return z3.Or([self._encoded(s.when) for s in self.book.says if s.issuer == issuer])

    def has_policy(self, issuer: str) -> bool:
        """Whether anything in the book is the issuer's."""
        return any(r.issuer == issuer for r in self.book.rules) or any(s.startswith(f"{issuer}/") for s in self.book.statements)

    def claim(self, verdict: str, other: Sayer) -> Claim | None:
        """That the verdict of this side is so; None where it never can be."""
        return self._of_whole(verdict) if self.side.issuer is None else self._of_issuer(self.side.issuer, verdict, other)

    def _of_issuer(self, issuer: str, verdict: str, other: Sayer) -> Claim | None:
        if not self.has_policy(issuer) and other.has_policy(issuer):  # says nothing, wherever it would be asked
            says = z3.Or(self.says(issuer), other.says(issuer))
            quiet = "no-objection" if other.book.issuers[issuer].kind == IssuerKind.TREATY else "unclear"
            return {quiet: Claim(some=(says,)), "no-say": Claim(every=(z3.Not(says),))}.get(verdict)
        says = self.says(issuer)
        permits, prohibits = (self.undefeated(issuer, e) for e in (Effect.PERMIT, Effect.PROHIBIT))
        outcomes = {"permitted": z3.And(permits, z3.Not(prohibits)), "prohibited": z3.And(prohibits, z3.Not(permits))}
        if issuer in self.book.issuers and self.book.issuers[issuer].kind == IssuerKind.TREATY:
            outcomes["no-objection"] = z3.And(z3.Not(permits), z3.Not(prohibits))
        if verdict == "unclear":
            return Claim(some=tuple(z3.And(says, z3.Not(o)) for o in outcomes.values()))
        if verdict == "no-say":
            return Claim(every=(z3.Not(says),))
        return Claim((says,), (z3.Implies(says, outcomes[verdict]),)) if verdict in outcomes else None

    def _of_whole(self, verdict: str) -> Claim | None:
        """Prohibited where any issuer prohibits; permitted where a donor has a say, none is open, and one permits."""
        prohibits, permits, opens = [], [], []
        for issuer in sorted({s.issuer for s in self.book.says}):
            says, yes, no = self.says(issuer), *(self.undefeated(issuer, e) for e in (Effect.PERMIT, Effect.PROHIBIT))
            prohibits.append(z3.And(says, no, z3.Not(yes)))
            permits.append(z3.And(says, yes, z3.Not(no)))
            opens.append(z3.And(says, yes, no))
            if self.book.issuers[issuer].kind != IssuerKind.TREATY:
                opens.append(z3.And(says, z3.Not(yes), z3.Not(no)))
        donor = z3.Or([self._encoded(s.when) for s in self.book.says if s.is_donor])
        prohibited = z3.Or(prohibits)
        permitted = z3.And(z3.Not(prohibited), z3.Not(z3.Or(opens)), donor, z3.Or(permits))
        claims = {"prohibited": Claim(every=(prohibited,)), "permitted": Claim(every=(permitted,))}
        return {**claims, "unclear": Claim(some=(z3.Not(prohibited), z3.Not(permitted)))}.get(verdict)


class SecondOpinion:
    """Two sides and the regions in which they are said to differ. Questions about them, each answered with a scenario, or None."""

    def __init__(self, before: Asked, after: Asked, where: Mapping[str, frozenset[str]], days: Days = (None, None)) -> None:
        self.scenarios = Scenarios((before, after), where, days)
        self._words = {**before.book.vocabulary.facts, **after.book.vocabulary.facts}
        sayers = (Sayer(before, self.scenarios), Sayer(after, self.scenarios))
        self._claims = [{v: c for v in VERDICTS if (c := a.claim(v, b)) is not None} for a, b in (sayers, sayers[::-1])]
        self._solver, self._breaker = z3.SolverFor("QF_FD"), z3.SolverFor("QF_FD")
        for solver in (self._solver, self._breaker):
            solver.add(*self.scenarios.in_range())
        self._solver.add(*(s.possible for s in sayers))
        self._numbers = count()

    def objections(self, regions: Sequence[Region]) -> Iterator[str]:
        """Every way in which regions are not the difference, each with a scenario."""
        boxes = [self.region(r) for r in regions]
        by_label: dict[tuple[str, str], list[z3.BoolRef]] = defaultdict(list)
        for region, box in zip(regions, boxes, strict=True):
            by_label[region.before, region.after].append(box)
        for (old, a), (new, b) in product(self._claims[0].items(), self._claims[1].items()):
            if old != new and (found := self.scenario([z3.Not(z3.Or(by_label[old, new]))], a, b)):
                yield f"{old} before and {new} after in no region that says so: {found}"
            others = [box for label, some in by_label.items() if label != (old, new) for box in some]
            if others and (found := self.scenario([z3.Or(others)], a, b)):
                yield f"{old} before and {new} after in a region that says otherwise: {found}"
        if len(boxes) > 1 and (found := self.scenario([z3.AtLeast(*boxes, 2)])):
            yield f"in two regions: {found}"
        for number, box in enumerate(boxes):
            if not self.scenario([box]):
                yield f"region {number} holds no scenario"

    def region(self, region: Region) -> z3.BoolRef:
        """A region by its `where`, read as a scenario is."""
        return z3.And([self._named(fact, [n] if isinstance(n, str) else list(n)) for fact, n in region.where.items()])

    def _named(self, fact: str, names: list[str]) -> z3.BoolRef:
        if fact == DATE:
            when = dated(names[0])
            return self.scenarios.among(DATE, [d for d in self.scenarios.values[DATE] if when.earliest <= date.fromisoformat(d) <= when.latest])
        terms = self._words[fact].value_set.terms
        return self.scenarios.among(fact, {v for n in names for v in (*terms[n].leaves, *terms[n].arguable)})

    def scenario(self, parts: Sequence[z3.BoolRef], *claims: Claim) -> dict[str, str] | None:
        """A scenario for which the parts and the claims hold; None where there is none."""
        every = z3.And([f for c in claims for f in c.every])
        self._solver.push()
        self._breaker.push()
        self._solver.add(*parts, every, *[self._under_own_reading(f) for c in claims for f in c.some])
        self._breaker.add(z3.Not(every))
        try:
            return self._unbroken(every)
        finally:
            self._solver.pop()
            self._breaker.pop()

    def _unbroken(self, every: z3.BoolRef) -> dict[str, str] | None:
        """A scenario of the solver for which a formula holds under every reading: each reading that breaks it is added, until none does."""
        points = self.scenarios.points.values()
        while self._solver.check() == z3.sat:
            scenario = self.scenarios.read(self._solver.model())
            if self._breaker.check(*self.scenarios.only(scenario)) == z3.unsat:
                return scenario
            reading = self._breaker.model()
            self._solver.add(z3.substitute(every, *[(p, reading.eval(p, model_completion=True)) for p in points]))
        return None

    def _under_own_reading(self, formula: z3.BoolRef) -> z3.BoolRef:
        number = next(self._numbers)
        return z3.substitute(formula, *[(p, z3.Bool(f"{p} #{number}")) for p in self.scenarios.points.values()])
