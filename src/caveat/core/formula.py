"""Formulas over the facts of a scenario and over arguable points: frozen, flat, and evaluated by nobody here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True)
class In:
    """The fact has one of these values."""

    fact: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Point:
    """An arguable point, settled yes."""

    name: str


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; of no parts, true."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds; of no parts, false."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Formula


Formula = In | Point | All | Some | Not


TRUE = All(())


FALSE = Some(())


def every(parts: Iterable[Formula]) -> Formula:
    """The conjunction, flat, tests of one fact as one; FALSE as soon as nothing can meet it."""
    flat: dict[Formula, None] = {}
    tests: dict[str, frozenset[str]] = {}
    for part in parts:
        for item in part.parts if isinstance(part, All) else (part,):
            if isinstance(item, In):
                tests[item.fact] = tests[item.fact] & item.values if item.fact in tests else item.values
            else:
                flat[item] = None
    if FALSE in flat or not all(tests.values()):
        return FALSE
    whole = (*(In(fact, values) for fact, values in tests.items()), *flat)
    return whole[0] if len(whole) == 1 else All(whole)


def some(parts: Iterable[Formula]) -> Formula:
    """The disjunction, flat, tests of one fact as one; TRUE as soon as one part is."""
    flat: dict[Formula, None] = {}
    tests: dict[str, frozenset[str]] = {}
    for part in parts:
        for item in part.parts if isinstance(part, Some) else (part,):
            if isinstance(item, In):
                tests[item.fact] = tests.get(item.fact, frozenset()) | item.values
            else:
                flat[item] = None
    if TRUE in flat:
        return TRUE
    whole = (*(In(fact, values) for fact, values in tests.items() if values), *flat)
    return whole[0] if len(whole) == 1 else Some(whole)


def negated(part: Formula) -> Formula:
    """The negation; constants and double negations are folded."""
    match part:
        case Not(inner):
            return inner
        case All(()):
            return FALSE
        case Some(()):
            return TRUE
        case _:
            return Not(part)


def atoms(formula: Formula) -> Iterator[In | Point]:
    """Every test and every arguable point of the formula, left to right, repeats included."""
    match formula:
        case In() | Point():
            yield formula
        case All(parts) | Some(parts):
            for part in parts:
                yield from atoms(part)
        case Not(part):
            yield from atoms(part)
        case _:
            assert_never(formula)
