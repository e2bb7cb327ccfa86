"""The analysis of differences against z3, which knows nothing of it: shipped policies on the days that matter, and made-up ones.

z3 comes with the `dev` extra. Without it these tests are left out, and the summary of the run says so; where CI is set,
they fail instead.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from differences import pair
from hypothesis import given
from seeding import examples
from strategies import seeds

if not os.environ.get("CI"):
    pytest.importorskip("z3", reason="no second opinion without z3: pip install -e '.[dev]'")

from solver import SecondOpinion

if TYPE_CHECKING:
    from pairs import Pair

    from caveat import Library
    from caveat.diff.difference import Difference

KNOWN_BY = "2026-01-01"
SHIPPED = {
    "the border decision of 30 May 2024": ("US@2024-05-29", "US@2024-05-31"),
    "anywhere along the border, 17 to 20 June 2024": ("US@2024-06-16", "US@2024-06-21"),
    "long range, 17 November 2024": ("US@2024-11-16", "US@2024-11-18"),
    "the United Kingdom against France": ("GB@2024-06-01", "FR@2024-06-01"),
    "what was learned of 30 May 2024": ("US@2024-05-30,known-by=2024-05-30", "US@2024-05-31,known-by=2024-12-31"),
}


def opinion(p: Pair | Difference, where: object = None) -> SecondOpinion:
    return SecondOpinion(p.before, p.after, where or {})


@pytest.mark.parametrize("sides", SHIPPED.values(), ids=SHIPPED)
def test_z3_finds_nothing_outside_of_the_regions_and_nothing_else_inside(library: Library, sides):
    """Of the shipped policies: no scenario differs outside, none inside has other verdicts than its region, none is in two regions."""
    found = library.diff(*sides, known_by=KNOWN_BY)
    assert list(opinion(found).objections(found.regions)) == []


def test_z3_agrees_on_all_consents_together(library: Library):
    """The whole chain, of what the United States supplied and is used in Russia, around 30 May 2024: nothing outside, nothing else inside."""
    found = library.diff("@2024-05-29", "@2024-05-31", known_by=KNOWN_BY, where={"supplier": "US", "target.region": "RU"})
    where = {"supplier": frozenset({"US"}), "target.region": library.book.vocabulary.value_sets["regions"].terms["RU"].leaves}
    assert list(opinion(found, where).objections(found.regions)) == []


def test_z3_objects_where_a_region_is_left_out_or_wrong(library: Library):
    """Without one of the regions, with one told twice, or with another verdict, there is a scenario that shows it."""
    found = library.diff("GB@2024-06-01", "FR@2024-06-01", known_by=KNOWN_BY)
    regions, second = list(found.regions), opinion(found)
    assert any("in no region" in line for line in second.objections(regions[1:]))
    assert any("in two regions" in line for line in second.objections([*regions, regions[3]]))
    turned = [replace(regions[0], before=regions[0].after, after=regions[0].before), *regions[1:]]
    assert any("says otherwise" in line for line in second.objections(turned))


@examples(25)
@given(seeds)
def test_z3_agrees_on_made_up_sides(seed):
    """Days, knowledge, edited rules and words, missing issuers, two donors, the whole chain: z3 has no objection."""
    p = pair(seed)
    found = p.difference()
    assert list(SecondOpinion(p.before, p.after, p.where, p.days).objections(found.regions)) == []
