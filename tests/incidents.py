"""Made-up derivations and reports, from a seed: what `derive` is tried on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from conftest import ROOT

from caveat.core.dates import Dated
from caveat.core.derivation import Derivation, Join, OfFact, OfReport, Reporting, Sought
from caveat.core.incident import Incident, Sureness
from caveat.incidents.scene import Scene, scene
from caveat.library import Library
from caveat.resolve.derivations import MAX_PATTERNS

if TYPE_CHECKING:
    from random import Random

    from caveat.core.book import Book

FIRST = date(2024, 5, 20)
REGIONS = ("RU-BEL", "RU-KRS", "RU-BRY", "UA-63", "UA-59", "UA-74")
FORCES = ("artillery", "troops", "armour")
PARTIES = ("RU", "UA", "US")
KINDS = ("attack", "launch", "build-up", "movement", "cease-fire")
KEYS = {"kind": "incidents", "from": "regions", "against": "regions", "by": "parties", "force": "target-kinds"}
WORDS = {"from": REGIONS, "against": REGIONS, "by": PARTIES, "force": FORCES}
FACTS = {"from": ("target.region", "target.threatens"), "against": ("target.threatens", "target.region"), "force": ("target.kind",)}
ALL_SURE = tuple(Sureness)


@cache
def book() -> Book:
    """The shipped library, for its vocabulary."""
    return Library.load(ROOT / "policies").book


def some_dated(rng: Random, spread: int = 12) -> Dated:
    """A day, or a stretch of a few."""
    day = FIRST + timedelta(days=rng.randint(0, spread))
    return Dated(day, day + timedelta(days=rng.choice([0, 0, 0, 1, 4])))


def report(rng: Random, n: int, ids: list[str]) -> Incident:
    """A report that may leave things open, or correct or retract another."""
    when = some_dated(rng)
    reported = when if rng.random() < 0.6 else some_dated(rng, 14)
    if ids and rng.random() < 0.1:
        return Incident(f"r{n}", reported, retracts=rng.choice(ids))
    said = {key: frozenset(rng.sample(words, rng.choice([1, 1, 1, 2]))) for key, words in WORDS.items() if rng.random() < 0.75}
    names = {key: tuple(sorted(values)) for key, values in said.items()}
    corrects = rng.choice(ids) if ids and rng.random() < 0.12 else ""
    return Incident(f"r{n}", reported, rng.choice(KINDS), when, said, names, rng.choice(ALL_SURE), corrects=corrects)


def reports(rng: Random, most: int = 7) -> list[Incident]:
    """Some reports."""
    found: list[Incident] = []
    for n in range(rng.randint(1, most)):
        found.append(report(rng, n, [r.id for r in found]))
    return found


def sought(rng: Random, alias: str, others: list[str]) -> Sought:
    """A pattern of one report."""
    allowed = {key: frozenset(rng.sample(words, rng.randint(1, 3))) for key, words in WORDS.items() if rng.random() < 0.12}
    joins = [
        Join(key, OfFact(rng.choice(facts)), beside=key in ("from", "against") and rng.random() < 0.3)
        for key, facts in FACTS.items()
        if rng.random() < 0.22
    ]
    for other in others:
        if rng.random() < 0.4:
            pair = rng.choice([("from", "from"), ("against", "from"), ("against", "against"), ("by", "by"), ("force", "force")])
            joins.append(Join(pair[0], OfReport(other, pair[1]), beside=pair[0] in ("from", "against") and rng.random() < 0.3))
    within = rng.choice([None, None, 2, 6])
    further = None if within is None else rng.choice([None, within + 3])
    after = tuple(o for o in others if rng.random() < 0.25)
    kinds = frozenset(rng.sample(KINDS, rng.randint(2, 4)))
    return Sought(alias, kinds, allowed, tuple(sorted(joins, key=repr)), rng.choice(ALL_SURE), within, further, after)


def giving(rng: Random, n: int) -> Derivation:
    """A derivation that gives some activity, or the region that a report names; it may override earlier ones."""
    activities = frozenset(rng.sample(["attacking", "preparing-to-attack", "not-attacking"], rng.choice([1, 1, 2])))
    found = derivation(rng, n, {"target.activity": activities})
    point = f"derived/d{n}" if rng.random() < 0.2 else ""
    return replace(found, overrides=tuple(f"d{i}" for i in range(n) if rng.random() < 0.3), point=point)


def derivation(rng: Random, n: int, gives: dict[str, Any] | None = None) -> Derivation:
    """A pattern of one to three reports, with what stands in its way."""
    found = _derivation(rng, n, gives)
    while any(found.size(u) > MAX_PATTERNS for u in (None, *found.unless)):
        found = _derivation(rng, n, gives)
    return found


def _derivation(rng: Random, n: int, gives: dict[str, Any] | None) -> Derivation:
    aliases = ["a", "b", "c"][: rng.choice([1, 1, 2, 2, 3])]
    patterns = tuple(sought(rng, a, [x for x in aliases if x != a and rng.random() < 0.6]) for a in aliases)
    unless = tuple(sought(rng, f"u{i}", aliases) for i in range(rng.choice([0, 0, 1, 2])))
    return Derivation(f"d{n}", f"d{n}", "", "made up", gives or {"target.activity": frozenset(["attacking"])}, patterns, unless)


def reporting(rng: Random, most: int = 3) -> Reporting:
    """Some derivations."""
    return Reporting(KEYS, {"target.activity": frozenset(["not-attacking"])}, tuple(giving(rng, n) for n in range(rng.randint(1, most))))


def made_up(rng: Random, most: int = 3, *, twice: bool = False) -> Scene:
    """A whole scene, with at most so many derivations; with `twice`, of many reports there are several that say the same."""
    sets = {
        "target.region": frozenset(rng.sample(REGIONS, rng.choice([1, 1, 3]))),
        "target.threatens": frozenset(rng.sample(REGIONS, rng.choice([1, 2]))) | frozenset(["none"] if rng.random() < 0.2 else []),
        "target.kind": frozenset(rng.sample(FORCES, rng.choice([1, 2]))),
    }
    told = reports(rng, 3 if twice else 7)
    if twice:
        told += [replace(r, id=f"{r.id}{c}") for r in told for c in "abc"[: rng.randint(0, 3)] if not r.corrects and not r.retracts]
    day = FIRST + timedelta(days=rng.randint(0, 14))
    days = [day, day + timedelta(days=1)] if rng.random() < 0.2 else [day]
    return scene(book().vocabulary, reporting(rng, most), told, sets, days, FIRST + timedelta(days=rng.randint(0, 20)))
