"""Two sides of made-up policies, from a seed or from data that was kept: days, knowledge, issuers, edited rules, edited words.

A plan is plain data (`--replay` of the fuzz takes it, and it can be made smaller); `made` turns it into a pair.
"""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from strategies import book_of as resolved
from strategies import world
from vocabularies import FACTS, LENGTH, STATES, listed, some_date, some_day

from caveat.core.book import Grade
from caveat.core.errors import PolicyError
from caveat.core.force import telling_days, turning_days
from caveat.diff.difference import Asked
from caveat.diff.run import difference
from caveat.engines.asker import donor_fact

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from caveat.core.book import Book
    from caveat.diff.difference import Difference

Data = dict[str, Any]
KINDS = ("days", "days", "known", "both", "both", "edited", "edited", "edited", "links", "words", "words", "gone", "donors", "donors")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Pair:
    """Two sides, the facts to which their scenarios are narrowed so that all can be tried, and the bounds of a free day."""

    before: Asked
    after: Asked
    where: Mapping[str, frozenset[str]]
    said: Mapping[str, list[str]]
    days: tuple[date | None, date | None] = (None, None)

    def difference(self) -> Difference:
        """What the analysis says."""
        return difference([(self.before, self.after)], where=self.where, days=self.days, said=dict(self.said))

    @property
    def given(self) -> frozenset[str]:
        """The facts that each side settles by itself."""
        return frozenset({*self.before.given, *self.after.given})


def book_of(files: Data) -> Book:
    """The library resolved, once."""
    return _book_of(json.dumps(files))


@lru_cache(maxsize=16)
def _book_of(text: str) -> Book:
    return resolved(json.loads(text))


def made(plan: Data) -> Pair:
    """The pair that a plan describes; KeyError, PolicyError and the like where it describes none."""
    books = [book_of(files) for files in plan["worlds"]]
    before, after = (_side(books, n, s) for n, s in enumerate(plan["sides"]))
    where = {f: values_named(after.book, f, names) for f, names in plan["where"].items()}
    first, last = (date.fromisoformat(d) if d else None for d in plan["days"])
    return Pair(before, after, where, dict(plan["where"]), (first, last))


def _side(books: list[Book], n: int, s: Data) -> Asked:
    day = date.fromisoformat(s["as_of"]) if s["as_of"] else None
    grade = Grade(s["grade"]) if s["grade"] else None
    return Asked(f"side {n}", books[s["world"]], s["issuer"], day, date.fromisoformat(s["known_by"]), grade, s["given"], "")


def values_named(book: Book, fact: str, names: list[str]) -> frozenset[str]:
    """The values that names of a fact may stand for, as a scenario reads them."""
    terms = book.vocabulary.facts[fact].value_set.terms
    return frozenset(v for n in names for v in (*terms[n].leaves, *terms[n].arguable))


# -- from a seed


def planned(rng: Random) -> Data:
    """A plan, not yet narrowed: who is asked, on which days, of which policies."""
    kind, files = rng.choice(KINDS), world(rng)
    worlds = [files]
    states = sorted(s for s in STATES if f"{s}/policy.yaml" in files)
    treaties = sorted(n.partition("/")[0] for n in files if n.endswith("policy.yaml") and n[:2] not in STATES)
    issuer = None if rng.random() < 0.3 else rng.choice([*states * 3, *treaties])
    if kind in ("edited", "links", "words", "gone"):
        worlds.append(_other(rng, kind, files, issuer))
        if rng.random() < 0.3:
            worlds.reverse()
    book = book_of(worlds[-1])
    days, known = _days(rng, kind, book, issuer), _known(rng, kind, book, issuer)
    grade = rng.choice([g.value for g in Grade]) if rng.random() < 0.2 else None
    side: Data = {"issuer": issuer, "grade": grade, "given": {}}
    sides = [{**side, "world": n % len(worlds), "as_of": days[n], "known_by": known[n]} for n in (0, 1)]
    if kind == "donors":
        _two_donors(rng, sides, book, states)
    free = days == [None, None]
    bounds = sorted(some_day(rng).isoformat() for _ in (0, 1))
    between = [d if free and rng.random() < 0.3 else None for d in bounds]
    return {"kind": kind, "worlds": worlds, "sides": sides, "where": {}, "days": between}


def _days(rng: Random, kind: str, book: Book, issuer: str | None) -> list[str | None]:
    """Two days around one on which a rule begins or ends; one day for both, or none, where something else differs."""
    turns = sorted(turning_days((r for r in book.rules if issuer in (None, r.issuer)), book.statements)) or [some_day(rng)]
    turn = rng.choice(turns) if rng.random() < 0.7 else some_day(rng)
    if kind in ("days", "both"):
        return [(turn - rng.choice([1, 1, 9]) * ONE_DAY).isoformat(), (turn + rng.choice([0, 0, 9]) * ONE_DAY).isoformat()]
    if rng.random() < 0.4:
        return [None, None]
    return [(turn + rng.choice([0, 20]) * ONE_DAY).isoformat()] * 2


def _known(rng: Random, kind: str, book: Book, issuer: str | None) -> list[str]:
    if kind in ("known", "both"):
        told = sorted(telling_days(s for s in book.statements.values() if issuer is None or s.id.startswith(f"{issuer}/"))) or [some_day(rng)]
        turn = rng.choice(told) if rng.random() < 0.8 else some_day(rng)
        return [(turn - rng.choice([1, 1, 15]) * ONE_DAY).isoformat(), (turn + rng.choice([0, 0, 15]) * ONE_DAY).isoformat()]
    return [some_day(rng, 0 if rng.random() < 0.2 else LENGTH, LENGTH + 30).isoformat()] * 2


def _two_donors(rng: Random, sides: list[Data], book: Book, states: list[str]) -> None:
    """Two issuers, each as the donor of what the other gives on the other side, as `compare` asks two."""
    named = rng.sample(states, 2)
    facts = [donor_fact(book, i) for i in named]
    has_own = None not in facts and facts[0] == facts[1] and rng.random() < 0.85
    for side, issuer, fact in zip(sides, named, facts, strict=True):
        side["issuer"] = issuer
        side["given"] = {fact: issuer} if has_own else {}


# -- the other side's library


def _other(rng: Random, kind: str, files: Data, issuer: str | None) -> Data:
    """The same library with something else in it; the same as it is where no edit is possible."""
    if kind == "gone":
        return {n: f for n, f in files.items() if n != f"{issuer or rng.choice(STATES)}/policy.yaml"}
    for _ in range(12):
        found = deepcopy(files)
        try:
            for _ in range(rng.choice([1, 1, 2])):
                {"words": _reword, "links": _relink}.get(kind, _edit)(rng, found, issuer)
            book_of(found)
        except (PolicyError, KeyError, IndexError):
            continue
        return found
    return files


def _edit(rng: Random, files: Data, issuer: str | None) -> None:
    """One rule, statement or default turned, shortened, widened, narrowed, doubted, or taken out."""
    policy = files[f"{issuer}/policy.yaml" if issuer else rng.choice(sorted(n for n in files if n.endswith("policy.yaml")))]
    name = rng.choice(sorted(policy["rules"]))
    rule, record = policy["rules"][name], policy["statements"][listed(policy["rules"][name]["by"])[0]]
    match rng.choice(["turn", "turn", "drop", "until", "narrow", "widen", "confirm", "deny", "retract", "override", "silence", "argue"]):
        case "turn" if policy["kind"] != "treaty":
            rule["effect"] = "permit" if rule["effect"] == "prohibit" else "prohibit"
        case "drop":
            _drop(policy, name)
        case "until":
            rule["until"] = some_date(rng, date(2024, 3, 1))
        case "narrow":
            rule["unless"] = _some_test(rng, files)
        case "widen":
            rule.pop(rng.choice(["when", "unless"]), None)
        case "override":
            others = sorted(n for n in policy["rules"] if n != name)
            rule["overrides"] = rng.sample(others, 1) if others else []
        case "silence" if policy["kind"] != "treaty":
            effect = rng.choice(["permit", "prohibit"])
            policy["default"] = {"effect": effect, "by": listed(rule["by"])[0], "summary": "silence", "when": _some_test(rng, files)}
        case "argue":
            policy["readings"]["anew"] = {"question": "anew?", "because": "it is vague"}
            rule["arguably"] = [*rule.get("arguably", []), {"reading": "anew", rng.choice(["when", "unless"]): _some_test(rng, files)}]
        case "confirm" | "deny" | "retract" as what:
            record[{"confirm": "confirmed", "deny": "denied", "retract": "retracted"}[what]] = some_date(rng, date(2024, 3, 20))
        case _:
            policy.pop("scope", None)


def _relink(rng: Random, files: Data, issuer: str | None) -> None:
    """Nothing but what a rule overrides: one more, one less."""
    policy = files[f"{issuer}/policy.yaml" if issuer else rng.choice(sorted(n for n in files if n.endswith("policy.yaml")))]
    rule = policy["rules"][rng.choice(sorted(policy["rules"]))]
    had = listed(rule.get("overrides"))
    others = [n for n in sorted(policy["rules"]) if policy["rules"][n] is not rule and n not in had]
    if had and (not others or rng.random() < 0.5):
        rule["overrides"] = [n for n in had if n != rng.choice(had)]
    else:
        rule["overrides"] = [*had, rng.choice(others)]


def _drop(policy: Data, name: str) -> None:
    """A rule taken out, and every mention of it; what only it rested on has no effect any more."""
    del policy["rules"][name]
    for rule in policy["rules"].values():
        for key in ("overrides", "supersedes"):
            if key in rule:
                rule[key] = [n for n in listed(rule[key]) if n != name]
    used = {s for r in policy["rules"].values() for s in listed(r["by"])} | set(listed(policy.get("default", {}).get("by")))
    for ident, record in policy["statements"].items():
        if ident not in used:
            record["no_effect"] = {"kind": "remark", "because": "no rule follows"}


def _some_test(rng: Random, files: Data) -> Data:
    facts = files[FACTS]["facts"]
    fact = rng.choice(sorted(f for f in facts if not facts[f].get("several")))
    return {fact: rng.choice(sorted(files[f"vocabulary/{facts[fact]['values']}.yaml"]["terms"]))}


def _reword(rng: Random, files: Data, issuer: str | None) -> None:
    """One thing of the vocabulary: a value, a fact, a class, a number, who has a say, an assumption, a constraint."""
    facts = files[FACTS]["facts"]
    weapons = files["vocabulary/weapons.yaml"]["terms"]
    leaf = weapons[rng.choice(sorted(w for w in weapons if w.startswith("w")))]
    match rng.choice(["value", "value", "fact", "fact", "class", "doubt", "number", "say", "say", "supplier", "assume", "assume", "constraint"]):
        case "value":
            sets = sorted(n for n in files if n.startswith("vocabulary/") and n != FACTS)
            files[rng.choice(sets)]["terms"]["anew"] = {"name": "what only one side knows"}
        case "fact":
            _new_fact(rng, files, issuer)
        case "class":
            leaf["is"] = "heavy" if leaf.get("is") != "heavy" else "any-weapon"
        case "doubt":
            weapons["heavy"]["arguably"] = {rng.choice(sorted(w for w in weapons if w.startswith("w"))): "who knows"}
        case "number":
            leaf["range_km"] = rng.choice([50, 80, 100, 150])
        case "say":
            role = rng.choice(["origin", "component", "supplier"])
            leaf["say"] = rng.choice([[], [{"issuer": issuer or "BB", "role": role}], [{"issuer": issuer or "BB", "role": role, "arguable": "hm"}]])
        case "supplier":
            leaf |= {"suppliers": rng.sample(STATES, rng.choice([0, 1, 1])), "suppliers_complete": rng.random() < 0.7}
        case "assume":
            fact = facts[rng.choice(sorted(f for f in facts if not facts[f].get("several")))]
            terms = sorted(files[f"vocabulary/{fact['values']}.yaml"]["terms"])
            fact["assume"] = {"value": rng.choice(terms), "because": "nothing else was said"}
        case "constraint":
            files[FACTS].setdefault("constraints", {})["anew"] = {"when": _some_test(rng, files), "then": _some_test(rng, files), "because": "anew"}


def _new_fact(rng: Random, files: Data, issuer: str | None) -> None:
    """A fact that one side alone knows, and perhaps a rule that asks for it."""
    files["vocabulary/weathers.yaml"] = {"values": "weathers", "title": "weathers", "terms": {"dry": {"name": "dry"}, "wet": {"name": "wet"}}}
    assume = {"assume": {"value": "dry", "because": "it is dry"}} if rng.random() < 0.5 else {}
    files[FACTS]["facts"]["weather"] = {"title": "weather", "question": "How is it?", "values": "weathers", **assume}
    rules = files[f"{issuer or rng.choice(STATES)}/policy.yaml"]["rules"]
    if rng.random() < 0.7:
        rules[rng.choice(sorted(rules))]["unless"] = {"weather": "wet"}
