"""A generated policy, scenarios to ask of it, and the answers that every engine must give.

In: a number of rules and a seed. Out: a `Policy` of plain frozen values, a tuple of complete scenarios, and for each
scenario the `Answer` of a small oracle. The same size and seed give the same policy on every machine.

What holds of a generated policy:

- a rule has conditions on three to five facts, each a set of allowed values written out one by one;
- about three rules in twenty are exceptions: they narrow one earlier rule, have the opposite effect and override it;
- every rule has one source, and a source may stand behind several rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import and_
from random import Random
from typing import Literal, NamedTuple

Effect = Literal["permit", "prohibit"]
Outcome = Literal["permitted", "prohibited", "silent", "conflict"]
Scenario = Mapping[str, str]

# (fact, number of values, number of classes, how often a rule asks about it)
SHAPES = (
    ("weapon", 60, 8, 8),
    ("region", 180, 20, 8),
    ("kind", 30, 5, 6),
    ("supplier", 40, 0, 4),
    ("activity", 3, 0, 3),
    ("threatens", 30, 6, 3),
    ("purpose", 8, 0, 3),
    ("user", 3, 0, 1),
    ("action", 4, 0, 2),
    ("platform", 20, 4, 2),
    ("platform_supplier", 25, 0, 2),
    ("recipient", 10, 0, 2),
)
EXCEPTIONS = 0.15
FEWEST_MATCHES, MOST_MATCHES = 1, 6
TRIES = 3000


@dataclass(frozen=True)
class Fact:
    """One fact of a scenario: its values, and the classes that partition them (none for a flat fact)."""

    name: str
    values: tuple[str, ...]
    classes: tuple[tuple[str, ...], ...]
    weight: int


@dataclass(frozen=True)
class Condition:
    """Holds when the scenario's value for `fact` is one of `allowed`."""

    fact: str
    allowed: frozenset[str]


@dataclass(frozen=True)
class Rule:
    """A permission or a prohibition that applies when all its conditions hold."""

    id: str
    effect: Effect
    conditions: tuple[Condition, ...]
    overrides: tuple[str, ...]
    source: str

    def applies(self, scenario: Scenario) -> bool:
        """Whether every condition holds."""
        return all(scenario[condition.fact] in condition.allowed for condition in self.conditions)


@dataclass(frozen=True)
class Policy:
    """The facts a scenario gives, and the rules; a rule overrides only rules that stand before it."""

    facts: tuple[Fact, ...]
    rules: tuple[Rule, ...]

    @cached_property
    def by_id(self) -> dict[str, Rule]:
        """Each rule under its id."""
        return {rule.id: rule for rule in self.rules}


class Answer(NamedTuple):
    """One decision with its explanation; every part is sorted.

    `deciding` are the undefeated rules that apply, `set_aside` the defeated ones, each paired with every applying
    rule that defeats it, and `sources` pairs each rule named in either with its source.
    """

    outcome: Outcome
    deciding: tuple[str, ...]
    set_aside: tuple[tuple[str, str], ...]
    sources: tuple[tuple[str, str], ...]


def generate(size: int, seed: int = 1) -> Policy:
    """A policy of `size` rules."""
    random = Random(f"policy {size} {seed}")
    facts = tuple(_fact(*shape) for shape in SHAPES)
    rules: list[Rule] = []
    for number in range(size):
        base = random.choice(rules) if rules and random.random() < EXCEPTIONS else None
        conditions = _narrowed(random, facts, base) if base else _conditions(random, facts)
        effect = _opposite(base.effect) if base else random.choice(("permit", "prohibit"))
        overrides = (base.id,) if base else ()
        source = f"s{random.randrange(max(size // 3, 1)):05d}"
        rules.append(Rule(f"r{number:05d}", effect, conditions, overrides, source))
    return Policy(facts, tuple(rules))


def scenarios(policy: Policy, count: int = 200, seed: int = 1) -> tuple[Scenario, ...]:
    """`count` complete scenarios, most of which one to six rules match.

    Half are drawn from the conditions of a random rule, and half of these of a random exception, so that there is
    something to set aside; the rest are drawn from all values. One in twenty is taken as it comes, so that silence and
    crowds occur too.
    """
    random = Random(f"scenarios {len(policy.rules)} {seed}")
    admitting = _admitting(policy)
    return tuple(_scenario(random, policy, admitting, number) for number in range(count))


def expected(policy: Policy, scenario: Scenario) -> Answer:
    """The answer, word for word: apply, defeat, decide, cite."""
    applying = {rule.id for rule in policy.rules if rule.applies(scenario)}
    set_aside = {(loser, by) for by in applying for loser in defeated(policy, by) if loser in applying}
    deciding = applying - {loser for loser, _ in set_aside}
    effects = {policy.by_id[rule].effect for rule in deciding}
    return Answer(
        outcome(effects),
        tuple(sorted(deciding)),
        tuple(sorted(set_aside)),
        tuple(sorted((rule, policy.by_id[rule].source) for rule in applying)),
    )


def defeated(policy: Policy, rule: str) -> set[str]:
    """What a rule defeats when it applies: what it overrides, and what that overrides, and so on."""
    found: set[str] = set()
    waiting = list(policy.by_id[rule].overrides)
    while waiting:
        loser = waiting.pop()
        if loser not in found:
            found.add(loser)
            waiting.extend(policy.by_id[loser].overrides)
    return found


def outcome(effects: set[Effect]) -> Outcome:
    """What undefeated rules with these effects say together."""
    if len(effects) > 1:
        return "conflict"
    if not effects:
        return "silent"
    return "permitted" if "permit" in effects else "prohibited"


def _fact(name: str, size: int, classes: int, weight: int) -> Fact:
    values = tuple(f"{name}-{number:03d}" for number in range(size))
    return Fact(name, values, tuple(values[start::classes] for start in range(classes)), weight)


def _conditions(random: Random, facts: tuple[Fact, ...]) -> tuple[Condition, ...]:
    names: set[str] = set()
    wanted = random.choice((3, 4, 4, 4, 5, 5))
    while len(names) < wanted:
        names.add(random.choices(facts, [fact.weight for fact in facts])[0].name)
    return tuple(_condition(random, fact) for fact in facts if fact.name in names)


def _condition(random: Random, fact: Fact) -> Condition:
    if fact.classes and random.random() < 0.6:
        classes = random.sample(fact.classes, random.choice((1, 1, 1, 1, 2)))
        return Condition(fact.name, frozenset(value for group in classes for value in group))
    most = max(1, min(4, len(fact.values) // 3))
    return Condition(fact.name, frozenset(random.sample(fact.values, random.randint(1, most))))


def _narrowed(random: Random, facts: tuple[Fact, ...], base: Rule) -> tuple[Condition, ...]:
    """The conditions of `base` and one more, or, where it has five, one of its sets made smaller."""
    asked = {condition.fact: condition for condition in base.conditions}
    if len(asked) < 5:
        fact = random.choice([fact for fact in facts if fact.name not in asked])
        asked[fact.name] = _condition(random, fact)
    else:
        widest = max(base.conditions, key=lambda condition: (len(condition.allowed), condition.fact))
        kept = random.sample(sorted(widest.allowed), (len(widest.allowed) + 1) // 2)
        asked[widest.fact] = Condition(widest.fact, frozenset(kept))
    return tuple(asked[fact.name] for fact in facts if fact.name in asked)


def _opposite(effect: Effect) -> Effect:
    return "prohibit" if effect == "permit" else "permit"


def _admitting(policy: Policy) -> dict[str, dict[str, int]]:
    """For each fact and value, the rules that it does not keep from applying, one bit each; this counts matches fast."""
    admitting = {}
    for fact in policy.facts:
        named = dict.fromkeys(fact.values, 0)
        unasked = (1 << len(policy.rules)) - 1
        for number, rule in enumerate(policy.rules):
            for value in (v for c in rule.conditions if c.fact == fact.name for v in c.allowed):
                named[value] |= 1 << number
                unasked &= ~(1 << number)
        admitting[fact.name] = {value: rules | unasked for value, rules in named.items()}
    return admitting


def _scenario(random: Random, policy: Policy, admitting: dict[str, dict[str, int]], number: int) -> Scenario:
    for _ in range(1 if number % 20 == 19 else TRIES):
        scenario = _draw(random, policy.facts, _seed_rule(random, policy, number))
        matches = reduce(and_, (admitting[fact][value] for fact, value in scenario.items())).bit_count()
        if FEWEST_MATCHES <= matches <= MOST_MATCHES:
            break
    return scenario


def _seed_rule(random: Random, policy: Policy, number: int) -> Rule | None:
    """An exception for every fourth scenario, any rule for every other fourth, none for the rest."""
    if number % 2:
        return None
    exceptions = [rule for rule in policy.rules if rule.overrides]
    return random.choice(exceptions if exceptions and number % 4 else policy.rules)


def _draw(random: Random, facts: tuple[Fact, ...], rule: Rule | None) -> Scenario:
    allowed = {condition.fact: sorted(condition.allowed) for condition in rule.conditions} if rule else {}
    return {fact.name: random.choice(allowed.get(fact.name, fact.values)) for fact in facts}
