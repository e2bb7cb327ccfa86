"""What policies say as productions of durable-rules: every condition, and when every rule is in force, as alternatives.

The values of each fact are numbered so that most sets of values are intervals, and a fact is told by the lowest and the
highest number it may have, and by the other sets, as classes, in which all or some of its values lie; a day is its own
number. So one message may stand for many completions, and each alternative is there twice: as what surely holds of all of
them, and as what possibly holds of some.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from caveat.core.dates import day_before
from caveat.core.force import in_force, telling_days, turning_days
from caveat.core.formula import FALSE, negated
from caveat.core.question import DATE
from caveat.durable.host import Pattern, Ruleset, Test
from caveat.durable.host import Rule as Production
from caveat.engines.clauses import ALWAYS, clauses_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from caveat.core.book import Book, Grade, Rule, Say
    from caveat.core.formula import Formula
    from caveat.durable.host import Session
    from caveat.engines.clauses import Clause

KEPT_PHRASES, KEPT_DAYS = 50_000, 1_000
SOME, ALL = 1, 2  # of the values that a fact may have, in a class
KNOWN = "known by"  # how a message names the day by which things were known

Box = dict[str, frozenset[str]]
Stretch = tuple[int, int]  # of days, by the first and the last


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One alternative: of a rule's condition, of its being in force, of a say, or (none of these) of a constraint being broken."""

    clause: Clause
    rule: Rule | None = None
    say: Say | None = None
    days: tuple[Stretch, Stretch] | None = None  # where it is about force: on which days, for whom knows what by which days

    @property
    def issuer(self) -> str:
        """Whose it is; empty for a constraint's."""
        return self.rule.issuer if self.rule else self.say.issuer if self.say else ""

    @property
    def points(self) -> frozenset[str]:
        """What a reading must settle before it holds or does not."""
        return self.clause.yes | self.clause.no

    def admitted(self, fact: str, values: frozenset[str]) -> frozenset[str] | None:
        """Those of the values that it admits; None where it does not speak of the fact."""
        if fact != DATE or self.days is None:
            return self.clause.box.get(fact)
        first, last = self.days[0]
        return frozenset(v for v in values if first <= date.fromisoformat(v).toordinal() <= last)


def of_conditions(book: Book) -> Iterator[Case]:
    """How constraints are broken, when who has a say, and what rules ask for."""
    domains = {name: frozenset(fact.domain) for name, fact in book.vocabulary.facts.items()}
    for constraint in book.constraints:
        yield from (Case(clause) for clause in clauses_of(negated(constraint.holds), domains))
    for say in book.says:
        yield from (Case(clause, say=say) for clause in clauses_of(say.when, domains))
    for rule in book.rules:
        yield from (Case(clause, rule=rule) for clause in clauses_of(rule.condition, domains))


def of_force(book: Book, least: Grade | None) -> Iterator[Case]:
    """When rules are in force, on both clocks: rectangles of days asked about and days by which things were known."""
    for rule in book.rules:
        superseding = [r for r in book.rules if rule.id in r.supersedes]
        statements = [book.statements[s] for r in (rule, *superseding) for s in r.statements]
        told = list(_stretches(telling_days(statements)))
        for held in _stretches(turning_days([rule, *superseding], book.statements)):
            ways: dict[Formula, list[Stretch]] = {}
            for known in told:
                force = in_force(rule, superseding, book.statements, _day(held), _day(known), least)
                if force != FALSE:
                    ways.setdefault(force, []).append(known)
            for force, days in ways.items():
                for known in joined(days):
                    yield from (Case(clause, rule=rule, days=(held, known)) for clause in clauses_of(force, {}))


def _stretches(days: Iterable[date]) -> Iterator[Stretch]:
    """From each day to the eve of the next, and from the last for ever."""
    ordered = sorted(set(days))
    for first, after in zip(ordered, [*ordered[1:], None], strict=True):
        yield first.toordinal(), (day_before(after) if after else date.max).toordinal()


def _day(stretch: Stretch) -> date:
    return date.fromordinal(stretch[0])


def joined(intervals: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted intervals of whole numbers, those that touch as one."""
    found: list[tuple[int, int]] = []
    for first, last in intervals:
        if found and found[-1][1] + 1 == first:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found


class Alternatives:
    """Cases as rulesets of durable-rules, asked with boxes of completions. May be shared between threads."""

    def __init__(self, name: str, cases: Iterable[Case], domains: Mapping[str, Iterable[str]], first: int = 0) -> None:
        """Number the values of the facts and the cases, from `first`."""
        self.cases = tuple(cases)
        self.number = {case: n for n, case in enumerate(self.cases, first)}
        self._by_rule: dict[object, dict[str, list[Case]]] = {}
        self._told: dict[tuple[str, frozenset[str]], dict[str, int]] = {}
        self._numbers = {fact: self._numbered(fact, domain) for fact, domain in domains.items()}
        self._classes = {fact: self._named(fact) for fact in domains}
        self._matchers = {sure: _Matcher(name, partial(self._productions, sure=sure)) for sure in (True, False)}

    def matched(self, box: Box, known: date, *, sure: bool) -> set[Case]:
        """Cases that hold of every completion in the box, or at least those that hold of some; exact where it has one.

        TooLargeError where the cases are more than durable-rules is asked to hold.
        """
        return {self.cases[n] for n in self._matchers[sure].matched(self._message(box, known))}

    def of_rules(self, box: Box, known: date, *, sure: bool) -> dict[str, list[Case]]:
        """The same by rule; remembered, for few days are asked about."""
        key = (frozenset(box.items()), known, sure)
        found = self._by_rule.get(key)
        if found is None:
            if len(self._by_rule) >= KEPT_DAYS:
                self._by_rule.clear()
            found = {}
            for case in self.matched(box, known, sure=sure):
                if case.rule:
                    found.setdefault(case.rule.id, []).append(case)
            self._by_rule[key] = found
        return found

    def _message(self, box: Box, known: date) -> dict[str, int]:
        """A box as it is told: for each fact the lowest and the highest number it may have, and the classes it lies in."""
        found = {KNOWN: known.toordinal()}
        for fact, values in box.items():
            told = self._told.get((fact, values))
            if told is None:
                if len(self._told) >= KEPT_PHRASES:
                    self._told.clear()
                told = self._told[fact, values] = self._phrase(fact, values)
            found |= told
        return found

    def _phrase(self, fact: str, values: frozenset[str]) -> dict[str, int]:
        """What a message says of one fact."""
        numbers = [date.fromisoformat(v).toordinal() for v in values] if fact == DATE else [self._numbers[fact][v] for v in values]
        classes = self._classes.get(fact, {})
        met = {name: ALL if values <= those else SOME for those, name in classes.items() if not values.isdisjoint(those)}
        return {f"{fact} from": min(numbers), f"{fact} to": max(numbers), **met}

    def _numbered(self, fact: str, domain: Iterable[str]) -> dict[str, int]:
        """The values of a fact numbered so that those that cases name together stand together."""
        sets = {case.clause.box[fact] for case in self.cases if fact in case.clause.box}
        wide = sorted((s for s in sets if len(s) > 1), key=lambda s: (-len(s), sorted(s)))
        return {v: n for n, v in enumerate(sorted(domain, key=lambda v: ([v not in s for s in wide], v)))}

    def _named(self, fact: str) -> dict[frozenset[str], str]:
        """The sets of values that are no interval, as classes with a name each."""
        sets = {case.clause.box[fact] for case in self.cases if fact in case.clause.box}
        apart = sorted((s for s in sets if not self._interval(fact, s)), key=sorted)
        return {values: f"{fact} class {n}" for n, values in enumerate(apart)}

    def _interval(self, fact: str, values: frozenset[str]) -> tuple[int, int] | None:
        """The numbers of the first and the last of the values, where all between them are among the values."""
        numbers = [self._numbers[fact][v] for v in values]
        first, last = min(numbers), max(numbers)
        return (first, last) if last - first == len(numbers) - 1 else None

    def _productions(self, *, sure: bool) -> Iterator[Production]:
        """For each case what surely, or possibly, holds of a message."""
        for number, case in enumerate(self.cases):
            tests = [test for fact, values in sorted(case.clause.box.items()) for test in self._tests(fact, values, sure=sure)]
            yield Production(str(number), (Pattern("use", (*tests, *_on_days(case, sure=sure))),))

    def _tests(self, fact: str, values: frozenset[str], *, sure: bool) -> Sequence[Test]:
        """That all, or some, of what a fact may be are among the values: an interval of numbers, or else a class of its own."""
        interval = self._interval(fact, values)
        if interval:
            return _between(fact, *interval, sure=sure)
        return (Test(self._classes[fact][values], ">=", ALL if sure else SOME),)


def _between(fact: str, first: int, last: int, *, sure: bool) -> tuple[Test, Test]:
    """All that a message may stand for lies between two numbers, or some of it does."""
    lowest, highest = f"{fact} from", f"{fact} to"
    return (Test(lowest, ">=", first), Test(highest, "<=", last)) if sure else (Test(highest, ">=", first), Test(lowest, "<=", last))


def _on_days(case: Case, *, sure: bool) -> Sequence[Test]:
    if case.days is None:
        return ()
    held, (first, last) = case.days
    return (*_between(DATE, *held, sure=sure), Test(KNOWN, ">=", first), Test(KNOWN, "<=", last))


class _Matcher:
    """Productions over one message each, in a session that is opened when first asked and kept."""

    def __init__(self, name: str, productions: Callable[[], Iterable[Production]]) -> None:
        self._name, self._productions = name, productions
        self._lock = Lock()
        self._session: Session | None = None

    def matched(self, message: Mapping[str, int]) -> set[int]:
        """The numbers of the cases of which some production is met."""
        with self._lock:
            if self._session is None:
                self._session = Ruleset(self._productions(), self._name).open()
            try:
                found = self._session.tell("use", message)
                self._session.retract("use")
            except BaseException:
                self._session.close()
                self._session = None
                raise
        return {int(match.rule) for match in found}


__all__ = ["ALWAYS", "KNOWN", "Alternatives", "Box", "Case", "joined", "of_conditions", "of_force"]
