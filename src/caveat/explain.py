"""Why, why not, what is missing, and which smallest change of facts would turn the verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import TYPE_CHECKING

from caveat.core.force import carries, first_day, has_begun, in_force, turning_days
from caveat.core.ir import FALSE, In
from caveat.core.logic import told_apart
from caveat.core.outcome import Verdict, over_all_completions, under_all_readings
from caveat.core.question import DATE, days_to_try
from caveat.engines.clauses import clauses_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from caveat.core.decision import Decision
    from caveat.core.ir import Book, Rule
    from caveat.core.outcome import Cell
    from caveat.core.question import Question
    from caveat.engines.compiled import Program

MAX_TURNING_FACTS = 2


@dataclass(frozen=True, slots=True)
class Branch:
    """If the missing facts have these values, this is the verdict."""

    where: Mapping[str, frozenset[str]]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A rule of an issuer that was asked, and why it does not apply: the tests that fail, or its dates."""

    rule: Rule
    fails: tuple[In, ...]
    timing: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision with what stands around it.

    `branches`: what each value of the most telling missing facts leads to. `near_misses`: rules that do not apply,
    fewest failing tests first. `turns`: the smallest changes of given or assumed facts that give another verdict.
    """

    decision: Decision
    branches: tuple[Branch, ...]
    near_misses: tuple[NearMiss, ...]
    turns: tuple[Branch, ...]


def explain(book: Book, program: Program, question: Question, decision: Decision) -> Explanation:
    """Look around a decision with the compiled program that can answer its question."""
    settled = decision.verdict != Verdict.NEEDS_FACTS
    return Explanation(
        decision=decision,
        branches=() if settled else tuple(branches(program, question, decision.missing[0])),
        near_misses=tuple(near_misses(book, question, decision)),
        turns=tuple(turns(book, program, question, decision)) if settled else (),
    )


# -- what is missing


def branches(program: Program, question: Question, facts: Sequence[str]) -> Iterator[Branch]:
    """The verdict for each way the facts may turn out, ways with the same verdict put together."""
    yield from _by_values(list(program.cells(question)), facts)


def _by_values(cells: Sequence[Cell], facts: Sequence[str]) -> Iterator[Branch]:
    """The verdict over all completions for every combination of values of the facts; values no cell tells apart as one."""
    values = {f: frozenset().union(*(c.box[f] for c in cells)) for f in facts}
    classes = {f: told_apart(values[f], {c.box[f] for c in cells}) for f in facts}
    found: dict[tuple[frozenset[str], ...], Verdict] = {}
    for choice in product(*classes.values()):
        here = [c for c in cells if all(part <= c.box[f] for f, part in zip(facts, choice, strict=True))]
        if here:
            found[choice] = over_all_completions(under_all_readings(c.outcomes) for c in here)
    for where, verdict in _joined(found):
        yield Branch(dict(zip(facts, where, strict=True)), verdict)


def _joined(found: Mapping[tuple[frozenset[str], ...], Verdict]) -> list[tuple[tuple[frozenset[str], ...], Verdict]]:
    """Boxes with one verdict that differ in one place only, put together until none are left."""
    boxes = [(list(where), verdict) for where, verdict in found.items()]
    again = True
    while again:
        again = False
        for (i, (a, va)), (j, (b, vb)) in combinations(enumerate(boxes), 2):
            differing = [k for k, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
            if va == vb and len(differing) == 1:
                k = differing[0]
                boxes[i] = ([*a[:k], a[k] | b[k], *a[k + 1 :]], va)
                del boxes[j]
                again = True
                break
    return sorted(((tuple(where), v) for where, v in boxes), key=lambda item: (item[1], [sorted(w) for w in item[0]]))


# -- why not


def near_misses(book: Book, question: Question, decision: Decision, most: int = 12) -> list[NearMiss]:
    """Rules of the issuers asked that do not apply to any completion, nearest first."""
    asked = {c.issuer for c in decision.consents}
    deciding = {r for c in decision.consents for r in c.rules} | {r for c in decision.consents for r, _ in c.set_aside}
    domains = {name: frozenset(fact.domain) for name, fact in book.vocabulary.facts.items()}
    found = []
    for rule in book.rules:
        if rule.issuer in asked and rule.id not in deciding:
            timing = _timing(book, question, rule)
            fails = tuple(_failing(rule, question.sets, domains))
            if fails or timing:
                found.append(NearMiss(rule, fails, timing))
    treaties = {i for i, issuer in book.issuers.items() if issuer.kind == "treaty"}
    found.sort(key=lambda n: (n.rule.issuer in treaties, len(n.fails) + bool(n.timing), n.rule.id))
    return [n for n in found if n.rule.issuer not in treaties][:most]


def _failing(rule: Rule, sets: Mapping[str, frozenset[str]], domains: Mapping[str, frozenset[str]]) -> list[In]:
    """The tests on which the rule fails: of each alternative the failing ones, of the alternative with the fewest."""
    ways = [[In(f, v) for f, v in sorted(clause.box.items()) if sets[f].isdisjoint(v)] for clause in clauses_of(rule.condition, domains)]
    return min(ways, key=lambda way: (len(way), [(test.fact, sorted(test.values)) for test in way]), default=[])


def _timing(book: Book, question: Question, rule: Rule) -> str:
    """Why the rule was not in force on the days asked about, or not known; empty where it was."""
    superseding = [r for r in book.rules if rule.id in r.supersedes]
    days = days_to_try(question, turning_days(book.rules, book.statements))
    if any(in_force(rule, superseding, book.statements, d, question.known_by, question.least_grade) != FALSE for d in days):
        return ""
    statements = [book.statements[s] for s in rule.statements]
    if all(carries(s, question.known_by, question.least_grade) == FALSE for s in statements):
        retracted = [s for s in statements if s.retracted and s.retracted.earliest <= question.known_by]
        if retracted:
            return f"its report was retracted on {retracted[0].retracted}"
        return f"not publicly known before {min(s.reported.earliest for s in statements)}"
    if all(has_begun(rule, book.statements, d, question.known_by) == FALSE for d in days):
        return f"in force only from {first_day(rule, book.statements, question.known_by)}"
    if rule.until and all(d > rule.until.latest for d in days):
        return f"in force only until {rule.until}"
    return f"superseded by {', '.join(r.id for r in superseding)}"


# -- what would turn it


def turns(book: Book, program: Program, question: Question, decision: Decision) -> Iterator[Branch]:
    """The fewest facts whose change gives another settled verdict, with the values that give it."""
    given = [f for f in book.vocabulary.facts if f in decision.scenario or f in decision.assumptions]
    given += [DATE] if question.first is not None else []
    for size in range(1, MAX_TURNING_FACTS + 1):
        found = [b for facts in combinations(given, size) for b in _turned(book, program, question, decision, facts)]
        if found:
            yield from sorted(found, key=lambda b: (sum(len(v) for v in b.where.values()), sorted(b.where)))
            return


def _turned(book: Book, program: Program, question: Question, decision: Decision, facts: Sequence[str]) -> Iterator[Branch]:
    freed = {f: frozenset(book.vocabulary.facts[f].domain) for f in facts if f != DATE}
    wider = replace(question, sets={**question.sets, **freed})
    if DATE in facts:
        wider = replace(wider, first=None, last=None)
    before = {f: question.sets[f] for f in freed}
    for branch in _by_values(list(program.cells(wider)), facts):
        changed = all(f == DATE or values != before[f] for f, values in branch.where.items())
        if changed and branch.verdict not in (decision.verdict, Verdict.NEEDS_FACTS):
            yield branch


__all__ = ["Branch", "Explanation", "NearMiss", "branches", "explain", "near_misses", "turns"]
