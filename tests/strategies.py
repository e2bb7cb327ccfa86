"""Whole libraries and questions about them, made up from a seed.

`world` makes a library as plain data: the content of each file, by its name below the policies folder. `ask` makes a
question for it. The same seed gives the same world on every machine. `worlds` and `seeds` are for Hypothesis.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from vocabularies import FACTS, FIRST, LENGTH, STATES, Data, Words, World, bounds, condition, listed, some_date, some_day, vague_date, vocabulary

from caveat.core.book import Grade
from caveat.load.folder import RawFile
from caveat.store.shelf import build

if TYPE_CHECKING:
    from caveat.core.book import Book
    from caveat.core.decision import Decision
    from caveat.library import Library

GRADES = [g.value for g in Grade]
SMALL = 6  # facts up to which questions may leave most of them out
SOURCE = {"publisher": "Daily", "date": "unknown", "no_url": "made up"}


@dataclass(frozen=True)
class Ask:
    """One question: the facts as said, the two clocks, and what else was asked for."""

    facts: Data
    known_by: str
    as_of: str | None = None
    grade: str | None = None
    issuers: tuple[str, ...] = ()
    assumptions: bool = True

    def options(self) -> dict[str, Any]:
        """The keyword arguments of `Library.decide`, without the engine."""
        grade = Grade(self.grade) if self.grade else None
        return {"as_of": self.as_of, "known_by": self.known_by, "min_grade": grade, "issuers": self.issuers, "assumptions": self.assumptions}


def raw_files(world: World) -> list[RawFile]:
    """The files as bytes. JSON, which is YAML."""
    return [RawFile(name, json.dumps(data).encode()) for name, data in world.items()]


def book_of(world: World) -> Book:
    """The world resolved."""
    return build(raw_files(world))[0]


def decide(library: Library, ask: Ask, engine: str = "compiled") -> Decision:
    """What an engine answers."""
    return library.decide(ask.facts, engine=engine, **ask.options())


# -- policies


def statement(rng: Random) -> Data:
    """A dated record with some of the dates it may have, in an order that is possible."""
    found: Data = {"by": "someone", "says": "something", "grade": rng.choice(GRADES)}
    reported = some_date(rng) if rng.random() < 0.5 else some_day(rng, 0, LENGTH // 3).isoformat()
    found["reported"] = reported
    for name, chance in (("decided", 0.3), ("in_effect", 0.2)):
        if rng.random() < chance:
            found[name] = some_date(rng)
    if "decided" in found and bounds(found["decided"])[0] > bounds(reported)[1]:
        del found["decided"]
    for name, chance in (("confirmed", 0.25), ("denied", 0.2), ("retracted", 0.12)):
        if rng.random() < chance:
            found[name] = rng.choice([some_date, some_date, vague_date])(rng, bounds(reported)[0])
    if "denied" in found and rng.random() < 0.3:
        found["confirmed"] = found["denied"]  # on one day, or in one month: nobody can say which came first
    reliability = rng.choice(["primary", "mainstream", "mainstream", "relay", "state-aligned"])
    return {**found, "sources": [{**SOURCE, "reliability": reliability}]}


def _rule(words: Words, statements: Data, readings: list[str], older: list[str], effects: list[str]) -> Data:
    rng = words.rng
    rule: Data = {
        "effect": rng.choice(effects),
        "summary": "a rule",
        "by": rng.sample(list(statements), min(rng.choice([1, 1, 2, 3]), len(statements))),
    }
    rule["when"] = "never" if readings and rng.random() < 0.1 else condition(words, roles=True)
    if rng.random() < 0.3:
        rule["unless"] = condition(words, 1, roles=True)
    for key, chance in (("overrides", 0.5), ("supersedes", 0.15)):
        if older and rng.random() < chance:
            rule[key] = rng.sample(older, rng.choice([1, 1, min(2, len(older))]))
    _dates(rng, rule, statements)
    if readings and rng.random() < 0.4:
        points = [rng.choice(readings) for _ in range(rng.choice([1, 1, 2]))]
        rule["arguably"] = [{"reading": p, rng.choice(["when", "unless"]): condition(words, 1)} for p in points]
    return rule


def _dates(rng: Random, rule: Data, statements: Data) -> None:
    if rng.random() < 0.3:
        rule["from"] = some_date(rng)
    first = statements[rule["by"][0]]
    begins = rule.get("from") or first.get("in_effect") or first.get("decided") or first["reported"]
    if rng.random() < 0.25:
        rule["until"] = some_date(rng, bounds(begins)[0])


def _chain(rng: Random, rules: Data, statements: Data, effects: list[str]) -> None:
    """An exception to an exception, of which the one in the middle may be unknown, taken back, or over."""
    names = list(statements)
    older = ["general"] if rules else []
    for link in ("first", "second", "third")[: 3 - len(older)]:
        rules[link] = {"effect": rng.choice(effects), "summary": f"the {link} link", "by": rng.choice(names), "overrides": older}
        older = [link]
    middle = rules[[*rules][-2]]
    plain = {key: statements[names[0]][key] for key in ("by", "says", "grade", "sources", "reported")}
    match rng.choice(["unknown", "gone", "over", "narrow"]):
        case "unknown":
            statements["late"] = {**plain, "reported": some_day(rng, LENGTH // 2).isoformat()}
            middle["by"] = "late"
        case "gone":
            statements["gone"] = {**plain, "retracted": vague_date(rng, bounds(plain["reported"])[0])}
            middle["by"] = "gone"
        case "over" if "from" not in middle:
            middle["until"] = some_day(rng, LENGTH // 2).isoformat()


def _two_hats(rng: Random, rules: Data) -> None:
    """Rules for two roles of one issuer that pull apart."""
    roles = rng.sample(["supplier", "carrier-supplier", "origin", "component"], 2)
    for role, effect in zip(roles, ("permit", "prohibit"), strict=True):
        rules[f"as-{role}"] = {"effect": effect, "summary": f"as the {role}", "by": "st0", "when": {"role": role}}


def _opposed(rng: Random, files: World) -> None:
    """Two issuers who read one number in opposite ways: whatever the range of a weapon is, one of them prohibits it."""
    weapons = files["vocabulary/weapons.yaml"]["terms"]
    leaf = rng.choice(sorted(w for w in weapons if w.startswith("w")))
    weapons[leaf]["range_km"] = {"between": [60, 90]}
    over, under = {"weapon": {"range_km": {"over": 75}}}, {"weapon": {"range_km": {"at_most": 75}}}
    for issuer, permitted, barred in (("AA", over, under), ("BB", under, over)):
        policy = files[f"{issuer}/policy.yaml"]
        weapons[leaf]["say"] = [*weapons[leaf].get("say", []), {"issuer": issuer, "role": "origin"}]
        others = [*policy["rules"], *(["default"] if "default" in policy else [])] if rng.random() < 0.7 else []
        for name, effect, when in (("near", "permit", permitted), ("far", "prohibit", barred)):
            policy["rules"][name] = {"effect": effect, "summary": name, "by": "st0", "when": when, "overrides": others}
        policy["statements"]["st0"].pop("no_effect", None)


def policy(words: Words, issuer: str, kind: str, *, large: bool = False) -> Data:
    """One issuer's policy file."""
    rng = words.rng
    statements = {f"st{i}": statement(rng) for i in range(rng.randint(1, 3))}
    readings = [f"q{i}" for i in range(rng.choice([0, 1, 2]))]
    effects = ["prohibit"] if kind == "treaty" else ["permit", "permit", "prohibit"]
    rules: Data = {}
    if rng.random() < 0.7:
        rules["general"] = {"effect": rng.choice(effects), "summary": "the general rule", "by": "st0"} | (
            {"from": FIRST.isoformat()} if rng.random() < 0.5 else {}
        )
    if rng.random() < 0.2:
        _chain(rng, rules, statements, effects)
    if kind != "treaty" and rng.random() < 0.15:
        _two_hats(rng, rules)
    silence = ["default"] if rng.random() < 0.2 else []
    for i in range(rng.randint(3, 9) if large else rng.randint(0 if rules else 1, 3)):
        rules[f"u{i}"] = _rule(words, statements, readings, [*rules, *silence], effects)
    found: Data = {"issuer": issuer, "name": f"Party {issuer}", "kind": kind, "statements": statements, "rules": rules}
    found["readings"] = {q: {"question": f"{q}?", "because": "it is vague"} for q in readings}
    if silence:
        by = rng.choice(list(statements))
        found["default"] = {"effect": rng.choice(effects), "by": by, "summary": "silence", "when": condition(words, 1)}
    if rng.random() < 0.2:
        found["scope"] = condition(words, 1, roles=True)
    if rng.random() < 0.4:
        found["covered_until"] = some_date(rng)
    used = {s for r in rules.values() for s in listed(r["by"])} | set(listed(found.get("default", {}).get("by")))
    for name, record in statements.items():
        if name not in used:
            record["no_effect"] = {"kind": "remark", "because": "no rule follows"}
    return found


def world(rng: Random, *, large: bool = False) -> World:
    """A whole library as plain data; a large one has more facts and rules than brute force is for."""
    files, words = vocabulary(rng, large=large)
    kinds = dict.fromkeys(STATES, "state")
    if rng.random() < 0.4:
        kinds["TT"] = "treaty"
    if any(c.get("every") == "alliance" for c in files[FACTS]["consents"]):
        kinds["LL"] = "alliance"
    files |= {f"{issuer}/policy.yaml": policy(words, issuer, kind, large=large) for issuer, kind in kinds.items()}
    if rng.random() < 0.15:
        _opposed(rng, files)
    return files


# -- questions


def ask(rng: Random, files: World) -> Ask:
    """A question about a world: some facts given, as a value, a class or a list; some left out."""
    declared = files[FACTS]["facts"]
    given = rng.choice([0.3, 0.6, 0.8, 0.95] if len(declared) <= SMALL else [0.85, 0.95])
    facts: Data = {}
    for name, fact in declared.items():
        if rng.random() < given:
            terms = [*files[f"vocabulary/{fact['values']}.yaml"]["terms"], *fact.get("also", {})]
            if fact.get("several"):
                facts |= _given_several(rng, name, [t for t in terms if t != "data"])
            else:
                facts[name] = _given(rng, terms)
            if facts.get(name) and fact.get("together") and rng.random() < 0.5:
                facts[name] = {"together": rng.sample(STATES, 2)}
                facts.pop(fact["together"], None)
    when = some_day(rng, -3, LENGTH + 10)
    later = when + timedelta(days=rng.randint(1, 15))
    kind = rng.random()
    if kind < 0.8:
        facts["date"] = when.isoformat() if kind < 0.55 else f"{when.isoformat()}/{later.isoformat()}" if kind < 0.7 else f"{when:%Y-%m}"
    return Ask(
        facts=facts,
        known_by=some_day(rng, rng.choice([-3, LENGTH]), LENGTH + 30).isoformat(),
        as_of=some_day(rng).isoformat() if rng.random() < 0.15 else None,
        grade=rng.choice(GRADES) if rng.random() < 0.2 else None,
        issuers=tuple(rng.sample(STATES, rng.randint(1, 2))) if rng.random() < 0.15 else (),
        assumptions=rng.random() < 0.5,
    )


def _given(rng: Random, terms: list[str]) -> object:
    """What is said of a fact: a value or a class, one of several, or what it is not, in either of two spellings."""
    some = rng.sample(terms, min(2, len(terms)))
    marked = [f"!{t}" for t in some]
    match rng.randrange(10):
        case 0 | 1:
            return some
        case 2:
            return rng.choice([marked[0], {"not": some[0]}, {"not": [some[0]]}])
        case 3:
            return rng.choice([marked, {"not": some}, [some[0], marked[-1]]])
        case _:
            return some[0]


def _given_several(rng: Random, name: str, members: list[str]) -> Data:
    """What is said of a fact that holds several things: which, that it holds nothing, or one by one."""
    some = rng.sample(members, rng.randint(1, len(members)))
    return rng.choice([{name: "none"}, {name: some[0]}, {name: some}, {f"{name}.{m}": rng.choice(["yes", "no"]) for m in some}])


seeds = st.integers(0, 2**32 - 1)
worlds = seeds.map(lambda seed: world(Random(seed)))
