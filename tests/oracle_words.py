"""Vocabularies and conditions for the oracle: what a condition means of one completion under one reading."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from operator import ge, gt, le, lt
from typing import TYPE_CHECKING, Any

from vocabularies import FACTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from vocabularies import World

    Completion = Mapping[str, str]
    Settle = Callable[..., Any]  # (point, ways=(True, False)) -> the way it is settled
    Test = Callable[[Completion, Settle], bool]

MOST_READINGS = 500  # of one completion
OPS = {"over": gt, "at_least": ge, "under": lt, "at_most": le}


class TooManyError(Exception):
    """There are more completions, or readings of one, than brute force is for."""


def listed(value: Any) -> list[Any]:
    """One or several, as a list."""
    return [] if value is None else value if isinstance(value, list) else [value]


def under_every_reading(what: Callable[[Settle], Any]) -> Iterator[Any]:
    """What comes out under every reading; points are found as they are asked for."""
    waiting: list[dict[object, Any]] = [{}]
    for _ in range(MOST_READINGS):
        if not waiting:
            return
        reading = waiting.pop()

        def settle(point: object, ways: tuple[Any, ...] = (True, False), reading: dict[object, Any] = reading) -> Any:
            if point not in reading:
                waiting.extend({**reading, point: way} for way in ways[1:])
                reading[point] = ways[0]
            return reading[point]

        yield what(settle)
    raise TooManyError


# -- the vocabulary, and conditions over it


class Words:
    """Values, classes, borders and numbers, straight from the vocabulary files."""

    def __init__(self, world: World) -> None:
        """Read the facts and their domains."""
        self.terms = {d["values"]: dict(d["terms"]) for name, d in world.items() if name.startswith("vocabulary/") and name != FACTS}
        self.newcomers = set(self.read_newcomers(world))
        self.below: dict[str, dict[str, list[str]]] = {name: defaultdict(list) for name in self.terms}
        for name, terms in self.terms.items():
            for ident, term in terms.items():
                for parent in (*listed(term.get("is")), *listed(term.get("within"))):
                    self.below[name][parent].append(ident)
        self.values: dict[str, str] = {}
        self.domains: dict[str, tuple[str, ...]] = {}
        self.several: dict[str, tuple[str, ...]] = {}
        for fact, spec in world[FACTS]["facts"].items():
            leaves = [i for i in self.terms[spec["values"]] if self.is_leaf(spec["values"], i)]
            if spec.get("several"):
                self.several[fact] = tuple(leaves)
                self.domains |= {f"{fact}.{leaf}": ("yes", "no") for leaf in leaves}
            else:
                self.values[fact] = spec["values"]
                self.domains[fact] = (*leaves, *spec.get("also", {}))
        self.numbers = sorted(set(_numbers_in(list(world.values()))))

    def read_newcomers(self, world: World) -> Iterator[str]:
        """States that have a policy and are not in the vocabulary: they are values of every fact that names issuers."""
        states = [d["issuer"] for d in world.values() if d.get("kind") == "state"]
        for fact in {e["issuer_is"] for e in world[FACTS]["consents"] if "issuer_is" in e}:
            terms = self.terms[world[FACTS]["facts"][fact]["values"]]
            new = [state for state in states if state not in terms]
            terms.update({state: {"name": state} for state in new})
            yield from new

    def is_leaf(self, values: str, term: str) -> bool:
        """Whether the term is a value."""
        return term not in self.terms[values] or (not self.below[values][term] and not self.terms[values][term].get("arguably"))

    def leaves(self, values: str, term: str) -> set[str]:
        """The values that certainly belong to a term."""
        if self.is_leaf(values, term):
            return {term}
        return {leaf for child in self.below[values][term] for leaf in self.leaves(values, child)}

    def doubts(self, values: str, term: str) -> Iterator[tuple[str, str]]:
        """Each value that is only arguably in a class, with the class (itself or one below) of which that is said."""
        for member in self.terms[values].get(term, {}).get("arguably", {}):
            yield from ((leaf, term) for leaf in self.leaves(values, member) - self.leaves(values, term))
        for child in self.below[values][term]:
            yield from self.doubts(values, child)

    def perhaps(self, values: str, term: str) -> set[str]:
        """The values that certainly or arguably belong to a term."""
        return self.leaves(values, term) | {leaf for leaf, _ in self.doubts(values, term)}

    def belongs(self, values: str, leaf: str, term: str, settle: Settle) -> bool:
        """Whether a value belongs to a term under a reading."""
        if leaf in self.leaves(values, term):
            return True
        return any(settle(("counts", values, of, leaf)) for one, of in self.doubts(values, term) if one == leaf)

    def is_beside(self, values: str, leaf: str, term: str, settle: Settle) -> bool:
        """Whether a value lies outside a term and borders it, under a reading."""
        near = self.terms[values].get(leaf, {}).get("borders", [])
        return any(self.belongs(values, n, term, settle) for n in near) and not self.belongs(values, leaf, term, settle)

    def number(self, values: str, leaf: str, settle: Settle) -> float:
        """The range of a value under a reading: any number it may be, as far as some rule can tell."""
        known = self.terms[values].get(leaf, {}).get("range_km")
        if isinstance(known, int):
            return known
        low, high = known["between"] if known else (min(self.numbers) - 1, max(self.numbers) + 1)
        at = sorted({low, high, *(n for n in self.numbers if low <= n <= high)})
        between = [(a + b) / 2 for a, b in pairwise(at)]
        ways = (*at, *between)
        return float(settle(("number", values, leaf), ways) if len(ways) > 1 else ways[0])


def _numbers_in(data: Any) -> Iterator[int]:
    if isinstance(data, list):
        for item in data:
            yield from _numbers_in(item)
    elif isinstance(data, dict):
        yield from (v for k, v in data.items() if k in OPS)
        yield from _numbers_in(list(data.values()))


class Conditions:
    """Conditions as written, to tests of a completion under a reading."""

    def __init__(self, words: Words, roles: Mapping[str, list[Test]] | None = None) -> None:
        """Conditions of an issuer whose says, by role, are these."""
        self.words, self.roles = words, roles or {}

    def test(self, data: Any) -> Test:
        """The whole condition."""
        if data == "never":
            return lambda _c, _s: False
        return all_of([self.part(key, value) for key, value in data.items()])

    def part(self, key: str, value: Any) -> Test:
        """One key of a condition."""
        if key == "not":
            return negation(self.test(value))
        if key == "all":
            return all_of([self.test(v) for v in value])
        if key == "any":
            return any_of([self.test(v) for v in value])
        if key == "role":
            return any_of([t for role in listed(value) for t in self.roles.get(role, [])])
        if key == "target":
            return all_of([self.part(f"target.{k}", v) for k, v in value.items()])
        if key in self.words.several:
            return self.contains(key, value)
        return self.of_fact(key, value)

    def contains(self, fact: str, value: Any) -> Test:
        """Whether a fact that holds several things holds one of these."""
        if isinstance(value, dict):
            return negation(self.contains(fact, value["not"]))
        return lambda c, _s: any(c[f"{fact}.{name}"] == "yes" for name in listed(value))

    def of_fact(self, fact: str, value: Any) -> Test:
        """A test of one fact: terms, or operators that must all hold."""
        words, values = self.words, self.words.values[fact]
        if not isinstance(value, dict):
            return lambda c, s: any(words.belongs(values, c[fact], term, s) for term in listed(value))
        return all_of([self.operator(fact, values, op, operand) for op, operand in value.items()])

    def operator(self, fact: str, values: str, op: str, operand: Any) -> Test:
        """One operator."""
        words = self.words
        if op == "not":
            return negation(self.of_fact(fact, operand))
        if op == "within":
            return self.of_fact(fact, operand)
        if op == "borders" and isinstance(operand, dict):
            other = operand["fact"]
            return lambda c, s: words.is_beside(values, c[fact], c[other], s)
        if op == "borders":
            return lambda c, s: any(words.is_beside(values, c[fact], term, s) for term in listed(operand))
        return lambda c, s: all(OPS[o](words.number(values, c[fact], s), n) for o, n in operand.items())


def all_of(parts: list[Test]) -> Test:
    """Every part holds."""
    return lambda c, s: all(part(c, s) for part in parts)


def any_of(parts: list[Test]) -> Test:
    """Some part holds."""
    return lambda c, s: any(part(c, s) for part in parts)


def negation(part: Test) -> Test:
    """The part does not hold."""
    return lambda c, s: not part(c, s)
