"""DESIGN law 6, and laws 4 and 7 as they bear on differences, over made-up pairs of sides.

A Hypothesis example is one pair. `tests.fuzz_diff` does the same for thousands.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from differences import Trial, pair, plan_of, unreplayed
from hypothesis import given
from pairs import Data, Pair, made
from seeding import examples
from strategies import seeds
from test_laws import shuffled, split
from vocabularies import FACTS

from caveat import Library, ScenarioError, TooLargeError
from caveat.diff.difference import Cause, Change, Difference, Region

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def told(region: Region) -> Data:
    """A region as plain data."""
    parts = ("where", "before", "after", "change", "cause", "rules_before", "rules_after", "statements", "issuers", "is_usual", "scenarios")
    shown = {name: getattr(region, name) for name in parts}
    return json.loads(json.dumps({**shown, "witness": [region.witness.scenario, region.witness.before, region.witness.after]}, default=dict))


def regions_of(found: Difference) -> list[Data]:
    """All regions as plain data."""
    return [told(r) for r in found.regions]


def scenarios_by_verdicts(found: Difference) -> Counter[tuple[str, str]]:
    """How many scenarios turn from which verdict to which."""
    counts: Counter[tuple[str, str]] = Counter()
    for r in found.regions:
        counts[r.before, r.after] += r.scenarios
    return counts


# -- the regions


@examples(30)
@given(seeds)
def test_law_6_regions_hold_exactly_the_scenarios_whose_verdict_differs(seed):
    """Each scenario that differs is in one region, no other is in any, and what a region says is so: by trying every scenario."""
    assert Trial(pair(seed)).wrong == []


@examples(20)
@given(seeds)
def test_law_6_every_witness_replays_on_both_sides_in_both_engines(seed):
    """Each region's witness lies in it, and `decide` gives it the verdicts of the region, by the reference and the compiled engine."""
    p = pair(seed)
    assert list(unreplayed(p, p.difference())) == []


@examples(15)
@given(seeds)
def test_law_6_where_is_a_scenario_on_which_either_side_has_the_verdict_of_the_region(seed):
    """Asked about the whole of a region at once, `decide` gives one verdict, that of the region (one vocabulary, the same facts on both sides)."""
    p = next_pair(seed, lambda p: p.before.book is p.after.book and not p.given)
    library = Library(p.after.book)
    for region in p.difference().regions:
        for side, expected in ((p.before, region.before), (p.after, region.after)):
            assert verdict_of_all(library, p, side, region) in (expected, "too-large")


def verdict_of_all(library: Library, p: Pair, side: Any, region: Region) -> str:
    """The verdict on everything that a region's `where` leaves open."""
    how = {"as_of": side.as_of, "known_by": side.known_by, "min_grade": side.min_grade, "issuers": [side.issuer] if side.issuer else []}
    try:
        found = library.decide({**p.said, **region.where}, assumptions=False, **how)
    except ScenarioError as error:
        return error.diagnostics[0].code
    except TooLargeError:
        return "too-large"
    return found.verdict.value


def next_pair(seed: int, fits: Callable[[Pair], bool]) -> Pair:
    """The first pair from a seed on that a law is about."""
    return next(p for n in count(seed) if fits(p := pair(n)))


def both_clocks(seed: int) -> Pair | None:
    """A pair made from a seed, if the same policies are asked on two days, as known on two days."""
    plan = plan_of(seed)
    return made(plan) if plan["kind"] == "both" else None


def test_law_6_a_cause_is_named_where_both_clocks_move_and_is_right():
    """All three causes occur among made-up pairs, and each is what the later day gives on what was known before."""
    pairs = [p for seed in range(40) if (p := both_clocks(seed)) is not None]
    trials = [Trial(p) for p in pairs]
    assert [line for t in trials for line in t.wrong] == []
    assert {r.cause for t in trials for r in t.found.regions} >= {Cause.WORLD, Cause.LEARNED}


# -- what is the same either way


@examples(15)
@given(seeds)
def test_law_4_the_order_of_files_and_rules_and_statements_never_matters(seed):
    """Files and mappings in another order, policies in other files: the same regions with the same witnesses."""
    plan, rng = plan_of(seed), Random(seed)
    assert regions_of(made({**plan, "worlds": [moved(w, rng) for w in plan["worlds"]]}).difference()) == regions_of(made(plan).difference())


def moved(files: Data, rng: Random) -> Data:
    """The same library in another order; the order of the facts is that in which regions are told, and stays."""
    found = split(shuffled(files, rng), rng)
    found[FACTS]["facts"] = {name: found[FACTS]["facts"][name] for name in files[FACTS]["facts"]}
    return found


@examples(10)
@given(seeds)
def test_law_4_the_order_in_which_facts_are_declared_changes_nothing_but_how_regions_are_cut(seed):
    """Facts declared in another order: as many scenarios turn from each verdict to each other."""
    plan, rng = plan_of(seed), Random(seed)
    turned = made({**plan, "worlds": [shuffled(w, rng) for w in plan["worlds"]]}).difference()
    assert scenarios_by_verdicts(turned) == scenarios_by_verdicts(made(plan).difference())


@examples(10)
@given(seeds)
def test_a_side_does_not_differ_from_itself(seed):
    """Compared with itself, a side has no region, no edit, and nothing that was not compared."""
    p = pair(seed)
    for side in (p.before, p.after):
        assert replace(p, before=side, after=side).difference().is_empty


@examples(10)
@given(seeds)
def test_a_difference_turned_round_is_the_same_difference(seed):
    """With the sides exchanged, as many scenarios turn the other way."""
    p = pair(seed)
    there, back = p.difference(), replace(p, before=p.after, after=p.before).difference()
    assert scenarios_by_verdicts(there) == Counter({label[::-1]: n for label, n in scenarios_by_verdicts(back).items()})


# -- as people ask


@examples(20)
@given(seeds)
def test_diff_by_name_and_day_is_the_difference_of_those_sides(seed):
    """`US@2024-05-29,known-by=...` against another day, with `where` in names and classes: the same regions."""
    p = next_pair(seed, lambda p: p.before.book is p.after.book and not p.given and p.before.issuer == p.after.issuer and bool(p.after.as_of))
    names = [f"{s.issuer or ''}@{s.as_of},known-by={s.known_by}" for s in (p.before, p.after)]
    found = Library(p.after.book).diff(*names, where=p.said, min_grade=p.after.min_grade)
    assert regions_of(found) == regions_of(p.difference())


@pytest.mark.parametrize("seed", range(8))
def test_diff_of_two_folders_is_the_difference_of_their_policies(seed, tmp_path: Path):
    """Two folders of policies, for one issuer or all consents: the same regions as of the libraries in them."""
    plan = next(p for n in range(seed * 1000, seed * 1000 + 1000) if len((p := plan_of(n))["worlds"]) > 1)
    p, side = made(plan), plan["sides"][0]
    folders = [tmp_path / "before", tmp_path / "after"]
    for folder, files in zip(folders, plan["worlds"], strict=True):
        for name, data in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(json.dumps(data), encoding="utf-8")
    asked = {"issuers": [side["issuer"]]} if side["issuer"] else {"chain": True}
    days = {"date": f"{p.days[0] or '0001-01-01'}/{p.days[1] or '9999-12-31'}"} if any(p.days) else {}
    found = Library(p.before.book if side["issuer"] in p.before.book.issuers else p.after.book).diff(
        *map(str, folders), where={**p.said, **days}, as_of=side["as_of"], known_by=side["known_by"], min_grade=p.after.min_grade, **asked
    )
    assert regions_of(found) == regions_of(p.difference())


# -- the judge is judged


def spoiled(found: Difference, *regions: Region) -> Difference:
    return replace(found, regions=regions)


def test_trying_every_scenario_notices_what_is_wrong():
    """A region left out, told twice, given another verdict, class, cause, count or rule, or made of nothing: each is found."""
    p = next(p for seed in range(100) if (p := pair(seed)).after.issuer and len(p.difference().regions) == 2)
    found = p.difference()
    one, two = found.regions
    assert Trial(p, found).wrong == []
    other = Change.TIGHTENED if one.change != Change.TIGHTENED else Change.LOOSENED
    for word, faulty in {
        "cover": spoiled(found, one),
        "cover:": spoiled(found, one, two, two),
        "verdicts": spoiled(found, replace(one, after="no-objection"), two),
        "class": spoiled(found, replace(one, change=other), two),
        "cause": spoiled(found, replace(one, cause=Cause.BOTH if one.cause != Cause.BOTH else None), two),
        "usual": spoiled(found, replace(one, is_usual=not one.is_usual), two),
        "count": spoiled(found, replace(one, scenarios=one.scenarios + 1), two),
        "rules": spoiled(found, replace(one, rules_after=(*one.rules_after, "XX/none")), two),
        "issuers": spoiled(found, replace(one, issuers=("XX",)), two),
    }.items():
        assert any(line.startswith(word) for line in Trial(p, faulty).wrong), word
    swapped = spoiled(found, replace(one, witness=two.witness, before=two.after, after=two.before), two)
    assert any(line.startswith("witness") for line in unreplayed(p, swapped))
