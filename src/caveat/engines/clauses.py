"""Formulas as alternatives: boxes over the facts, with arguable points beside them (disjunctive normal form)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from caveat.core.errors import TooLargeError
from caveat.core.formula import TRUE, All, In, Not, Point, Some, every

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from caveat.core.formula import Formula

MAX_CLAUSES = 50_000  # of one rule
FEW = 16  # clauses among which looking for one that covers another pays


@dataclass(frozen=True, slots=True)
class Clause:
    """A conjunction: for each fact it speaks of the values it admits, and the points that must be settled yes or no."""

    box: Mapping[str, frozenset[str]]
    yes: frozenset[str]
    no: frozenset[str]


NO_POINTS: frozenset[str] = frozenset()
ALWAYS = Clause({}, NO_POINTS, NO_POINTS)


def clauses_of(formula: Formula, domains: Mapping[str, frozenset[str]]) -> list[Clause]:
    """The formula as alternatives (disjunctive normal form); TooLargeError past MAX_CLAUSES."""
    match formula:
        case In(fact, values):
            return [Clause({fact: values}, NO_POINTS, NO_POINTS)]
        case Point(name):
            return [Clause({}, frozenset((name,)), NO_POINTS)]
        case Not(part):
            return _clauses_against(part, domains)
        case All(parts):
            return both(clauses_of(p, domains) for p in parts)
        case Some(parts):
            return _either(clauses_of(p, domains) for p in parts)
        case _:
            assert_never(formula)


def _clauses_against(formula: Formula, domains: Mapping[str, frozenset[str]]) -> list[Clause]:
    """The alternatives under which the formula does not hold."""
    match formula:
        case In(fact, values):
            rest = domains[fact] - values
            return [Clause({fact: rest}, NO_POINTS, NO_POINTS)] if rest else []
        case Point(name):
            return [Clause({}, NO_POINTS, frozenset((name,)))]
        case Not(part):
            return clauses_of(part, domains)
        case All(parts):
            return _either(_clauses_against(p, domains) for p in parts)
        case Some(parts):
            cases = _cases(parts)
            return _without_cases(*cases, domains) if cases is not None else both(_clauses_against(p, domains) for p in parts)
        case _:
            assert_never(formula)


def _cases(parts: Sequence[Formula]) -> tuple[str, list[tuple[frozenset[str], Formula]]] | None:
    """The alternatives as cases of one fact, each a set of its values and what must hold besides; None where they overlap.

    So are classes with arguable members and numbers only roughly known: many values, each with a point of its own.
    """
    found: list[tuple[frozenset[str], Formula]] = []
    facts: set[str] = set()
    for part in parts:
        tests = [p for p in part.parts if isinstance(p, In)] if isinstance(part, All) else [part] if isinstance(part, In) else []
        if len(tests) != 1:
            return None
        rest = every(p for p in part.parts if p is not tests[0]) if isinstance(part, All) else TRUE
        facts.add(tests[0].fact)
        found.append((tests[0].values, rest))
    if len(facts) != 1 or sum(len(v) for v, _ in found) != len(frozenset().union(*(v for v, _ in found))):
        return None
    return facts.pop(), found


def _without_cases(fact: str, cases: Sequence[tuple[frozenset[str], Formula]], domains: Mapping[str, frozenset[str]]) -> list[Clause]:
    """None of the cases holds: the fact has another value, or a case's value without what must hold besides."""
    rest = domains[fact] - frozenset().union(*(values for values, _ in cases))
    ways = [[Clause({fact: rest}, NO_POINTS, NO_POINTS)] if rest else []]
    ways += [both(([Clause({fact: values}, NO_POINTS, NO_POINTS)], _clauses_against(besides, domains))) for values, besides in cases]
    return _either(ways)


def _either(alternatives: Iterable[list[Clause]]) -> list[Clause]:
    return _without_implied([clause for part in alternatives for clause in part])


def both(parts: Iterable[list[Clause]]) -> list[Clause]:
    """The alternatives under which all parts hold."""
    found = [ALWAYS]
    for part in parts:
        met = [clause for a in found for b in part if (clause := _meet(a, b)) is not None]
        found = _bounded(met) if _speaks_of(found).isdisjoint(_speaks_of(part)) else _without_implied(met)
    return found


def _speaks_of(clauses: Iterable[Clause]) -> set[str]:
    """The facts and points that clauses speak of. Where two parts share none, what both leave has nothing to drop or put together."""
    return {name for clause in clauses for names in (clause.box, clause.yes, clause.no) for name in names}


def _meet(a: Clause, b: Clause) -> Clause | None:
    if not a.yes.isdisjoint(b.no) or not a.no.isdisjoint(b.yes):
        return None
    box = dict(a.box)
    for fact, values in b.box.items():
        box[fact] = box[fact] & values if fact in box else values
        if not box[fact]:
            return None
    return Clause(box, a.yes | b.yes, a.no | b.no)


def _without_implied(clauses: list[Clause]) -> list[Clause]:
    """The same alternatives in fewer clauses: what another covers is dropped, what differs in one fact is put together."""
    merged = _merged(_bounded(clauses)) if len(clauses) > 1 else clauses
    kept: list[Clause] = []
    for clause in sorted(merged, key=lambda c: len(c.box) + len(c.yes) + len(c.no)):
        if len(merged) > FEW or not any(_covers(wide, clause) for wide in kept):
            kept.append(clause)
    return kept


def _bounded(clauses: list[Clause]) -> list[Clause]:
    if len(clauses) > MAX_CLAUSES:
        raise TooLargeError(f"a condition has more than {MAX_CLAUSES:,} alternatives; split the rule")
    return clauses


def _merged(clauses: list[Clause]) -> list[Clause]:
    """Clauses that are the same but for the values of one fact become one, fact by fact."""
    facts = tuple(dict.fromkeys(f for clause in clauses for f in clause.box))
    for fact in facts:
        others = [f for f in facts if f != fact]
        groups: dict[object, list[Clause]] = {}
        for clause in clauses:
            groups.setdefault((fact in clause.box, *map(clause.box.get, others), clause.yes, clause.no), []).append(clause)
        if len(groups) < len(clauses):
            clauses = [_union(group, fact) for group in groups.values()]
    return clauses


def _union(group: list[Clause], fact: str) -> Clause:
    first = group[0]
    if len(group) == 1 or fact not in first.box:
        return first
    return Clause({**first.box, fact: frozenset().union(*(c.box[fact] for c in group))}, first.yes, first.no)


def _covers(wide: Clause, narrow: Clause) -> bool:
    return (
        wide.yes <= narrow.yes
        and wide.no <= narrow.no
        and all(fact in narrow.box and narrow.box[fact] <= values for fact, values in wide.box.items())
    )
