"""Why, why not, what is missing, and which smallest change of facts would turn the verdict."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import combinations, product
from typing import TYPE_CHECKING, TypeVar

from caveat.core.dates import day_before
from caveat.core.force import carries, first_day, has_begun, in_force, turning_days
from caveat.core.formula import FALSE, TRUE, In, atoms
from caveat.core.logic import is_possible, narrowed, propagated, told_apart
from caveat.core.outcome import Outcome, Verdict, over_all_completions, under_all_readings
from caveat.core.question import DATE, days_to_try
from caveat.engines.clauses import clauses_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from caveat.core.book import Book, Rule
    from caveat.core.decision import Decision
    from caveat.core.formula import Formula
    from caveat.core.outcome import Cell
    from caveat.core.question import Question
    from caveat.engines.compiled import Program

MAX_TURNING_FACTS = 2
MOST_NEAR_MISSES = 8  # in every form
Label = TypeVar("Label", Verdict, bool)
Box = tuple[frozenset[str], ...]  # values of some facts, in their order
MOST_FREED = 2  # facts that have to change along with those that a rule tests


@dataclass(frozen=True, slots=True)
class Branch:
    """If the facts have these values, this is the verdict.

    Of the date, `where` has the first day of each stretch in which nothing changes, and `stretches` the stretches in full:
    first and last day, None where it has none.
    """

    where: Mapping[str, frozenset[str]]
    verdict: Verdict
    stretches: tuple[tuple[date | None, date | None], ...] = ()


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A rule of an issuer that was asked, and why it does not apply: what would have to be different, or its dates.

    `fails` is the nearest way to make it apply, with what has to change along with it; `other_ways` counts the rest.
    """

    rule: Rule
    fails: tuple[In, ...]
    timing: str
    other_ways: int = 0


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision with what stands around it.

    `branches`: what each value of the most telling missing facts leads to. `near_misses`: rules that do not apply,
    nearest first, and `more_near_misses` how many there are beyond those. `turns`: the smallest changes of given or assumed
    facts that give another verdict.
    """

    decision: Decision
    branches: tuple[Branch, ...]
    near_misses: tuple[NearMiss, ...]
    turns: tuple[Branch, ...]
    more_near_misses: int = 0


def explain(book: Book, program: Program, question: Question, decision: Decision) -> Explanation:
    """Look around a decision with the compiled program that can answer its question."""
    settled = decision.verdict != Verdict.NEEDS_FACTS
    misses = near_misses(book, question, decision)
    return Explanation(
        decision=decision,
        branches=() if settled else tuple(branches(book, program, question, decision.missing[0])),
        near_misses=tuple(misses[:MOST_NEAR_MISSES]),
        turns=tuple(turns(book, program, question, decision)) if settled else (),
        more_near_misses=len(misses[MOST_NEAR_MISSES:]),
    )


# -- what is missing


def branches(book: Book, program: Program, question: Question, facts: Sequence[str]) -> Iterator[Branch]:
    """The verdict for each way the facts may turn out, ways with the same verdict put together."""
    for branch in _by_values(_judged(program, question), facts):
        yield _with_days(book, question, branch)


def _judged(program: Program, question: Question) -> list[tuple[Cell, Verdict]]:
    """Every completion that counts, with its verdict: of the one issuer asked its own, else of all asked together."""
    cells = list(program.cells(question))
    if question.issuers is None or len(question.issuers) != 1:
        return [(cell, under_all_readings(cell.outcomes)) for cell in cells]
    (issuer,) = question.issuers
    rows = [(cell, {r.outcome for _, r in cell.tables[issuer].rows}) for cell in cells if issuer in cell.tables]
    return [(cell, under_all_readings(said)) for cell, said in rows if said != {Outcome.NO_SAY}]


def _with_days(book: Book, question: Question, branch: Branch) -> Branch:
    """The branch with its stretches of days, where it speaks of days."""
    return replace(branch, stretches=tuple(stretches(book, question, branch.where[DATE]))) if DATE in branch.where else branch


def stretches(book: Book, question: Question, firsts: frozenset[str]) -> list[tuple[date | None, date | None]]:
    """The stretches of the days asked about that begin on these days, neighbours as one; None where there is no first or last."""
    begins = days_to_try(question, turning_days(book.rules, book.statements))
    found: list[tuple[date | None, date | None]] = []
    joins = False
    for i, (day, after) in enumerate(zip(begins, [*begins[1:], None], strict=True)):
        if day.isoformat() in firsts:
            last = day_before(after) if after else question.last
            first = None if i == 0 and question.first is None else day
            found[-1:] = [(found[-1][0], last)] if joins else [*found[-1:], (first, last)]
        joins = day.isoformat() in firsts
    return found


def _by_values(judged: Sequence[tuple[Cell, Verdict]], facts: Sequence[str]) -> Iterator[Branch]:
    """The verdict over all completions for every combination of values of the facts; values no cell tells apart as one."""
    cells = [cell for cell, _ in judged]
    values = {f: frozenset().union(*(c.box[f] for c in cells)) for f in facts}
    classes = {f: told_apart(values[f], {c.box[f] for c in cells}) for f in facts}
    found: dict[Box, Verdict] = {}
    for choice in product(*classes.values()):
        here = [verdict for c, verdict in judged if all(part <= c.box[f] for f, part in zip(facts, choice, strict=True))]
        if here:
            found[choice] = over_all_completions(here)
    for where, verdict in _joined(found):
        yield Branch(dict(zip(facts, where, strict=True)), verdict)


def _joined(found: Mapping[Box, Label]) -> list[tuple[Box, Label]]:
    """Boxes with one label that differ in one place only, put together until none are left."""
    boxes = list(found.items())
    before = len(boxes) + 1
    while len(boxes) < before:
        before = len(boxes)
        for place in range(len(boxes[0][0]) if boxes else 0):
            groups: dict[tuple[Box, Box, Label], frozenset[str]] = {}
            for box, label in boxes:
                key = (box[:place], box[place + 1 :], label)
                groups[key] = groups.get(key, frozenset()) | box[place]
            boxes = [(head + (values,) + tail, label) for (head, tail, label), values in groups.items()]  # noqa: RUF005  (mypy)
    return sorted(boxes, key=lambda item: (item[1], [sorted(w) for w in item[0]]))


# -- why not


def near_misses(book: Book, question: Question, decision: Decision) -> list[NearMiss]:
    """Rules of the issuers asked that do not apply to any completion, nearest first; those of treaties last."""
    asked = {c.issuer for c in decision.consents}
    deciding = {r for c in decision.consents for r in c.rules} | {r for c in decision.consents for r, _ in c.set_aside}
    changes = _Changes(book, question, decision)
    found = []
    for rule in book.rules:
        if rule.issuer in asked and rule.id not in deciding:
            timing = _timing(book, question, rule)
            ways = changes.ways(rule)
            if ways or timing:
                found.append(NearMiss(rule, ways[0] if ways else (), timing, len(ways[1:])))
    treaties = {i for i, issuer in book.issuers.items() if issuer.kind == "treaty"}
    found.sort(key=lambda n: (n.rule.issuer in treaties, len(n.fails) + bool(n.timing), n.rule.id))
    return found


@dataclass(slots=True)
class _Changes:
    """What would have to be different about a question for a rule to apply."""

    book: Book
    question: Question
    decision: Decision
    domains: Mapping[str, frozenset[str]] = field(init=False)
    demands: list[tuple[frozenset[str], Formula, Formula]] = field(init=False)  # the facts of each, itself, and what is left of it as asked
    seen: dict[tuple[tuple[str, frozenset[str]], ...], tuple[In, ...]] = field(init=False)

    def __post_init__(self) -> None:
        self.domains = {name: frozenset(fact.domain) for name, fact in self.book.vocabulary.facts.items()}
        holds = [c.holds for c in self.book.constraints]
        self.demands = [(frozenset(a.fact for a in atoms(h) if isinstance(a, In)), h, narrowed(h, self.question.sets)) for h in holds]
        self.seen = {}

    def ways(self, rule: Rule) -> list[tuple[In, ...]]:
        """The ways to make a rule's condition hold, nearest first: with the fewest changes, and what is certain before what is arguable.

        Empty where nothing is in the way, or nothing helps.
        """
        failing = self._failing(rule)
        if () in failing:
            return []
        told = [(self._completed(tests), is_arguable) for facts, sides in failing.items() for tests, is_arguable in self._apart(facts, sides)]
        possible = [(way, is_arguable) for way, is_arguable in told if way]
        possible.sort(key=lambda item: (len(item[0]), item[1], [(t.fact, sorted(t.values)) for t in item[0]]))
        return [way for way, _ in possible]

    def _failing(self, rule: Rule) -> dict[tuple[str, ...], dict[Box, bool]]:
        """The tests that fail of each alternative, by their facts; and whether it turns on a reading."""
        found: dict[tuple[str, ...], dict[Box, bool]] = {}
        for clause in clauses_of(rule.condition, self.domains):
            tests = {f: v for f, v in sorted(clause.box.items()) if self.question.sets[f].isdisjoint(v)}
            sides = found.setdefault(tuple(tests), {})
            is_arguable = bool(clause.yes or clause.no)
            sides[tuple(tests.values())] = sides.get(tuple(tests.values()), True) and is_arguable
        return found

    @staticmethod
    def _apart(facts: Sequence[str], sides: Mapping[Box, bool]) -> Iterator[tuple[dict[str, frozenset[str]], bool]]:
        """Alternatives that test the same facts, those that differ in one of them put together."""
        for values, is_arguable in _joined(sides):
            yield dict(zip(facts, values, strict=True)), is_arguable

    def _completed(self, tests: Mapping[str, frozenset[str]]) -> tuple[In, ...]:
        """The tests with what else has to change so that they can be met at all; empty where too much would."""
        key = tuple(tests.items())
        if key not in self.seen:
            self.seen[key] = self._freed(tests)
        return self.seen[key]

    def _freed(self, tests: Mapping[str, frozenset[str]]) -> tuple[In, ...]:
        changed = {**self.question.sets, **tests}
        others = [f for f in self.domains if f not in tests and self.question.sets[f] != self.domains[f]]
        for size in range(MOST_FREED + 1):
            for freed in combinations(others, size):
                wider = {**changed, **{f: self.domains[f] for f in freed}}
                demands = self._demands_on({*tests, *freed})
                if is_possible(demands, wider):
                    narrow = propagated(demands, wider) if freed else {}
                    return (*(In(f, v) for f, v in tests.items()), *(In(f, narrow[f] - self.question.sets[f]) for f in freed))
        return ()

    def _demands_on(self, moved: set[str]) -> list[Formula]:
        """Every constraint, where facts have moved from what was asked: those that none of them touches are as they were."""
        found = (whole if not facts.isdisjoint(moved) else left for facts, whole, left in self.demands)
        return [formula for formula in found if formula != TRUE]


def _timing(book: Book, question: Question, rule: Rule) -> str:
    """Why the rule was not in force on the days asked about, or not known; empty where it was."""
    superseding = [r for r in book.rules if rule.id in r.supersedes]
    days = days_to_try(question, turning_days(book.rules, book.statements))
    if any(in_force(rule, superseding, book.statements, d, question.known_by, question.min_grade) != FALSE for d in days):
        return ""
    statements = [book.statements[s] for s in rule.statements]
    if all(carries(s, question.known_by, question.min_grade) == FALSE for s in statements):
        retracted = [s for s in statements if s.retracted and s.retracted.earliest <= question.known_by]
        if retracted:
            return f"its report was retracted ({retracted[0].retracted})"
        return f"not publicly known before {min(s.reported.earliest for s in statements)}"
    if all(has_begun(rule, book.statements, d, question.known_by) == FALSE for d in days):
        return f"in force only from {first_day(rule, book.statements, question.known_by).words}"
    if rule.until and all(d > rule.until.latest for d in days):
        return f"in force only until {rule.until.words}"
    return f"superseded by another rule: {' '.join(r.summary for r in superseding)}".removesuffix(".")


# -- what would turn it


def turns(book: Book, program: Program, question: Question, decision: Decision) -> Iterator[Branch]:
    """The fewest facts whose change gives another settled verdict, with the values that give it."""
    said = {*decision.scenario, *decision.assumptions}
    given = [f for f, fact in book.vocabulary.facts.items() if f in said or fact.part_of in said]
    given += [DATE] if question.first is not None else []
    for size in range(1, MAX_TURNING_FACTS + 1):
        found = [b for facts in combinations(given, size) for b in _turned(book, program, question, decision, facts)]
        if found:
            yield from sorted(found, key=lambda b: (sum(len(v) for v in b.where.values()), sorted(b.where), b.verdict))
            return


def _turned(book: Book, program: Program, question: Question, decision: Decision, facts: Sequence[str]) -> Iterator[Branch]:
    freed = {f: frozenset(book.vocabulary.facts[f].domain) for f in facts if f != DATE}
    wider = replace(question, sets={**question.sets, **freed})
    if DATE in facts:
        wider = replace(wider, first=None, last=None)
    before = {f: question.sets[f] for f in freed}
    for branch in _by_values(_judged(program, wider), facts):
        changed = all(f == DATE or values != before[f] for f, values in branch.where.items())
        if changed and branch.verdict not in (decision.verdict, Verdict.NEEDS_FACTS):
            yield _with_days(book, wider, branch)


__all__ = ["Branch", "Explanation", "NearMiss", "branches", "explain", "near_misses", "stretches", "turns"]
