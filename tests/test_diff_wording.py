"""The words of a difference: relations told as one, what is cut and says so, doubts and turns in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from caveat.diagram.frame import Part
from caveat.diff.relation import relation, relation_words
from caveat.diff.story import FEW_PARTS, Story
from caveat.diff.strip import strip
from caveat.report.boxes import few
from caveat.report.points import worded
from caveat.timeline.story import turns
from tests.test_diff_reports import CHANGES, KNOWN

REGION, THREATENS = "target.region", "target.threatens"


@pytest.fixture(scope="module")
def found(library):
    """Two of the changes of American policy in 2024."""
    return {name: library.diff(*CHANGES[name], known_by=KNOWN) for name in ("2024-06-17-along-the-border", "2024-11-17-atacms-in-kursk")}


def pairs(book, ones, restricted=None):
    """A box for each of some regions and its neighbours, or those of them within a class."""
    domain = frozenset(book.vocabulary.facts[THREATENS].domain)
    terms = book.vocabulary.facts[REGION].value_set.terms
    boxes = []
    for one in sorted(ones):
        near = (terms[one].borders & domain) & (restricted or domain)
        if near:
            boxes.append({REGION: Part(frozenset((one,)), frozenset((one,)), domain - {one}), THREATENS: Part(near, near, domain - near)})
    return boxes


def test_neighbours_are_told_as_one(library):
    """Parts that are exactly all pairs of neighbours are one phrase, also where the neighbours are of one country."""
    book = library.book
    terms = book.vocabulary.facts[REGION].value_set.terms
    whole = relation_words(book, relation(book, pairs(book, terms["RU"].leaves)))
    assert whole[THREATENS] == "a region that borders it"
    assert whole[REGION].startswith("Russia")
    within = relation_words(book, relation(book, pairs(book, terms["RU"].leaves, terms["UA"].leaves)))
    assert within[THREATENS] == "a region that borders it, in Ukraine"


def test_a_relation_is_never_approximate(library):
    """One pair too few or too many, a third fact that differs, or only two parts: told part by part."""
    book = library.book
    boxes = pairs(book, ["RU-BEL", "RU-BRY", "RU-KRS", "RU-VOR"])
    assert relation(book, boxes) is not None
    first = boxes[0][THREATENS]
    shared = next(v for v in sorted(first.values) if any(v in box[THREATENS].values for box in boxes[1:]))
    fewer, more = first.values - {shared}, first.values | {"UA-43"}
    for values in (fewer, more):
        assert relation(book, [{**boxes[0], THREATENS: Part(values, values, first.others)}, *boxes[1:]]) is None
    day = Part(frozenset(("x",)), frozenset(("x",)), frozenset())
    assert relation(book, [{**boxes[0], "weapon": day}, *boxes[1:]]) is None
    assert relation(book, boxes[:2]) is None


def test_long_changes_are_cut_and_say_so(found):
    """Of a change with many parts, twelve lines and how many more; all of them where everything is asked for."""
    story = Story(found["2024-06-17-along-the-border"])
    told = max(story.changes, key=lambda t: len(t.pieces) if t.has_lines else 0)
    many = replace(told, pieces=told.pieces * 20)
    lines = story.lines(many, everything=False)
    assert lines[FEW_PARTS:] == [f"... and {len(many.pieces) - FEW_PARTS} more parts; --all lists them"]
    assert len(story.lines(many)) == len(many.pieces)


def test_long_lists_in_a_headline_are_cut():
    """Of many names the first few and how many others; a list that is not longer stays whole."""
    assert few(list("abcdefghijkl"), 4) == ["a", "b", "c", "9 others"]
    assert few(list("abcd"), 4) == list("abcd")


def test_a_difference_of_knowledge_names_its_day(library):
    """Where only what was known differs, the headline says about which day."""
    known = library.diff("US@2024-05-30,known-by=2024-05-29", "US@2024-05-30", known_by=KNOWN)
    assert Story(known).headline.startswith(
        "On 30 May 2024, as known by 31 March 2026, the United States permits what it prohibited as known by 29 May 2024: "
    )


def test_derivations_alone_are_no_all_clear(found):
    """Where only what follows from reports differs, the report does not say that nothing comes out otherwise."""
    empty = replace(found["2024-11-17-atacms-in-kursk"], regions=(), rules=(), statements=(), vocabulary=("edited derivation `xx`",), not_compared=())
    headline = Story(empty).headline
    assert headline == "Derivations differ, but no verdict on given facts does. Case files with incident reports may come out otherwise."


def test_doubts_about_dates_are_in_words(library):
    """What is open about a day is asked about the rule in its own words, without an id."""
    open_days = [r for r in library.book.readings.values() if r.name.startswith(("begun/", "ended/", "stands/"))]
    for reading in open_days:
        said = worded(library.book, reading)
        assert said.name == reading.name
        assert reading.name.rpartition("/")[2] not in said.question


def test_a_turn_is_explained_by_what_caused_it(library, found):
    """In November 2024 the strip names the permission wherever the verdict turns, not the refusals before it."""
    difference = found["2024-11-17-atacms-in-kursk"]
    happened = turns(strip(library, difference, Story(difference).changes[0].region))
    assert [(t.day.isoformat(), t.statements[0]) for t in happened] == [
        ("2024-11-14", "US/us-2024-11-17-atacms-kursk"),
        ("2024-11-17", "US/us-2024-11-17-atacms-kursk"),
    ]
