"""Formulas as alternatives: they mean the formula, and what shares no fact is not compared."""

from __future__ import annotations

from itertools import product
from random import Random

from hypothesis import given
from seeding import examples
from strategies import seeds

from caveat.core.formula import All, In, Not, Point, Some
from caveat.core.logic import narrowed, settled
from caveat.engines import clauses
from caveat.engines.clauses import clauses_of

DOMAINS = {fact: frozenset("xyz") for fact in "abc"}
POINTS = ("p", "q")


def formula(rng: Random, depth: int = 3):
    """Any formula over three facts and two points."""
    kind = rng.randrange(5 if depth else 2)
    if kind == 0:
        return In(rng.choice("abc"), frozenset(rng.sample("xyz", rng.randint(1, 2))))
    if kind == 1:
        return Point(rng.choice(POINTS))
    if kind == 2:
        return Not(formula(rng, depth - 1))
    return (All if kind == 3 else Some)(tuple(formula(rng, depth - 1) for _ in range(rng.randint(0, 4))))


@examples(200)
@given(seeds)
def test_alternatives_mean_the_formula(seed):
    """A formula holds for a use under a reading exactly where one of its alternatives does."""
    made = formula(Random(seed))
    found = clauses_of(made, DOMAINS)
    for values, said in product(product("xyz", repeat=3), product((False, True), repeat=2)):
        use = dict(zip("abc", values, strict=True))
        yes = frozenset(p for p, on in zip(POINTS, said, strict=True) if on)
        met = any(all(use[f] in v for f, v in c.box.items()) and c.yes <= yes and c.no.isdisjoint(yes) for c in found)
        assert met == settled(narrowed(made, {f: frozenset((v,)) for f, v in use.items()}), yes)


def test_parts_that_share_no_fact_are_not_compared(monkeypatch):
    """A rule of many regions and many weapons, each with a point of its own, is put together without looking at pairs of its alternatives."""
    compared = []
    merged = clauses._merged
    monkeypatch.setattr(clauses, "_merged", lambda given: compared.append(len(given)) or merged(given))
    domains = {"region": frozenset(map(str, range(150))), "weapon": frozenset(map(str, range(100)))}
    sides = [Some(tuple(All((In(fact, frozenset([v])), Point(f"{fact}/{v}"))) for v in sorted(values))) for fact, values in domains.items()]
    assert len(clauses_of(All(tuple(sides)), domains)) == 15_000
    assert max(compared) == 150
