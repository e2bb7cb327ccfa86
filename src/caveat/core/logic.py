"""Formulas narrowed by what is known: pure functions shared by whoever has to look into a formula."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from caveat.core.formula import FALSE, TRUE, All, In, Not, Point, Some, atoms, every, negated, some

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from caveat.core.formula import Formula

    Join = Callable[[Iterable[Formula]], Formula]


def narrowed(formula: Formula, sets: Mapping[str, frozenset[str]]) -> Formula:
    """The formula where each fact has one of these values: tests that are settled become TRUE or FALSE.

    It is one that `every`, `some` and `negated` made: what is folded there is not folded again where nothing moves.
    """
    match formula:
        case In(fact, values):
            possible = sets[fact]
            return TRUE if possible <= values else FALSE if possible.isdisjoint(values) else formula
        case Point():
            return formula
        case All(parts):
            return _whole(formula, parts, sets, FALSE, every)
        case Some(parts):
            return _whole(formula, parts, sets, TRUE, some)
        case Not(part):
            found = narrowed(part, sets)
            return formula if found is part else negated(found)
        case _:
            assert_never(formula)


def _whole(formula: Formula, parts: tuple[Formula, ...], sets: Mapping[str, frozenset[str]], end: All | Some, join: Join) -> Formula:
    """A whole of parts, narrowed: settled by the first part that is `end`, and itself where no part moves."""
    left: list[Formula] = []
    has_moved = False
    for part in parts:
        found = narrowed(part, sets)
        if found == end:
            return end
        left.append(found)
        has_moved = has_moved or found is not part
    return join(left) if has_moved else formula


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


def still_open(formulas: Iterable[Formula], sets: Mapping[str, frozenset[str]], moved: Collection[str] | None = None) -> list[Formula]:
    """The formulas narrowed to the sets, without those that hold whatever else is chosen; `moved` as for `is_possible`."""
    found = (f if moved is not None and not _is_about(f, moved) else narrowed(f, sets) for f in formulas)
    return [left for left in found if left != TRUE]


def is_possible(formulas: Iterable[Formula], sets: Mapping[str, frozenset[str]], moved: Collection[str] | None = None) -> bool:
    """Whether one value a fact can be chosen so that all formulas (of facts alone) hold. Exact: propagate, then split.

    `moved` are the facts whose sets have changed since the formulas were narrowed; by default, any may have.
    """
    found, left = _propagated(formulas, sets, moved)
    if left is None or not all(found.values()):
        return False
    test = next((a for f in left for a in atoms(f) if isinstance(a, In)), None)
    if test is None:
        return True
    inside = found[test.fact] & test.values
    halves = (inside, found[test.fact] - inside)
    return any(is_possible(left, {**found, test.fact: half}, (test.fact,)) for half in halves if half)


def propagated(formulas: Iterable[Formula], sets: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """The sets without values that a formula rules out by itself: no completion that meets all formulas is lost."""
    return _propagated(formulas, sets)[0]


def _propagated(
    formulas: Iterable[Formula], sets: Mapping[str, frozenset[str]], moved: Collection[str] | None = None
) -> tuple[dict[str, frozenset[str]], list[Formula] | None]:
    """The sets narrowed by every formula that is about one fact, and what is left of the others; None where one cannot hold.

    A disjunction is looked at again only where a fact of it has moved.
    """
    found, waiting = dict(sets), list(formulas)
    while True:
        changed: set[str] = set()
        left_open: list[Formula] = []
        for formula in waiting:
            if moved is not None and isinstance(formula, Some) and formula.parts and not _is_about(formula, moved):
                left_open.append(formula)
                continue
            left = narrowed(formula, found)
            if left == FALSE:
                return found, None
            for part in left.parts if isinstance(left, All) else (left,):
                test = part.part if isinstance(part, Not) else part
                if not isinstance(test, In):
                    left_open.append(part)
                    continue
                values = found[test.fact] - test.values if test is not part else found[test.fact] & test.values
                if values != found[test.fact]:
                    found[test.fact] = values
                    changed.add(test.fact)
        if not changed:
            return found, left_open
        waiting, moved = left_open, changed


def _is_about(formula: Formula, facts: Collection[str]) -> bool:
    """Whether any of the facts stands in the formula."""
    match formula:
        case In(fact):
            return fact in facts
        case All(parts) | Some(parts):
            return any(_is_about(p, facts) for p in parts)
        case Not(part):
            return _is_about(part, facts)
        case _:
            return False
