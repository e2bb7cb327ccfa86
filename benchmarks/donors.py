"""Policies made the way donors make them, of any size: general rules for a class of weapons in a group of regions, and exceptions.

In: a number of rules and a seed. Out: a `Policy` over the same twelve facts as `generated`. What holds of it:

- for each class of weapons (or each weapon, in a large policy) and each group of regions there is at most one general
  rule; so rules about different weapons or different regions never meet;
- every other rule is an exception to the general rule of its place or, one in four, to an exception: it narrows that
  by activity, kind, purpose, user, supplier or another fact, has the opposite effect and overrides it.

`edited` changes a share of the rules: turns its effect, narrows it to fewer values, or takes an exception out.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from benchmarks.generated import SHAPES, Condition, Fact, Policy, Rule, _fact, _opposite

NARROWING = ("activity", "kind", "purpose", "threatens", "user", "supplier", "platform", "action")
EXCEPTIONS_A_PLACE = 5
DEEPER = 0.25


def generate(size: int, seed: int = 1) -> Policy:
    """A policy of `size` rules."""
    random = Random(f"donors {size} {seed}")
    facts = tuple(_fact(*shape) for shape in SHAPES)
    named = {fact.name: fact for fact in facts}
    weapons = named["weapon"].classes
    if size > EXCEPTIONS_A_PLACE * len(weapons) * len(named["region"].classes):
        weapons = tuple((value,) for value in named["weapon"].values)
    places = [(w, r) for w in weapons for r in named["region"].classes]
    random.shuffle(places)
    rules: list[Rule] = []
    here: list[list[Rule]] = []
    for weapon, region in places[: max(1, min(len(places), size // (EXCEPTIONS_A_PLACE + 1) or 1))]:
        conditions = (Condition("weapon", frozenset(weapon)), Condition("region", frozenset(region)))
        rules.append(Rule(f"r{len(rules):05d}", random.choice(("permit", "prohibit")), conditions, (), f"s{len(rules):05d}"))
        here.append([rules[-1]])
    while len(rules) < size:
        place = random.choice(here)
        base = random.choice(place[1:]) if len(place) > 1 and random.random() < DEEPER else place[0]
        rules.append(_exception(random, named, base, len(rules)))
        place.append(rules[-1])
    return Policy(facts, tuple(rules))


def _exception(random: Random, named: dict[str, Fact], base: Rule, number: int) -> Rule:
    asked = {c.fact: c for c in base.conditions}
    free = [name for name in NARROWING if name not in asked]
    for name in random.sample(free, min(len(free), random.choice((1, 1, 2)))):
        fact = named[name]
        chosen = random.choice(fact.classes) if fact.classes else random.sample(fact.values, random.randint(1, max(1, len(fact.values) // 3)))
        asked[name] = Condition(name, frozenset(chosen))
    order = [fact for fact, *_ in SHAPES]
    conditions = tuple(asked[name] for name in order if name in asked)
    return Rule(f"r{number:05d}", _opposite(base.effect), conditions, (base.id,), f"s{number:05d}")


def edited(policy: Policy, share: float = 0.02, seed: int = 1) -> Policy:
    """The policy with a share of its rules changed, at least one."""
    random = Random(f"edited {len(policy.rules)} {seed}")
    rules = list(policy.rules)
    needed = {loser for rule in rules for loser in rule.overrides}
    gone: set[str] = set()
    for i in random.sample(range(len(rules)), max(1, round(share * len(rules)))):
        rule = rules[i]
        match random.choice(("turned", "narrowed", "taken out")):
            case "taken out" if rule.overrides and rule.id not in needed:
                gone.add(rule.id)
            case "narrowed":
                widest = max(rule.conditions, key=lambda c: (len(c.allowed), c.fact))
                kept = frozenset(sorted(widest.allowed)[: max(1, len(widest.allowed) // 2)])
                rules[i] = replace(rule, conditions=tuple(Condition(c.fact, kept) if c is widest else c for c in rule.conditions))
            case _:
                rules[i] = replace(rule, effect=_opposite(rule.effect))
    return Policy(policy.facts, tuple(rule for rule in rules if rule.id not in gone))
