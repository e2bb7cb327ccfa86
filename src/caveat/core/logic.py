"""Formulas narrowed by what is known: pure functions shared by whoever has to look into a formula."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from caveat.core.formula import FALSE, TRUE, All, In, Not, Point, Some, atoms, every, negated, some

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from caveat.core.formula import Formula

Sets = "Mapping[str, frozenset[str]]"


def narrowed(formula: Formula, sets: Mapping[str, frozenset[str]]) -> Formula:
    """The formula where each fact has one of these values: tests that are settled become TRUE or FALSE."""
    match formula:
        case In(fact, values):
            possible = sets[fact]
            return TRUE if possible <= values else FALSE if possible.isdisjoint(values) else formula
        case Point():
            return formula
        case All(parts):
            return every(narrowed(p, sets) for p in parts)
        case Some(parts):
            return some(narrowed(p, sets) for p in parts)
        case Not(part):
            return negated(narrowed(part, sets))
        case _:
            assert_never(formula)


def settled(formula: Formula, reading: frozenset[str]) -> bool:
    """Whether a formula of arguable points alone holds under a reading: the set of points settled yes."""
    match formula:
        case Point(name):
            return name in reading
        case All(parts):
            return all(settled(p, reading) for p in parts)
        case Some(parts):
            return any(settled(p, reading) for p in parts)
        case Not(part):
            return not settled(part, reading)
        case In():
            raise AssertionError("a fact is still open in a completion")
        case _:
            assert_never(formula)


def points_of(formulas: Iterable[Formula]) -> frozenset[str]:
    """The arguable points in the formulas."""
    return frozenset(a.name for f in formulas for a in atoms(f) if isinstance(a, Point))


def told_apart(values: frozenset[str], tests: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """The values in groups that no test tells apart; in the order of their smallest members."""
    ordered = list(tests)
    groups: dict[tuple[bool, ...], set[str]] = {}
    for value in sorted(values):
        groups.setdefault(tuple(value in test for test in ordered), set()).add(value)
    return [frozenset(group) for group in groups.values()]


def still_open(formulas: Iterable[Formula], sets: Mapping[str, frozenset[str]]) -> list[Formula]:
    """The formulas narrowed to the sets, without those that hold whatever else is chosen."""
    return [left for formula in formulas if (left := narrowed(formula, sets)) != TRUE]


def is_possible(formulas: Iterable[Formula], sets: Mapping[str, frozenset[str]]) -> bool:
    """Whether one value a fact can be chosen so that all formulas (of facts alone) hold. Exact: propagate, then split."""
    found, left = _propagated(formulas, sets)
    if FALSE in left or not all(found.values()):
        return False
    test = next((a for f in left for a in atoms(f) if isinstance(a, In)), None)
    if test is None:
        return True
    inside = found[test.fact] & test.values
    halves = (inside, found[test.fact] - inside)
    return any(is_possible(left, {**found, test.fact: half}) for half in halves if half)


def propagated(formulas: Iterable[Formula], sets: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """The sets without values that a formula rules out by itself: no completion that meets all formulas is lost."""
    return _propagated(formulas, sets)[0]


def _propagated(formulas: Iterable[Formula], sets: Mapping[str, frozenset[str]]) -> tuple[dict[str, frozenset[str]], list[Formula]]:
    """The sets narrowed by every formula that is about one fact, and what is left of the others."""
    found = dict(sets)
    waiting = list(formulas)
    again = True
    while again:
        again = False
        left_open: list[Formula] = []
        for formula in waiting:
            left = narrowed(formula, found)
            for part in left.parts if isinstance(left, All) else (left,):
                if isinstance(part, In):
                    found[part.fact] &= part.values
                    again = True
                elif isinstance(part, Not) and isinstance(part.part, In):
                    found[part.part.fact] -= part.part.values
                    again = True
                else:
                    left_open.append(part)
            if FALSE in left_open:
                return found, [FALSE]
        waiting = left_open
    return found, waiting
