"""Made-up vocabularies, dates and conditions over them: the parts that made-up policies and questions are built of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from caveat.core.dates import dated

if TYPE_CHECKING:
    from random import Random

Data = dict[str, Any]
World = dict[str, Data]

FACTS = "vocabulary/facts.yaml"
FIRST, LENGTH = date(2024, 1, 1), 90
STATES = ("AA", "BB", "CC")
NUMBERS = (50, 80, 100, 150)
# Shapes on which the engines or the resolver are known to be wrong, so that the fuzz finds other things first: words
# of `shape` below. Each has a strict expected failure in test_law_examples; take it out once that passes.
AVOIDED: frozenset[str] = frozenset()


# -- dates


def some_day(rng: Random, first: int = 0, last: int = LENGTH) -> date:
    """A day of the window in which everything happens."""
    return FIRST + timedelta(days=rng.randint(first, max(first, last)))


def some_date(rng: Random, not_before: date = FIRST) -> Any:
    """A date as people write it: a day, a month, a year, or between two days; it may lie after `not_before`."""
    day = max(not_before, some_day(rng))
    kind = rng.random()
    if kind < 0.75:
        return day.isoformat()
    if kind < 0.85:
        return f"{day:%Y-%m}"
    if kind < 0.87:
        return f"{day:%Y}"
    return {"between": [day.isoformat(), (day + timedelta(days=rng.randint(1, 20))).isoformat()]}


def vague_date(rng: Random, not_before: date = FIRST) -> Any:
    """A date that is only roughly known."""
    day = max(not_before, some_day(rng))
    return rng.choice([f"{day:%Y-%m}", {"between": [day.isoformat(), (day + timedelta(days=rng.randint(1, 30))).isoformat()]}])


def bounds(written: Any) -> tuple[date, date]:
    """The earliest and the latest day of a date as written."""
    text = "/".join(written["between"]) if isinstance(written, dict) else str(written)
    found = dated(text)
    return found.earliest, found.latest


# -- the vocabulary


@dataclass
class Words:
    """What conditions may name: the terms of each fact, with what can be asked of them."""

    rng: Random
    values: dict[str, Data] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    several: dict[str, list[str]] = field(default_factory=dict)
    vague: bool = True  # whether arguable classes and numbers may be named

    def leaves(self, values: str) -> list[str]:
        """The values of a set: no classes."""
        terms = self.values[values]
        parents = {p for t in terms.values() for p in (*listed(t.get("is")), *listed(t.get("within")))}
        return [i for i, t in terms.items() if i not in parents and not t.get("arguably")]

    def terms(self, values: str) -> list[str]:
        """The terms that may be named here."""
        return [i for i in self.values[values] if self.vague or not self.is_vague(values, i)]

    def is_vague(self, values: str, term: str) -> bool:
        """Whether something is arguably in a class, or in one below it."""
        terms = self.values[values]
        below = [i for i, t in terms.items() if term in (*listed(t.get("is")), *listed(t.get("within")))]
        return bool(terms[term].get("arguably")) or any(self.is_vague(values, i) for i in below)


def listed(value: str | list[str] | None) -> list[str]:
    """One or several, as a list."""
    return [] if value is None else [value] if isinstance(value, str) else value


def _terms(ids: list[str], **more: Any) -> Data:
    return {i: {"name": f"term {i}", **more} for i in ids}


def shape(rng: Random, name: str, chance: float) -> bool:
    """Whether to make a shape now; never one that is avoided."""
    return rng.random() < chance and name not in AVOIDED


def _weapons(rng: Random) -> Data:
    leaves = [f"w{i}" for i in range(rng.randint(2, 4))]
    terms = _terms(leaves)
    for leaf in leaves:
        number = rng.choice(NUMBERS)
        wide = {"between": [number - 20, number + rng.choice([0, 30])]}
        terms[leaf] |= rng.choice([{}, {"range_km": number}, {"range_km": number}, {"range_km": wide}])
        if rng.random() < 0.3:
            terms[leaf]["is"] = "heavy"
        if rng.random() < 0.3:
            terms[leaf] |= {"suppliers": rng.sample(STATES, rng.choice([0, 1, 1, 2])), "suppliers_complete": rng.random() < 0.7}
        terms[leaf] |= {"say": [_say(rng) for _ in range(rng.choice([0, 0, 0, 1, 2]))]}
    terms |= _terms(["heavy"], **({"is": "any-weapon"} if rng.random() < 0.5 else {}))
    if not any("is" in terms[leaf] for leaf in leaves):
        terms[leaves[0]]["is"] = "heavy"
    terms |= _terms(["any-weapon"])
    if terms["heavy"].get("is") is None:
        terms[leaves[-1]]["is"] = [*listed(terms[leaves[-1]].get("is")), "any-weapon"]
    if rng.random() < 0.6:
        above = {"is": "any-weapon"} if shape(rng, "arguable-below-class", 0.5) else {}
        terms |= _terms(["long"], arguably={rng.choice(leaves): "nobody said"}, **above)
        if above or rng.random() < 0.5:
            one = terms[rng.choice(leaves)]
            one["is"] = [*listed(one.get("is")), "long"]
    if not any("range_km" in t for t in terms.values()):
        terms[leaves[0]]["range_km"] = NUMBERS[0]
    terms["heavy"]["say"] = [_say(rng)] if rng.random() < 0.2 else []
    return terms


def _say(rng: Random) -> Data:
    say: Data = {"issuer": rng.choice([*STATES, *STATES, "DD"]), "role": rng.choice(["origin", "component"])}
    if shape(rng, "donor-role-listed", 0.3):
        say["role"] = "supplier"
    if rng.random() < 0.2:
        say["when"] = {"supplier": rng.choice(STATES)}
    if shape(rng, "number-in-say", 0.2):
        say["when"] = {"weapon": {"range_km": {rng.choice(["over", "under"]): rng.choice((70, 90))}}}
    return say | ({"arguable": "it is contested"} if rng.random() < 0.4 else {})


def _regions(rng: Random) -> Data:
    leaves = [f"r{i}" for i in range(rng.randint(2, 4))]
    terms = _terms(leaves)
    for i, leaf in enumerate(leaves):
        terms[leaf] |= {"within": "south" if i < 1 or rng.random() < 0.5 else "north", "borders": []}
    terms[leaves[-1]]["within"] = "north"
    for i, a in enumerate(leaves):
        for b in leaves[:i]:
            if rng.random() < 0.5:
                terms[a]["borders"].append(b)
                terms[b]["borders"].append(a)
    terms |= _terms(["south", "north"])
    if rng.random() < 0.3:
        terms |= _terms(["front"], arguably={rng.choice([leaves[0], "south"]): "it is disputed"})
    return terms


def _kinds(rng: Random) -> Data:
    terms = _terms(["k0", "k1"]) | _terms(["k2"], **{"is": "soft"}) | _terms(["soft"])
    if rng.random() < 0.4:
        terms |= _terms(["guarded"], arguably={"k1": "in doubt"})
        terms["k0"] |= {"is": "guarded"}
    return terms


def _support(rng: Random) -> Data:
    terms = {i: {"name": f"support {i}", "say": [_say(rng)] if rng.random() < 0.6 else []} for i in ("s0", "s1")[: rng.randint(1, 2)]}
    if shape(rng, "say-of-class-of-several", 0.3):
        terms["s0"]["is"] = "data"
        terms |= _terms(["data"], say=[_say(rng)])
    return terms


def _fact(values: str, **more: Any) -> Data:
    return {"title": f"title of {values}", "question": f"Which of {values}?", "values": values, **more}


def vocabulary(rng: Random, *, large: bool = False) -> tuple[World, Words]:
    """The vocabulary files, and the words for conditions over them."""
    words = Words(rng)
    none = {"none": {"name": "no one"}}
    facts: Data = {"supplier": _fact("parties", also=none), "weapon": _fact("weapons")}
    parties = [*STATES, *(["EE"] if shape(rng, "stranger", 0.3) else [])]
    sets: Data = {"parties": _terms(parties), "weapons": _weapons(rng)}
    extra = rng.sample(["carrier", "region", "kind", "approvals", "support", "recipient"], rng.randint(4, 6) if large else rng.randint(1, 3))
    if shape(rng, "together", 0.3):
        facts["supplier"]["together"] = "second_supplier"
        facts["second_supplier"] = _fact("parties", also=none)
    if "carrier" in extra:
        facts["carrier_supplier"] = _fact("parties", also=none)
    if "region" in extra:
        sets["regions"] = _regions(rng)
        facts["target.region"] = _fact("regions")
        if rng.random() < 0.4:
            facts["target.threatens"] = _fact("regions", also=none)
    if "kind" in extra:
        sets["kinds"], facts["target.kind"] = _kinds(rng), _fact("kinds")
    if "approvals" in extra:
        sets["approvals"], facts["approvals"] = _terms(["a0", "a1"][: rng.randint(1, 2)]), _fact("approvals", several=True)
    if "support" in extra:
        sets["support"], facts["support"] = _support(rng), _fact("support", several=True)
    if "recipient" in extra:
        facts["recipient"] = _fact("parties")
    words.values = sets
    words.facts = {name: f["values"] for name, f in facts.items() if not f.get("several")}
    words.several = {name: words.leaves(f["values"]) for name, f in facts.items() if f.get("several")}
    _assume(rng, words, facts)
    _abilities(rng, words)
    world: World = {f"vocabulary/{name}.yaml": {"values": name, "title": name, "terms": terms} for name, terms in sets.items()}
    world[FACTS] = {"facts": facts, "roles": {r: f"the {r}" for r in ROLES}, "consents": _consents(rng, facts), **_demands(rng, words)}
    return world, words


ROLES = ("supplier", "carrier-supplier", "origin", "component", "data", "treaty", "ally")


def _assume(rng: Random, words: Words, facts: Data) -> None:
    for fact in facts.values():
        if rng.random() < 0.3:
            value = "none" if fact.get("several") else rng.choice(words.leaves(fact["values"]))
            fact["assume"] = {"value": value, "because": "nothing else was said"}
            if rng.random() < 0.4:
                words.vague = False
                fact["assume"]["when"] = condition(words, 1)
                words.vague = True


def _abilities(rng: Random, words: Words) -> None:
    """What some weapon, or a class of them, can be used for at most."""
    others = [f for f in words.facts if f not in ("weapon", "supplier")]
    if others and rng.random() < 0.3:
        fact, weapons = rng.choice(others), words.values["weapons"]
        leaves = words.leaves(words.facts[fact])
        weapons[rng.choice([i for i in weapons if i != "long"])]["can"] = {fact: rng.sample(leaves, rng.randint(1, len(leaves)))}


def _consents(rng: Random, facts: Data) -> list[Data]:
    supplier: Data = {"role": "supplier", "issuer_is": "supplier", "donor": True, "of": "weapon", "nobody": "none"}
    if "recipient" in facts:
        supplier["but_not"] = "recipient"
    both = [{**supplier, "issuer_is": "second_supplier"}] if "second_supplier" in facts else []
    found = [supplier, *both, {"listed_by": "weapon"}, {"role": "treaty", "every": "treaty"}]
    if "carrier_supplier" in facts:
        found.append({"role": "carrier-supplier", "issuer_is": "carrier_supplier", "nobody": "none", "donor": rng.random() < 0.7})
    if "support" in facts:
        found.append({"listed_by": "support"})
    if rng.random() < 0.2:
        found.append({"role": "ally", "every": "alliance", "donor": rng.random() < 0.3})
    return found


def _demands(rng: Random, words: Words) -> Data:
    """Constraints between facts; they name nothing arguable."""
    words.vague = False
    constraints = {
        f"c{i}": {"when": condition(words, 1), "then": condition(words, 1), "because": f"reason {i}"} for i in range(rng.choice([0, 0, 1, 2]))
    }
    words.vague = True
    bounds = [("supplier", False), *([("second_supplier", True)] if "second_supplier" in words.facts else [])]
    suppliers = [{"of": "weapon", "bound": b, "nobody": "none", "optional": o} for b, o in bounds] if rng.random() < 0.5 else []
    return {"constraints": constraints, "suppliers": suppliers}


# -- conditions


def condition(words: Words, most: int = 2, depth: int = 0, *, roles: bool = False) -> Data:
    """A mapping of facts to tests, with combinators beside them now and then."""
    rng = words.rng
    found: Data = {}
    for _ in range(rng.randint(0 if most > 1 else 1, most)):
        if words.several and rng.random() < 0.2:
            name = rng.choice(list(words.several))
            found[name] = _of_several(rng, words.several[name])
        else:
            fact = rng.choice(list(words.facts))
            found[fact] = _test(words, fact)
    if rng.random() < 0.3 and {"target.region", "target.kind"} <= set(found):
        found["target"] = {name.removeprefix("target."): found.pop(name) for name in ("target.region", "target.kind")}
    if depth < 2 and rng.random() < 0.2:
        kind = rng.choice(["all", "any", "any", "not"])
        parts = [condition(words, 1, depth + 1, roles=roles) for _ in range(rng.randint(1, 2))]
        found[kind] = parts[0] if kind == "not" else parts
    if roles and rng.random() < 0.1:
        found["role"] = rng.sample(ROLES, rng.randint(1, 3))
    return found


def _of_several(rng: Random, members: list[str]) -> Any:
    some = rng.sample(members, rng.randint(1, len(members)))
    return rng.choice([some[0], some, {"not": some[0]}])


def _test(words: Words, fact: str) -> Any:
    rng, values = words.rng, words.facts[fact]
    named = words.terms(values)
    one, two = rng.choice(named), rng.sample(named, min(2, len(named)))
    choices: list[Any] = [one, one, two, {"not": one}, {"not": two}, {"within": one}]
    if values == "regions":
        sharp = [t for t in named if "arguable-border" not in AVOIDED or not words.values[values][t].get("arguably")]
        choices += [{"borders": rng.choice(sharp)}, {"borders": sharp[:2]}, {"within": one, "borders": rng.choice(sharp)}]
        other = "target.threatens" if fact == "target.region" else "target.region"
        choices += [{"borders": {"fact": other}}] * 2 if other in words.facts else []
    if values == "weapons" and words.vague and any("range_km" in t for t in words.values[values].values()):
        op, other = rng.sample(["over", "at_least", "under", "at_most"], 2)
        choices += [{"range_km": {op: rng.choice(NUMBERS)}}, {"range_km": {op: rng.choice(NUMBERS), other: rng.choice(NUMBERS)}}]
        choices += [{"range_km": {"over": 60}, "not": one}]
    return rng.choice(choices)
