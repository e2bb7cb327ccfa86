"""What people read: sentences of the shipped cases, and the reasons that were once wrong, each by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sentences import oddities, shipped

from caveat.core.dates import Dated, dated
from caveat.decide.story import decision_story
from caveat.explain.run import MOST_NEAR_MISSES, Branch, NearMiss
from caveat.explain.story import explanation_story
from caveat.explain.to_json import explanation_data
from caveat.explain.words import branch_words, turn_words
from caveat.report.markdown import to_markdown
from caveat.report.text import to_text

if TYPE_CHECKING:
    from caveat import Library
    from caveat.explain.run import Explanation

ATACMS = {"weapon": "atacms", "supplier": "US", "target.region": "RU-KRS"}
KNOWN = "2026-05-31"
WIDE = 100_000


@pytest.fixture(scope="module")
def november(library: Library) -> Explanation:
    """ATACMS in Kursk region on some day of the month in which it was allowed."""
    return library.explain({**ATACMS, "date": "2024-11"}, known_by=KNOWN)


def days_of(branches: tuple[Branch, ...]) -> list[tuple[str, str]]:
    return [(str(first), str(last)) for b in branches for first, last in b.stretches]


def test_sentences_of_shipped_cases(library):
    """No sentence of a sample of the cases shows a raw id, an empty place, a side that says nothing, or a mark without its pair."""
    found = shipped(every=150, explain=6)
    odd = [f"{why}: {sentence}" for sentence in sorted(found) for why in oddities(library.book, sentence)]
    assert len(found) > 200
    assert odd == []


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("It needs target.threatens Kharkiv region.", "raw ids"),
        ("Had “us-2024-11-17-atacms-kursk” begun?", "raw ids"),
        ("by a, b  and c", "two blanks"),
        ("Does it? (yes: permitted; no: permitted)", "both sides"),
        ("Only this (and that.", "do not pair"),
        ("It was None.", "a trace of the language"),
    ],
)
def test_odd_sentences_are_noticed(library, sentence, why):
    """Each kind of oddity is found where it stands, and a sound sentence has none."""
    assert [found for found in oddities(library.book, sentence) if why in found]
    assert list(oddities(library.book, "Weapons may be used there. [US/in-crimea]")) == []


def test_a_range_of_days_is_told_from_its_first_day_to_its_last(november):
    """Of a month asked about, the stretches cover it from the 1st to the 30th, and nothing beyond."""
    told = days_of(november.branches)
    assert min(first for first, _ in told) == "2024-11-01"
    assert max(last for _, last in told) == "2024-11-30"
    assert ("2024-11-01", "2024-11-13") in told


def test_a_change_of_day_may_be_open_at_either_end(library):
    """What would turn a verdict on another day is told with `before` and `from ... on`."""
    branch = Branch({"date": frozenset()}, next(iter(library.explain({**ATACMS, "date": "2024-11"}).branches)).verdict)
    before, on = (None, dated("2022-05-31").latest), (dated("2025-01-20").earliest, None)
    words = branch_words(library.book, Branch(branch.where, branch.verdict, (before, on)))
    assert words.startswith("If the day is before 2022-06-01 or from 2025-01-20 on: ")


def test_an_approval_that_was_not_given_turns_the_verdict_however_it_was_said(library):
    """`approvals: none` and the single approval denied lead to the same change."""
    facts = {
        **ATACMS,
        "weapon": "atacms-m57",
        "date": "2025-09-10",
        "target.kind": "ammunition-depot",
        "target.activity": "attacking",
        "target.threatens": "UA-59",
    }
    for denied in ({"approvals": "none"}, {"approvals.us-pentagon": "no"}):
        found = library.explain({**facts, **denied}, known_by=KNOWN)
        assert "With approval of the Pentagon, case by case: permitted" in [branch_words(library.book, b) for b in found.turns]


def test_the_nearest_way_out_is_certain_and_possible(library):
    """A rule on cluster munitions asks for those it certainly means, and one on a carrier names the carrier too."""
    found = library.explain({"date": "2024-06-02", "supplier": "US", "weapon": "himars", "target.region": "RU-BEL"}, known_by=KNOWN)
    for near in found.near_misses:
        changed = {t.fact for t in near.fails}
        assert "platform_supplier" not in changed or "platform" in changed
    near = next((n for n in found.near_misses if n.rule.id == "US/dpicm-only-in-ukraine"), None)
    assert near is None or "dpicm-155" in {v for t in near.fails for v in t.values}


def test_other_ways_are_counted(library):
    """Where there are several ways to make a rule apply, the sentence says that the nearest is told."""
    rule = library.book.rule["US/in-crimea"]
    assert turn_words(library.book, NearMiss(rule, (), "in force only from 2025-01-20")) == "in force only from 2025-01-20"
    found = library.explain({**ATACMS, "date": "2024-11-20"}, known_by=KNOWN).near_misses
    assert {("nearest of" in turn_words(library.book, n)) == (n.other_ways > 0) for n in found if n.fails} == {True}


def test_every_form_tells_the_same_near_misses(library, november):
    """Text, Markdown and JSON name the same rules, as many, and how many more there are."""
    rules = [n.rule.id for n in november.near_misses]
    assert len(rules) == MOST_NEAR_MISSES
    text, markdown = to_text(explanation_story(library.book, november), WIDE), to_markdown(explanation_story(library.book, november))
    data = explanation_data(library.book, november)
    assert [n["rule"] for n in data["near_misses"]] == rules
    assert all(f"[{rule}]: " in text and f"(`{rule}`): " in markdown for rule in rules)
    more = f"{data['more_near_misses']} further rules of those asked do not apply either."
    assert more in text
    assert more in markdown


def test_treaties_asked_alone_have_near_misses(library):
    """Why a treaty does not object is told by its own rules."""
    found = library.explain({**ATACMS, "date": "2024-11-20", "target.kind": "artillery"}, issuers=["AP-I"], known_by=KNOWN)
    assert {n.rule.issuer for n in found.near_misses} == {"AP-I"}


def test_a_supplier_of_the_carrier_is_said_so_once(library):
    """The carrier stands beside the role, not `of the carrier of`."""
    said = {"date": "2024-09-01", "platform": "f-16", "platform_supplier": "BE", "supplier": "US", "weapon": "jdam", "target.region": "RU-BEL"}
    text = to_text(decision_story(library.book, library.decide(said, known_by=KNOWN)), WIDE)
    assert "as supplier of the carrier (F-16" in text


def test_roughly_known_days_are_words():
    """A day that is only known to lie between two is said so, not with a stroke."""
    assert dated("2024-11-14/2024-11-17").words == "a day between 2024-11-14 and 2024-11-17"
    assert (dated("2024-11").words, dated("2024-11-17").words) == ("2024-11", "2024-11-17")
    assert Dated(dated("2024").earliest, dated("2024").latest).words == "2024"
