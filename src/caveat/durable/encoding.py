"""Rules and facts as durable-rules takes them: every name and value a small number, so that none can be misread.

An attribute becomes up to three properties, only those that some test needs: `e`, a number that stands for its value
(equality); `r`, where it lies among the numbers it is compared with; `n`, the number itself (compared with other facts).
A set of values is a few intervals of `e`. "No such fact" is a second rule, whose matches stand in the way of the first.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from caveat.core.errors import TooLargeError
from caveat.durable.patterns import ORDERS, Ref

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from caveat.durable.patterns import Pattern, Rule, Test

Value = str | int
Interval = tuple[int | None, int | None]

LARGEST = 1 << 62  # of a number that is compared with those of other facts
LARGEST_PLUS = (1 << 31) - 1
MOST_PATTERNS = 14  # of one rule: durable-rules holds 16 facts in a match
MOST_JOINS = 28  # tests of one pattern that look at other facts: durable-rules holds 32 with their brackets
MOST_WAYS = 512  # into which the sets of values of one rule fall
NAMES = {"<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte", "!=": "$neq"}


@dataclass(frozen=True, slots=True)
class Form:
    """One rule of durable-rules: the patterns that must be met, by position, and what a match of it means."""

    rule: int
    blocks: int | None  # the position of the absent pattern that is met; None for what the rule itself asks
    positions: tuple[int, ...]
    patterns: tuple[tuple[object, ...], ...]  # for each its tests, in JSON
    properties: frozenset[str]


@dataclass(slots=True)
class _Family:
    """Attributes whose values are compared with each other: one numbering for all. `open` where facts meet facts."""

    codes: dict[Value, int] = field(default_factory=dict)
    is_open: bool = False


class Attribute(NamedTuple):
    """The properties that stand for an attribute, as far as some test looks at them."""

    equal: tuple[str, _Family] | None
    ranked: tuple[str, list[int]] | None
    number: str | None


class Encoding:
    """How one set of rules is told to durable-rules. Frozen once made; shared by sessions."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Number the values that the rules name. TooLargeError where a rule goes past what durable-rules holds."""
        self._family: dict[str, _Family] = {}
        self._ranks: dict[str, list[int]] = {}
        self._number: set[str] = set()
        self._names: dict[str, str] = {}
        for rule in rules:
            for pattern in rule.patterns:
                for test in pattern.tests:
                    self._note(rule, test)
        self._number_values(rules)
        self._rank = {a: sorted(set(numbers)) for a, numbers in self._ranks.items()}
        self.attributes = {a: self._attribute(a) for a in {**self._family, **self._ranks, **dict.fromkeys(sorted(self._number))}}
        self.forms = tuple(form for i, rule in enumerate(rules) for form in self._forms(i, rule))

    # -- what is needed of each attribute

    def _note(self, rule: Rule, test: Test) -> None:
        value = test.value
        if not isinstance(value, Ref):
            if test.operator in ORDERS:
                self._ranks.setdefault(test.attribute, []).append(_whole(value))
            else:
                self._of(test.attribute)
            return
        if abs(value.plus) > LARGEST_PLUS:
            raise TooLargeError(f"`{rule.name}` adds {value.plus}, and at most {LARGEST_PLUS:,} can be added")
        if test.operator in ORDERS or value.plus:
            self._number |= {test.attribute, value.attribute}
        else:
            self._join(test.attribute, value.attribute)

    def _of(self, attribute: str) -> _Family:
        return self._family.setdefault(attribute, _Family())

    def _join(self, one: str, other: str) -> None:
        kept, gone = self._of(one), self._of(other)
        kept.is_open = True
        for attribute, family in self._family.items():
            if family is gone:
                self._family[attribute] = kept

    def _number_values(self, rules: Sequence[Rule]) -> None:
        """Number the values named in tests so that those named together stand together."""
        named: dict[int, list[frozenset[Value]]] = {}
        for test in _tests(rules):
            if test.operator not in ORDERS and not isinstance(test.value, Ref):
                named.setdefault(id(self._of(test.attribute)), []).append(_set(test.value))
        families = {id(family): family for family in self._family.values()}
        for key, sets in named.items():
            wide = sorted({s for s in sets if len(s) > 1}, key=lambda s: (-len(s), sorted(map(repr, s))))
            values = sorted(frozenset().union(*sets), key=lambda v: ([v not in s for s in wide], repr(v)))
            families[key].codes = {value: code for code, value in enumerate(values, 1)}

    def _attribute(self, name: str) -> Attribute:
        """What tests look at in an attribute."""
        family, ranks = self._family.get(name), self._rank.get(name)
        return Attribute(
            (self._property("e", name), family) if family else None,
            (self._property("r", name), ranks) if ranks else None,
            self._property("n", name) if name in self._number else None,
        )

    def _property(self, kind: str, attribute: str) -> str:
        """The name of a property: short, the same for ever, and free of what its users type."""
        return self._names.setdefault(kind + attribute, f"{kind}{len(self._names)}")

    # -- rules

    def _forms(self, number: int, rule: Rule) -> Iterator[Form]:
        if len(rule.patterns) > MOST_PATTERNS:
            raise TooLargeError(f"`{rule.name}` has {len(rule.patterns)} patterns, and at most {MOST_PATTERNS} can be matched together")
        positive = [i for i, p in enumerate(rule.patterns) if not p.absent]
        if positive:
            yield from self._ways(number, rule, None, positive)
        for i, pattern in enumerate(rule.patterns):
            if pattern.absent:
                yield from self._ways(number, rule, i, [*positive, i])

    def _ways(self, number: int, rule: Rule, blocks: int | None, positions: Sequence[int]) -> Iterator[Form]:
        """The rule once for each choice of one interval for each set: disjoint, so that no match is found twice."""
        alias = {rule.patterns[p].alias: f"m{p}" for p in positions}
        choices = [list(self._choices(rule.patterns[p], alias)) for p in positions]
        size = 1
        for choice in choices:
            size *= len(choice)
        if size > MOST_WAYS:
            raise TooLargeError(f"the sets of values of `{rule.name}` fall into {size:,} ways, and at most {MOST_WAYS} are matched; split the rule")
        needed = [self._needed(rule, positions, p) for p in positions]
        for way in product(*choices):
            patterns = tuple((*({"$ex": {name: 1}} for name in sorted(there)), *tests) for there, tests in zip(needed, way, strict=True))
            yield Form(number, blocks, tuple(positions), patterns, frozenset(_properties(patterns)))

    def _needed(self, rule: Rule, positions: Sequence[int], position: int) -> set[str]:
        """The properties of a pattern's fact that other patterns refer to: without them it can meet no pattern."""
        refs = [(t, t.value) for p in positions for t in rule.patterns[p].tests if isinstance(t.value, Ref)]
        return {
            self._property("n" if test.operator in ORDERS or ref.plus else "e", ref.attribute)
            for test, ref in refs
            if ref.alias == rule.patterns[position].alias
        }

    def _choices(self, pattern: Pattern, alias: Mapping[str, str]) -> Iterator[tuple[object, ...]]:
        """The pattern's tests, once for each choice of intervals; what is about the fact alone comes first."""
        alone = [t for t in pattern.tests if not isinstance(t.value, Ref)]
        refs = [(t, t.value) for t in pattern.tests if isinstance(t.value, Ref)]
        joins = [self._join_test(test, ref, alias) for test, ref in refs]
        if len(joins) > MOST_JOINS:
            raise TooLargeError(f"`{pattern.alias}` is compared {len(joins)} times with other facts, and at most {MOST_JOINS} times can be")
        if refs:  # where the last comparison fails, durable-rules reads on past the end; so the last one always holds
            joins.append(_compared(">=", "z", {alias[refs[0][1].alias]: "z"}))
        for choice in product(*(list(self._alone(t)) for t in alone)):
            yield (*(test for tests in choice for test in tests), *joins)

    def _join_test(self, test: Test, ref: Ref, alias: Mapping[str, str]) -> object:
        kind = "n" if test.operator in ORDERS or ref.plus else "e"
        other: object = {alias[ref.alias]: self._property(kind, ref.attribute)}
        if ref.plus:
            other = {"$add": {"$l": other, "$r": ref.plus}}
        return _compared(test.operator, self._property(kind, test.attribute), other)

    def _alone(self, test: Test) -> Iterator[tuple[object, ...]]:
        """The test of one fact alone, as alternatives that exclude each other."""
        if test.operator in ORDERS:
            rank = 2 * self._rank[test.attribute].index(_whole(test.value)) + 1
            yield (_compared(test.operator, self._property("r", test.attribute), rank),)
            return
        name = self._property("e", test.attribute)
        codes = sorted(self._family[test.attribute].codes[v] for v in _set(test.value))
        runs = list(_runs(codes))
        for low, high in runs if test.operator == "==" else _between(runs):
            if low is not None and low == high:
                yield (_compared("==", name, low),)
            else:
                ends = [(">=", low), ("<=", high)]
                yield tuple(_compared(o, name, end) for o, end in ends if end is not None) or ({"$ex": {name: 1}},)

    # -- facts

    def check(self, attributes: Mapping[str, Value]) -> None:
        """ValueError where a number is too large to be compared with those of other facts."""
        for name, value in attributes.items():
            if isinstance(value, int) and abs(value) > LARGEST and name in self._number:
                raise ValueError(f"`{name}` is too large to be compared with other facts: at most 2 to the power of 62")


class Codes:
    """How facts are told: values that the rules do not name get numbers as they come."""

    def __init__(self, encoding: Encoding) -> None:
        """No values yet."""
        self._encoding = encoding
        self._found: dict[tuple[int, Value], int] = {}

    def fact(self, attributes: Mapping[str, Value]) -> list[tuple[str, int]]:
        """The properties of a fact that some test may look at, with their values."""
        found: list[tuple[str, int]] = []
        for name, value in attributes.items():
            attribute = self._encoding.attributes.get(name)
            if attribute is None:
                continue
            if attribute.equal:
                found.append((attribute.equal[0], self._code(attribute.equal[1], value)))
            if isinstance(value, int):
                if attribute.ranked:
                    numbers = attribute.ranked[1]
                    i = bisect_left(numbers, value)
                    found.append((attribute.ranked[0], 2 * i + (i < len(numbers) and numbers[i] == value)))
                if attribute.number:
                    found.append((attribute.number, value))
        return found

    def _code(self, family: _Family, value: Value) -> int:
        """The number of a value; where no rule can tell it from others that it does not name, 0."""
        code = family.codes.get(value)
        if code is not None or not family.is_open:
            return code or 0
        return self._found.setdefault((id(family), value), len(family.codes) + 1 + len(self._found))


def _tests(rules: Iterable[Rule]) -> Iterator[Test]:
    for rule in rules:
        for pattern in rule.patterns:
            yield from pattern.tests


def _set(value: object) -> frozenset[Value]:
    return frozenset(value) if isinstance(value, tuple) else frozenset((value,))  # type: ignore[arg-type]


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(value)
    return value


def _compared(operator: str, name: str, value: object) -> object:
    return {name: value} if operator == "==" else {NAMES[operator]: {name: value}}


def _runs(codes: Iterable[int]) -> Iterator[Interval]:
    """Sorted numbers as intervals."""
    low = high = None
    for code in codes:
        if high is not None and code == high + 1:
            high = code
            continue
        if low is not None:
            yield low, high
        low = high = code
    if low is not None:
        yield low, high


def _between(runs: Sequence[Interval]) -> Iterator[Interval]:
    """What lies outside the intervals."""
    below = None
    for low, high in runs:
        if below is None or (low is not None and low > below):
            yield below, (low or 0) - 1
        below = (high or 0) + 1
    yield below, None


def _properties(patterns: Iterable[Iterable[object]]) -> Iterator[str]:
    """Every property that the tests name."""
    waiting: list[object] = [test for tests in patterns for test in tests]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            for key, value in one.items():
                if isinstance(value, str):
                    yield value
                elif not key.startswith("$"):
                    yield key
                waiting.append(value)


def as_json(value: object) -> str:
    """Compact JSON of ASCII."""
    return json.dumps(value, separators=(",", ":"))
