"""What follows from reports: durable-rules finds what the plain meaning finds, and rules are rewritten to mean just that."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

from hypothesis import given
from incidents import FORCES, REGIONS, book, made_up
from seeding import examples
from strategies import seeds

from caveat.core.dates import dated
from caveat.core.formula import All, In, Not, Point, Some
from caveat.core.incident import NO, Incident, standing
from caveat.core.logic import points_of
from caveat.incidents import reference
from caveat.incidents.chaining import Chaining
from caveat.incidents.settled import Settled
from caveat.incidents.units import units

ACTIVITY = "target.activity"
OTHERWISE = frozenset(["not-attacking"])


@examples(60)
@given(seeds)
def test_chaining_finds_what_the_reference_finds(seed):
    """Whatever the patterns, the reports and the days, both find the same reports, as surely, with the same in their way."""
    scene = made_up(Random(seed))
    assert Chaining(scene.reporting).findings(scene) == reference.findings(scene)


def holds(formula, completion, reading):
    match formula:
        case In(fact, values):
            return completion[fact] in values
        case Point(name):
            return name in reading
        case All(parts):
            return all(holds(p, completion, reading) for p in parts)
        case Some(parts):
            return any(holds(p, completion, reading) for p in parts)
        case Not(part):
            return not holds(part, completion, reading)


def plainly(one: Settled, completion, reading):
    """What the fact is for one completion and one reading, step by step; None where it stays open."""
    holding = [u for u in one.units if holds(u.holds, completion, reading)]
    left = [u for u in holding if not any(u.derivation.name in one.beats[o.derivation.id] for o in holding)]
    given_values = {u.values for u in left}
    narrowest = sorted((v for v in given_values if not any(w < v for w in given_values)), key=sorted)
    for values in narrowest[:-1]:
        if f"derived/{ACTIVITY}/{'+'.join(sorted(values)[:3])}" in reading:
            return values
    if narrowest:
        return narrowest[-1]
    somewhere = [u for u in one.units if holds(u.where, completion, reading)]
    if not somewhere or one.otherwise is None or any(u.values <= one.otherwise for u in somewhere):
        return None
    return one.otherwise


@examples(80)
@given(seeds)
def test_what_stands_in_the_place_of_a_test_means_what_was_derived(seed):
    """For every completion and reading, a rewritten test holds just where the derived fact, worked out step by step, meets it."""
    rng = Random(seed)
    scene = made_up(rng, most=5)
    found, alike = units(scene, reference.findings(scene), ACTIVITY, {})
    kept = tuple(u for u in found if u.level != NO) if alike else ()
    whole = {name: frozenset(fact.domain) for name, fact in book().vocabulary.facts.items()}
    fact = book().vocabulary.facts[ACTIVITY]
    one = Settled(fact, kept, OTHERWISE if rng.random() < 0.8 else None, "", whole, scene.reporting.beats(""))
    if one.is_open:
        return
    formulas = {frozenset(v): one.test(frozenset(v)) for v in ([v] for v in fact.domain)} | {
        frozenset(fact.domain[:2]): one.test(frozenset(fact.domain[:2]))
    }
    points = sorted(points_of(formulas.values()))
    assert set(points) <= {r.name for r in one.readings} | {u.derivation.point for u in kept}
    for _ in range(60):
        completion = {
            "target.region": rng.choice(REGIONS),
            "target.threatens": rng.choice(REGIONS),
            "target.kind": rng.choice(FORCES),
            ACTIVITY: rng.choice(fact.domain),
        }
        reading = frozenset(p for p in points if rng.random() < 0.5)
        is_now = plainly(one, completion, reading)
        for values, formula in formulas.items():
            meant = completion[ACTIVITY] in values if is_now is None or (is_now & values and not is_now <= values) else is_now <= values
            assert holds(formula, completion, reading) == meant
        for value in fact.domain if is_now is None else is_now:
            assert holds(one.allowed, {**completion, ACTIVITY: value}, reading)


@examples(40)
@given(seeds)
def test_reports_that_say_the_same_need_not_all_be_looked_at(seed):
    """Keeping as many of the reports that are alike as can be put together gives what all of them would, with all as premises."""
    rng = Random(seed)
    few = made_up(rng, twice=True)
    every_one = {ident: r for r in few.reports for ident in few.alike[r.id]}
    copies = tuple(replace(r, id=ident) for ident, r in sorted(every_one.items()))
    stands = {r.id: few.stands[next(k for k in few.alike if r.id in few.alike[k])] for r in copies}
    whole = replace(few, reports=copies, stands=stands, alike={r.id: (r.id,) for r in copies})

    def shown(scene):
        return [(sorted(u.values), u.level, str(u.where), u.reports) for u in units(scene, reference.findings(scene), ACTIVITY, {})[0]]

    assert sorted(shown(few)) == sorted(shown(whole))


# -- which reports stand


def report(ident, reported, **more):
    return Incident(ident, dated(reported), "attack", dated("2024-05-30"), **more)


def test_a_correction_replaces_and_a_retraction_withdraws():
    """From the day it is public, a correction stands instead of what it corrects, and what is retracted stands no more."""
    reports = [report("a", "2024-05-30"), report("b", "2024-06-01", corrects="a"), Incident("c", dated("2024-06-03"), retracts="b")]
    assert standing(reports, date(2024, 5, 29)) == {}
    assert standing(reports, date(2024, 5, 31)) == {"a": 2}
    assert standing(reports, date(2024, 6, 1)) == {"b": 2}
    assert standing(reports, date(2024, 6, 3)) == {"a": 2}


def test_a_report_of_which_it_is_not_certain_when_it_was_public_stands_perhaps():
    """Between the first and the last day on which it may have become public, a report stands perhaps, and so does what it corrects."""
    reports = [report("a", "2024-05-30"), report("b", "2024-06-01/2024-06-05", corrects="a")]
    assert standing(reports, date(2024, 6, 2)) == {"a": 1, "b": 1}
    assert standing(reports, date(2024, 6, 5)) == {"b": 2}
    assert standing(list(reversed(reports)), date(2024, 6, 2)) == {"a": 1, "b": 1}
