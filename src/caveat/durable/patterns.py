"""What is matched: rules over several facts as data, and what is found. Nothing here knows durable-rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ORDERS = ("<", "<=", ">", ">=")
OPERATORS = ("==", "!=", *ORDERS)


@dataclass(frozen=True, slots=True)
class Ref:
    """The attribute of an earlier pattern's fact, plus a whole number."""

    alias: str
    attribute: str
    plus: int = 0


@dataclass(frozen=True, slots=True)
class Test:
    """What one attribute must be. With a tuple, `==` means one of these and `!=` none of these.

    A text and a number are never equal, and neither comes before the other. A comparison with an attribute that
    the fact does not have, or that the other fact does not have, does not hold, whatever the operator.
    """

    __test__ = False  # for pytest: not a class of tests

    attribute: str
    operator: str
    value: str | int | tuple[str | int, ...] | Ref


@dataclass(frozen=True, slots=True)
class Pattern:
    """One fact that meets every test; `absent`: there is no such fact (the facts already matched do not count)."""

    alias: str
    tests: tuple[Test, ...] = ()
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """Patterns that different facts meet together."""

    name: str
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that holds, and for each alias that is not absent the id of the fact that meets it."""

    rule: str
    facts: Mapping[str, str]

    def __hash__(self) -> int:
        """By the rule and the facts."""
        return hash((self.rule, frozenset(self.facts.items())))


def check_rules(rules: Iterable[Rule]) -> None:
    """ValueError where a rule is not one: equal names, unknown operators, references to what does not come before."""
    names: set[str] = set()
    for rule in rules:
        if rule.name in names:
            raise ValueError(f"two rules are called `{rule.name}`")
        names.add(rule.name)
        known: set[str] = set()
        aliases = [p.alias for p in rule.patterns]
        if len(set(aliases)) < len(aliases):
            raise ValueError(f"two patterns of `{rule.name}` have one alias")
        for pattern in rule.patterns:
            for test in pattern.tests:
                _check_test(rule, test, known)
            if not pattern.absent:
                known.add(pattern.alias)


def _check_test(rule: Rule, test: Test, known: set[str]) -> None:
    value = test.value
    if test.operator not in OPERATORS:
        raise ValueError(f"`{rule.name}`: no operator `{test.operator}`; operators are {' '.join(OPERATORS)}")
    if isinstance(value, Ref):
        if value.alias not in known:
            raise ValueError(f"`{rule.name}`: `{value.alias}` is no pattern before the one that refers to it")
        return
    for one in value if isinstance(value, tuple) else (value,):
        check_value(one, test.attribute)
        if test.operator in ORDERS and (isinstance(value, tuple) or not isinstance(one, int)):
            raise ValueError(f"`{rule.name}`: `{test.attribute} {test.operator}` takes one whole number")


def check_value(value: object, attribute: str) -> None:
    """ValueError unless the value is a text or a whole number: a fraction or a yes/no has no exact form here."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise ValueError(f"`{attribute}` is {value!r}; values are texts and whole numbers")  # noqa: TRY004  (of data, not of code)
