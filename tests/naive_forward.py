"""What `caveat.durable` promises, by trying every way to put facts to patterns; and made-up rules and facts to try it on."""

from __future__ import annotations

from itertools import permutations
from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING, Any

from caveat.durable.host import Match, Pattern, Ref, Rule, Test

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

COMPARE = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
ORDERS = ("<", "<=", ">", ">=")
ATTRIBUTES = ("a", "b", "c")
VALUES: tuple[Any, ...] = (0, 1, 2, 3, -1, "0", "1", "x", "y", "")

Facts = dict[str, dict[str, Any]]


def naive(rules: Sequence[Rule], facts: Facts) -> set[Match]:
    """Every match that holds."""
    found = set()
    for rule in rules:
        there = [p for p in rule.patterns if not p.absent]
        for chosen in permutations(facts, len(there)):
            bound = dict(zip((p.alias for p in there), chosen, strict=True))
            if all(_meets(p, facts[bound[p.alias]], bound, facts) for p in there):
                rest = [name for name in facts if name not in chosen]
                if not any(_meets(p, facts[name], bound, facts) for p in rule.patterns if p.absent for name in rest):
                    found.add(Match(rule.name, bound))
    return found


def _meets(pattern: Pattern, fact: Mapping[str, Any], bound: Mapping[str, str], facts: Facts) -> bool:
    return all(_holds(t, fact, bound, facts) for t in pattern.tests)


def _holds(test: Test, fact: Mapping[str, Any], bound: Mapping[str, str], facts: Facts) -> bool:
    if test.attribute not in fact:
        return False
    value, other = fact[test.attribute], test.value
    if isinstance(other, tuple):
        return (value in other) == (test.operator == "==")
    if isinstance(other, Ref):
        there = facts[bound[other.alias]]
        if other.attribute not in there:
            return False
        if other.plus or test.operator in ORDERS:
            if isinstance(there[other.attribute], str) or isinstance(value, str):
                return False
            return COMPARE[test.operator](value, there[other.attribute] + other.plus)
        other = there[other.attribute]
    if test.operator in ORDERS and (isinstance(value, str) or isinstance(other, str)):
        return False
    return COMPARE[test.operator](value, other)


def some_rules(rng: Random) -> list[Rule]:
    """A few rules of one to three patterns."""
    return [_rule(rng, f"r{n}") for n in range(rng.randint(1, 6))]


def _rule(rng: Random, name: str) -> Rule:
    patterns: list[Pattern] = []
    for n in range(rng.choice((1, 1, 2, 2, 3))):
        known = [p.alias for p in patterns if not p.absent]
        tests = tuple(_test(rng, known) for _ in range(rng.randint(0 if n else 1, 3)))
        patterns.append(Pattern(f"p{n}", tests, absent=rng.random() < 0.3))
    return Rule(name, tuple(patterns))


def _test(rng: Random, known: Sequence[str]) -> Test:
    attribute = rng.choice(ATTRIBUTES)
    if known and rng.random() < 0.6:
        ref = Ref(rng.choice(known), rng.choice(ATTRIBUTES), rng.choice((0, 0, 1, -2)))
        return Test(attribute, rng.choice(list(COMPARE)), ref)
    if rng.random() < 0.4:
        return Test(attribute, rng.choice(("==", "!=")), tuple(rng.sample(VALUES, rng.randint(0, 6))))
    operator = rng.choice(list(COMPARE))
    return Test(attribute, operator, rng.choice([v for v in VALUES if operator not in ORDERS or isinstance(v, int)]))


def some_fact(rng: Random) -> dict[str, Any]:
    """Some of the attributes."""
    return {a: rng.choice(VALUES) for a in ATTRIBUTES if rng.random() < 0.8}


def play(rng: Random, steps: int = 30) -> tuple[int, list[str]]:
    """Tell and retract at random: how many matches there were, and after which steps the session said other than trying everything says."""
    from caveat.durable.host import Ruleset

    rules, facts, seen = some_rules(rng), {}, 0
    wrong: list[str] = []
    before: set[Match] = naive(rules, facts)
    with Ruleset(rules).open() as session:
        wrong += ["before any fact"] * (session.matches() != before)
        for step in range(steps):
            if facts and rng.random() < 0.4:
                gone = rng.choice(list(facts))
                del facts[gone]
                new = session.retract(gone)
            else:
                name = rng.choice([f"f{n}" for n in range(step + 1) if f"f{n}" not in facts])
                facts[name] = some_fact(rng)
                new = session.tell(name, facts[name])
            after = naive(rules, facts)
            if session.matches() != after or sorted(map(repr, new)) != sorted(map(repr, after - before)):
                wrong.append(f"step {step}: {rules} with {facts}")
            before, seen = after, seen + len(after)
    return seen, wrong
