"""What differs in the records of two sides, and which readings of reports an issuer goes by: each against what it means, said plainly."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from seeding import examples
from strategies import SOURCE, book_of, seeds
from test_law_examples import PERMIT, RECORD, tiny

from caveat.core.derivation import Reporting
from caveat.diff.difference import Asked, Edit
from caveat.diff.records import rule_edits, statement_edits, vocabulary_edits
from caveat.diff.strip import strip

OTHER = {**SOURCE, "publisher": "Another Gazette"}


def told(rules: dict[str, Any], statements: dict[str, Any], **weapons: dict[str, Any]) -> Any:
    """A book in which AA has these rules and statements beside what all tests share."""
    files = tiny(**{"gun": {}, **weapons})
    files["AA/policy.yaml"]["rules"] |= rules
    files["AA/policy.yaml"]["statements"] |= statements
    return book_of(files)


def side(book: Any, as_of: str | None = None, known_by: str = "2024-12-31") -> Asked:
    """A book as it is asked."""
    return Asked("a side", book, "AA", date.fromisoformat(as_of) if as_of else None, date.fromisoformat(known_by), None, {}, "")


REMARK = {**RECORD, "no_effect": {"kind": "remark", "because": "made up"}}
BEFORE = told(
    {"gone": dict(PERMIT), "turned": {**PERMIT, "overrides": "general"}},
    {"word-gone": dict(REMARK), "worded": dict(REMARK), "cited": dict(REMARK)},
    bow={},
)
AFTER = told(
    {"new": dict(PERMIT), "turned": {**PERMIT, "effect": "prohibit", "overrides": "general"}},
    {"word-new": dict(REMARK), "worded": {**REMARK, "says": "something else"}, "cited": {**deepcopy(REMARK), "sources": [OTHER]}},
    rocket={},
)


@pytest.mark.parametrize("issuers", [None, frozenset(["AA"])])
def test_what_was_added_removed_and_edited(issuers):
    """Rules, statements and words of one side alone are added or removed, others edited, by what they say or by their sources."""
    a, b = side(BEFORE), side(AFTER)
    rules = {e.rule: e for e in rule_edits(a, b, issuers)}
    assert {name: e.edit for name, e in rules.items()} == {"AA/gone": Edit.REMOVED, "AA/new": Edit.ADDED, "AA/turned": Edit.EDITED}
    assert rules["AA/turned"].fields == {"effect": ("permit", "prohibit")}
    statements = {e.statement: e for e in statement_edits(a, b, issuers)}
    assert {name: e.edit for name, e in statements.items()} == {
        "AA/word-gone": Edit.REMOVED, "AA/word-new": Edit.ADDED, "AA/worded": Edit.EDITED, "AA/cited": Edit.RECITED,
    }  # fmt: skip
    assert statements["AA/worded"].fields == {"says": ("something", "something else")}
    assert list(statements["AA/cited"].fields) == ["sources"]
    words = vocabulary_edits(BEFORE, AFTER)
    assert {"added weapons `rocket`", "removed weapons `bow`"} <= set(words)
    assert sorted(words) == sorted(
        w.replace("added", "?").replace("removed", "added").replace("?", "removed") for w in vocabulary_edits(AFTER, BEFORE)
    )


def test_of_other_issuers_nothing_is_told():
    """Asked about others alone, nothing of this one is told; and a side differs from itself in nothing."""
    a, b = side(BEFORE), side(AFTER)
    assert (rule_edits(a, b, frozenset(["BB"])), statement_edits(a, b, frozenset(["BB"]))) == ([], [])
    assert (rule_edits(a, a, None), statement_edits(a, a, None), vocabulary_edits(BEFORE, BEFORE)) == ([], [], [])


TIMED = told(
    {
        "begins": {**PERMIT, "from": "2024-06-01"},
        "ends": {**PERMIT, "until": "2024-05-31"},
        "late": {**PERMIT, "by": "word-late"},
        "taken-back": {**PERMIT, "by": "word-taken-back"},
        "denied": {**PERMIT, "by": "word-denied"},
    },
    {
        "word-late": {**RECORD, "decided": "2024-01-01", "reported": "2024-06-01"},
        "word-taken-back": {**RECORD, "retracted": "2024-06-01"},
        "word-denied": {**RECORD, "denied": "2024-06-01"},
    },
)
MAY, JUNE = "2024-05-31", "2024-06-01"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((MAY, "2024-12-31"), (JUNE, "2024-12-31"), {"begins": "began", "ends": "ended"}),
        ((JUNE, "2024-12-31"), (MAY, "2024-12-31"), {"begins": "ended", "ends": "began"}),
        ((MAY, MAY), (MAY, JUNE), {"late": "became_known", "taken-back": "withdrawn", "denied": "doubted"}),
        ((MAY, JUNE), (MAY, MAY), {"late": "withdrawn", "taken-back": "became_known", "denied": "settled"}),
        ((None, MAY), (None, JUNE), {"late": "became_known", "taken-back": "withdrawn", "denied": "doubted"}),
    ],
)
def test_whose_time_came_or_went(before, after, expected):
    """Between two days rules begin and end; between two states of knowledge they become known, are withdrawn, doubted, and settled."""
    found = rule_edits(side(TIMED, *before), side(TIMED, *after), None)
    assert {e.rule.partition("/")[2]: e.edit.name.lower() for e in found} == expected
    said = {e.statement.partition("/word-")[2]: e.edit.name.lower() for e in statement_edits(side(TIMED, *before), side(TIMED, *after), None)}
    learned = {name: edit for name, edit in expected.items() if name in ("late", "taken-back", "denied")}
    assert said == (learned or {"late": "reported"})


@pytest.mark.parametrize(("learned", "clocks"), [(True, {"learned"}), (False, {"held", "known"})])
def test_the_clock_of_a_strip(library, learned, clocks):
    """Where only what was known differs, it is what was learned day by day; between two days what held, and what was known of it."""
    sides = ("US@2024-05-31,known-by=2024-05-29", "US@2024-05-31,known-by=2024-06-02") if learned else ("US@2024-05-29", "US@2024-05-31")
    found = library.diff(*sides, known_by=None if learned else "2024-06-02")
    shown = strip(library, found, found.regions[0])
    assert set(shown.clocks) == clocks


# -- readings of reports


def some_derivations(rng: Random) -> tuple[Any, ...]:
    """General ones and those of issuers, some of the same name; each may set others aside."""
    found = {}
    for _ in range(rng.randint(1, 7)):
        issuer, name = rng.choice(["", "", "AA", "BB"]), rng.choice("abcd")
        below = frozenset(n for n in "abcd" if n > name and rng.random() < 0.4)
        found[issuer, name] = SimpleNamespace(id=f"{issuer}/{name}", name=name, issuer=issuer, overrides=tuple(sorted(below)))
    return tuple(found[key] for key in sorted(found))


@examples(100)
@given(seeds)
def test_an_issuer_goes_by_its_own_reading_of_reports(seed):
    """Of each name its own derivation, else the general one; what these set aside, and what that sets aside, is beaten."""
    made = some_derivations(Random(seed))
    reporting = Reporting({}, {}, made)
    for issuer in ("", "AA", "BB"):
        by_name = {d.name: d for d in sorted(made, key=lambda d: d.issuer) if d.issuer in ("", issuer)}
        assert sorted(d.id for d in reporting.of(issuer)) == sorted(d.id for d in by_name.values())
        for d in made:
            beaten = set(d.overrides) if d.issuer in ("", issuer) else set()
            while more := {n for name in beaten if name in by_name for n in by_name[name].overrides} - beaten:
                beaten |= more
            assert reporting.beats(issuer)[d.id] == beaten
    assert reporting.own_readings == tuple(sorted({d.issuer for d in made} - {""}))
