"""Whether there is a use, a reading, a day and a state of knowledge in which rules meet: exact, with the use that shows it.

A reading settles points as a use settles facts, so both are searched together: each point is a fact that is yes or no.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from caveat.core.force import in_force, telling_days, turning_days
from caveat.core.formula import FALSE, TRUE, All, In, Not, Point, Some, atoms, every, negated, some
from caveat.core.logic import narrowed
from caveat.core.vocabulary import NO, YES
from caveat.engines.clauses import clauses_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from caveat.core.book import Book, Rule
    from caveat.core.formula import Formula

Sets = dict[str, frozenset[str]]
YES_OR_NO = frozenset((YES, NO))
Progress = Callable[[int, int], None]
PASSES = 10  # of all rules: one for each check that looks at them one by one
POINT = "point "  # stands before the name of a point that is searched as a fact


@dataclass(frozen=True, slots=True)
class Moment:
    """A day asked about, and a day by which things were known."""

    as_of: date
    known_by: date


class Search:
    """All uses that the vocabulary of a book allows, and the days on which its rules turn."""

    def __init__(self, book: Book, progress: Progress | None = None) -> None:
        """Link each rule with those that supersede it and those that defeat it."""
        self.book, self._progress, self._done = book, progress, 0
        self.domains = {name: frozenset(fact.domain) for name, fact in book.vocabulary.facts.items()}
        self.demands = [_Open(f, _facts_in(f) or None) for c in book.constraints if (f := narrowed(c.holds, self.domains)) != TRUE]
        self.defeats = {rule.id: frozenset(rule.overrides) for rule in book.rules}
        self._superseding: dict[str, list[Rule]] = {}
        for rule in book.rules:
            for older in rule.supersedes:
                self._superseding.setdefault(older, []).append(rule)
        self._hulls: dict[str, Sets] = {}
        self._forces: dict[tuple[str, Moment], Formula] = {}
        says: dict[str, list[Formula]] = {}
        for say in book.says:
            says.setdefault(say.issuer, []).append(say.when)
        self.says = {issuer: as_facts(some(says.get(issuer, ()))) for issuer in book.issuers}
        self.conditions = {rule.id: as_facts(rule.condition) for rule in book.rules}
        self.last = max(telling_days(book.statements.values()), default=None)

    def rules(self) -> Iterator[Rule]:
        """Every rule, once more; whoever waits hears of it."""
        for rule in self.book.rules:
            yield rule
            self.done(1)

    def done(self, steps: int) -> None:
        """So many more of the steps are done: each rule in each of the PASSES, and each issuer."""
        self._done += steps
        if self._progress:
            self._progress(self._done, PASSES * len(self.book.rules) + len(self.book.issuers))

    def defeaters(self, rule: Rule) -> list[Rule]:
        """The rules that keep one from deciding where they apply: those that defeat it; for a default, all others."""
        own = [r for r in self.book.rules if r.issuer == rule.issuer and not r.is_default]
        return own if rule.is_default else [r for r in own if rule.id in self.defeats[r.id]]

    def roles_of(self, rule: Rule) -> frozenset[str]:
        """The roles without which a rule never applies; all that its issuer may have in no other way are among them."""
        says: dict[str, list[Formula]] = {}
        for say in self.book.says:
            if say.issuer == rule.issuer:
                says.setdefault(say.role, []).append(say.when)
        without = {role: negated(as_facts(some(parts))) for role, parts in says.items()}
        return frozenset(role for role, formula in without.items() if self.find([self.conditions[rule.id], formula]) is None)

    def superseding(self, rule: Rule) -> list[Rule]:
        """The rules that end one."""
        return self._superseding.get(rule.id, [])

    def moments(self, rules: Sequence[Rule], *, known_by: date | None = None) -> Iterator[Moment]:
        """Every day, with every state of knowledge (or one), between which nothing changes for these rules; the latest knowledge first."""
        around = {r.id: r for rule in rules for r in (rule, *self.superseding(rule))}.values()
        days = sorted(set(turning_days(around, self.book.statements)))
        statements = [self.book.statements[s] for rule in around for s in rule.statements]
        for known in [known_by] if known_by else sorted(set(telling_days(statements)), reverse=True):
            yield from (Moment(day, known) for day in days)

    def force(self, rule: Rule, moment: Moment) -> Formula:
        """When the rule is in force at a moment: a formula of points, as facts."""
        key = (rule.id, moment)
        if key not in self._forces:
            found = in_force(rule, self.superseding(rule), self.book.statements, moment.as_of, moment.known_by, None)
            self._forces[key] = as_facts(found) if found in (TRUE, FALSE) or clauses_of(found, self.domains) else FALSE
        return self._forces[key]

    def applies(self, rule: Rule, moment: Moment) -> Formula:
        """When the rule is in force and its conditions hold, with points as facts."""
        return every((self.force(rule, moment), self.conditions[rule.id]))

    def can_meet(self, a: Rule, b: Rule) -> bool:
        """Whether the conditions of two rules of one issuer can hold together, dates aside."""
        hull = self._hull(b)
        if any(fact in hull and values.isdisjoint(hull[fact]) for fact, values in self._hull(a).items()):
            return False
        wanted = [self.says[a.issuer], self.conditions[a.id], self.conditions[b.id]]
        return self.find(wanted, vocabulary=False) is not None and self.find(wanted) is not None

    def _hull(self, rule: Rule) -> Sets:
        """For each fact that a rule is about, all values with which it can apply: a box around its conditions."""
        if rule.id not in self._hulls:
            boxes = [clause.box for clause in clauses_of(rule.condition, self.domains)]
            facts = set(boxes[0]).intersection(*boxes[1:]) if boxes else ()
            self._hulls[rule.id] = {fact: frozenset().union(*(box[fact] for box in boxes)) for fact in facts}
        return self._hulls[rule.id]

    def find(self, wanted: Sequence[Formula], *, vocabulary: bool = True, within: Mapping[str, frozenset[str]] | None = None) -> Sets | None:
        """A box of uses, and points settled, of which all formulas hold whatever is chosen in it; None where there is none."""
        sets = {**self.domains, **dict.fromkeys(points_in(wanted), YES_OR_NO), **(within or {})}
        demands = self.demands if vocabulary else []
        narrower = {fact for fact, values in sets.items() if len(values) < len(self.domains.get(fact, YES_OR_NO))}
        return _found([*(_Open(f, None) for f in wanted), *demands], sets, narrower)


@dataclass(frozen=True, slots=True)
class _Open:
    """A formula that is still open, and the facts it speaks of; None where it was not looked at yet."""

    formula: Formula
    facts: frozenset[str] | None


def _found(formulas: Sequence[_Open], before: Sets, changed: set[str]) -> Sets | None:
    """Propagate what follows from each formula by itself, then split; `changed` are the facts narrowed since they were looked at."""
    sets = dict(before)
    left = _propagated(formulas, sets, changed)
    if left is None or not all(sets.values()):
        return None
    test = next((a for f in left for a in atoms(f.formula) if isinstance(a, In)), None)
    if test is None:
        return sets
    inside = sets[test.fact] & test.values
    halves = (inside, sets[test.fact] - inside)
    return next((box for half in halves if half and (box := _found(left, {**sets, test.fact: half}, {test.fact})) is not None), None)


def _propagated(formulas: Sequence[_Open], sets: Sets, changed: set[str]) -> list[_Open] | None:
    """What is left of the formulas once `sets` are narrowed by those about one fact; None where one cannot hold."""
    waiting = list(formulas)
    while True:
        left: list[_Open] = []
        again: set[str] = set()
        for item in waiting:
            if item.facts is not None and item.facts.isdisjoint(changed):
                left.append(item)
                continue
            formula = narrowed(item.formula, sets)
            for part in formula.parts if isinstance(formula, All) else (formula,):
                if isinstance(part, In):
                    sets[part.fact] &= part.values
                    again.add(part.fact)
                elif isinstance(part, Not) and isinstance(part.part, In):
                    sets[part.part.fact] -= part.part.values
                    again.add(part.part.fact)
                elif part == FALSE:
                    return None
                else:
                    left.append(_Open(part, _facts_in(part)))
        if not all(sets[fact] for fact in again):
            return None
        if not again:
            return left
        waiting, changed = left, again


def _facts_in(formula: Formula) -> frozenset[str]:
    return frozenset(a.fact for a in atoms(formula) if isinstance(a, In))


def points_in(formulas: Iterable[Formula]) -> frozenset[str]:
    """The facts that stand for points in formulas."""
    return frozenset(a.fact for f in formulas for a in atoms(f) if isinstance(a, In) and a.fact.startswith(POINT))


def as_facts(formula: Formula) -> Formula:
    """The formula with a test of a fact in place of each point."""
    match formula:
        case In():
            return formula
        case Point(name):
            return In(POINT + name, frozenset((YES,)))
        case All(parts):
            return every(as_facts(p) for p in parts)
        case Some(parts):
            return some(as_facts(p) for p in parts)
        case Not(part):
            return negated(as_facts(part))
        case _:
            assert_never(formula)
