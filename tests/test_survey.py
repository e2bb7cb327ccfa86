"""Surveys: every stretch of a timeline and every square of a matrix is what `decide` answers."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import pairwise

import pytest

from caveat import Scenario, ScenarioError
from caveat.matrix.run import Blank
from caveat.matrix.to_json import matrix_data
from caveat.matrix.told import matrix_document
from caveat.report.markdown import to_markdown
from caveat.report.text import to_text
from caveat.timeline.run import NO_CHANGE, Clock
from caveat.timeline.to_json import timeline_data
from caveat.timeline.told import timeline_document

KNOWN = "2026-03-31"
COUNTER_FIRE = {
    "weapon": "himars", "supplier": "US", "purpose": "counter-fire",
    "target": {"region": "RU-BEL", "kind": "artillery", "activity": "attacking", "threatens": "UA-63"},
}  # fmt: skip
BATTERY = {"target": {"kind": "artillery", "activity": "attacking", "threatens": "UA-63"}}
KURSK = {"weapon": "storm-shadow", "target.region": "RU-KRS"}
ONE_DAY = timedelta(days=1)


def days(found, step=41):
    """Some days of a timeline, and the two on either side of every change."""
    every = range(0, (found.last - found.first).days + 1, step)
    edges = {s.first for lane in found.lanes for strip in lane.strips for s in strip.segments}
    return sorted({found.first + timedelta(days=n) for n in every} | edges | {d - ONE_DAY for d in edges if d > found.first})


def on(strip, day):
    """The view of a strip on a day; exactly one segment holds it."""
    (segment,) = [s for s in strip.segments if s.first <= day <= s.last]
    return segment.view


def clocks_on(clock, day):
    """The two dates to give to `decide` for a day on a clock."""
    return {
        Clock.HELD: {"as_of": day, "known_by": KNOWN},
        Clock.KNOWN: {"as_of": day, "known_by": min(day, date.fromisoformat(KNOWN))},
        Clock.LEARNED: {"as_of": "2024-06-10", "known_by": min(day, date.fromisoformat(KNOWN))},
    }[clock]


@pytest.mark.parametrize("clock", list(Clock))
def test_stretches_are_what_decide_answers(library, clock):
    """On sampled days and around every change, each lane shows the verdict, rules and doubts that `decide` gives."""
    found = library.timeline(COUNTER_FIRE, clocks=[clock], as_of="2024-06-10", known_by=KNOWN)
    for day in days(found):
        decision = library.decide(COUNTER_FIRE, **clocks_on(clock, day))
        for lane in found.lanes:
            view = on(lane.strips[0], day)
            if lane.issuer is None:
                assert (view.verdict, view.binding, view.last_known, view.missing) == (
                    decision.verdict,
                    decision.binding,
                    decision.last_known,
                    decision.missing,
                )
            else:
                (consent,) = [c for c in decision.consents if c.issuer == lane.issuer]
                assert (view.verdict, view.rules, view.last_known) == (consent.verdict, consent.rules, consent.last_known or decision.is_ahead)


@pytest.mark.parametrize("issuer", ["GB", "FR", "IT"])
def test_an_issuer_is_asked_about_its_own_gift(library, issuer):
    """Where no supplier is given, each issuer's lane is its consent to the use of what it supplied itself."""
    found = library.timeline(KURSK, issuers=[issuer], known_by=KNOWN)
    (lane,) = found.lanes
    assert lane.given == {"supplier": issuer}
    for strip in lane.strips:
        for day in days(found, 97):
            (consent,) = library.decide({**KURSK, "supplier": issuer}, issuers=[issuer], **clocks_on(strip.clock, day)).consents
            assert (on(strip, day).verdict, on(strip, day).rules, on(strip, day).missing) == (consent.verdict, consent.rules, consent.missing)


def test_no_gaps_no_overlaps_no_equal_neighbours(library):
    """Segments follow one another day by day, from the first day to the last, and differ from their neighbours."""
    found = library.timeline(KURSK, issuers=["GB", "FR", "IT"], known_by=KNOWN)
    for strip in (strip for lane in found.lanes for strip in lane.strips):
        assert (strip.segments[0].first, strip.segments[-1].last) == (found.first, found.last)
        assert all(a.last + ONE_DAY == b.first and a.view != b.view for a, b in pairwise(strip.segments))
        assert strip.segments[0].change is None


def test_changes_name_their_statements(library):
    """Every change but the end of our sources names the statements behind it; the founding decision is behind 30 May 2024."""
    found = library.timeline(COUNTER_FIRE, known_by=KNOWN)
    segments = [s for lane in found.lanes for strip in lane.strips for s in strip.segments[1:]]
    assert all(s.change == NO_CHANGE or s.change.statements for s in segments)
    (us,) = [lane for lane in found.lanes if lane.issuer == "US"]
    assert [
        "US/us-2024-05-30-kharkiv-counterfire" in s.change.statements for strip in us.strips for s in strip.segments if s.first == date(2024, 5, 30)
    ] == [True] * 2


def test_bounds_are_kept(library):
    """`since` and `until` bound the strips; what was known by an earlier day is never used later."""
    found = library.timeline(COUNTER_FIRE, since=date(2024, 5, 1), until=date(2024, 7, 1), known_by="2024-05-29")
    assert (found.first, found.last) == (date(2024, 5, 1), date(2024, 7, 1))
    assert {s.view.verdict for lane in found.lanes if lane.issuer == "US" for strip in lane.strips for s in strip.segments} == {"prohibited"}


@pytest.mark.parametrize(
    ("kwargs", "code"),
    [
        ({"clocks": ["learned"]}, "no-day"),
        ({"since": date(2025, 1, 1), "until": date(2024, 1, 1)}, "impossible-date"),
        ({"issuers": ["DE"]}, "contradiction"),
    ],
)
def test_questions_that_cannot_be_asked(library, kwargs, code):
    """A day that is missing, bounds in the wrong order, an issuer that never gave the weapon: each says so."""
    with pytest.raises(ScenarioError) as caught:
        library.timeline({"weapon": "himars"}, **kwargs)
    assert [d.code for d in caught.value.diagnostics] == [code]


def test_squares_are_what_decide_answers(library):
    """Each square's own scenario and issuers, given to `decide`, give its verdict and rules."""
    found = library.matrix(
        BATTERY,
        rows="issuers",
        columns="regions",
        row_values=["US", "GB", "DE", "PL"],
        column_values=["RU-BEL", "Moscow", "crimea"],
        as_of="2024-06-10",
        known_by=KNOWN,
    )
    assert [len(line) for line in found.squares] == [3, 3, 3, 3]
    for line in found.squares:
        for square in line:
            (consent,) = library.decide(Scenario(square.scenario), issuers=square.issuers, as_of="2024-06-10", known_by=KNOWN).consents
            assert (square.view.verdict, square.view.rules) == (consent.verdict, consent.rules)


def test_default_columns_cover_every_value_once(library):
    """Unnamed columns are all regions, each in one column, and every region of a column has the column's verdict."""
    found = library.matrix(
        BATTERY, rows="weapons", columns="regions", row_values=["himars", "atacms"], issuers=["US"], as_of="2024-12-01", known_by=KNOWN
    )
    regions = library.book.vocabulary.facts["target.region"]
    named = [[i] if isinstance(i, str) else i for e in (*found.columns.entries, *found.left_out) for i in [e.facts["target.region"]]]
    leaves = [leaf for ids in named for i in ids for leaf in regions.value_set.terms[i].leaves]
    assert sorted(leaves) == sorted(set(leaves))
    assert set(leaves) == library.ask(BATTERY).question.sets["target.region"]
    for line in found.squares:
        for square, ids in zip(line, named, strict=False):
            for region in sorted({leaf for i in ids for leaf in regions.value_set.terms[i].leaves})[:3]:
                decision = library.decide(Scenario({**square.scenario, "target.region": region}), issuers=["US"], as_of="2024-12-01", known_by=KNOWN)
                assert decision.verdict == square.view.verdict


def test_what_was_never_supplied_is_no_verdict(library):
    """A weapon that the issuer is not on record as having given is blank, with the reason, and not silently something else."""
    found = library.matrix(
        BATTERY,
        rows="issuers",
        columns="weapons",
        row_values=["US", "GB"],
        column_values=["himars", "storm-shadow"],
        as_of="2024-12-01",
        known_by=KNOWN,
    )
    assert [[s.blank for s in line] for line in found.squares] == [[None, Blank.CONTRADICTION], [Blank.CONTRADICTION, None]]
    assert all(s.because for line in found.squares for s in line if s.blank)


def test_who_has_no_say_is_no_verdict(library):
    """An issuer that is not asked about the weapon at all is blank."""
    found = library.matrix(
        COUNTER_FIRE,
        rows="issuers",
        columns="kinds",
        row_values=["US", "PT"],
        column_values=["artillery"],
        as_of="2024-06-10",
        known_by=KNOWN,
    )
    assert [line[0].blank for line in found.squares] == [None, Blank.NO_SAY]


def test_missing_facts_are_named(library):
    """A square that depends on facts names them, in the data and in the text."""
    found = library.matrix(
        BATTERY, rows="issuers", columns="regions", row_values=["GB"], column_values=["RU-BEL"], as_of="2024-06-10", known_by=KNOWN
    )
    assert matrix_data(library.book, found)["cells"][0][0]["missing"] == [["weapon"]]
    assert "a  needs to know: weapon" in to_text(matrix_document(library.book, found, columns=78))


@pytest.mark.parametrize(
    ("kwargs", "codes"),
    [
        ({"rows": "issuers", "columns": "issuer"}, ["wrong-value"]),
        ({"columns": "regoins"}, ["unknown-fact"]),
        ({"column_values": ["Mosocw", "nowhere-land"]}, ["unknown-value"] * 2),
        ({"row_values": ["XX", "YY"]}, ["unknown-issuer"] * 2),
        ({"as_of": None}, ["no-day"]),
        ({"columns": "dates", "column_values": ["2024-13-01"], "as_of": None}, ["impossible-date"]),
    ],
)
def test_tables_that_cannot_be_made(library, kwargs, codes):
    """Unknown axes, values and issuers are all named at once; a matrix without a day is refused."""
    with pytest.raises(ScenarioError) as caught:
        library.matrix(BATTERY, **{"as_of": "2024-06-10", **kwargs})
    assert [d.code for d in caught.value.diagnostics] == codes


def test_scenarios_and_days_as_columns(library):
    """Whole scenarios, or days, can be the columns."""
    uses = [("belgorod", Scenario(COUNTER_FIRE)), ("crimea", Scenario({**Scenario(COUNTER_FIRE).facts, "target.region": "crimea"}))]
    found = library.matrix(uses, rows="issuers", columns="scenarios", row_values=["US"], as_of="2024-01-01", known_by=KNOWN)
    assert [s.view.verdict for s in found.squares[0]] == ["prohibited", "permitted"]
    found = library.matrix(
        COUNTER_FIRE, rows="issuers", columns="dates", row_values=["US"], column_values=["2024-01-01", "2024-06-10"], known_by=KNOWN
    )
    assert [s.view.verdict for s in found.squares[0]] == ["prohibited", "permitted"]


@pytest.mark.parametrize("width", [80, 100])
def test_text_fits(library, width):
    """Terminal text keeps to its width, whatever is shown."""
    book = library.book
    strips = library.timeline(KURSK, issuers=["GB", "FR", "IT"], known_by=KNOWN)
    squares = library.matrix(BATTERY, rows="weapons", columns="regions", issuers=["US"], as_of="2024-12-01", known_by=KNOWN)
    addresses = {c.url for s in book.statements.values() for c in s.sources}
    for text in (
        to_text(timeline_document(book, strips, columns=width - 2), width),
        to_text(matrix_document(book, squares, columns=width - 2), width),
    ):
        assert [line for line in text.splitlines() if len(line) > width and line.strip() not in addresses] == []


def test_the_same_question_gives_the_same_bytes(library):
    """JSON of a survey is the same on every run, and names its schema."""
    book = library.book
    texts = {json.dumps(timeline_data(book, library.timeline(KURSK, issuers=["GB"], known_by=KNOWN))) for _ in range(2)}
    assert len(texts) == 1
    assert '"schema": "caveat/timeline/1"' in texts.pop()
    table = library.matrix(
        BATTERY, rows="issuers", columns="regions", row_values=["US"], column_values=["RU-BEL"], as_of="2024-06-10", known_by=KNOWN
    )
    assert matrix_data(book, table)["schema"] == "caveat/matrix/1"


def test_markdown_has_stretches_and_tables(library):
    """Markdown shows each strip as it is drawn and stretch by stretch, and the matrix as a table, with the statements behind them."""
    text = to_markdown(timeline_document(library.book, library.timeline(COUNTER_FIRE, known_by=KNOWN)))
    assert "- 2023-05-23 to 2024-05-29  Prohibited\n  - Weapons given by" in text
    assert "```text\n|2022" in text
    table = library.matrix(
        BATTERY, rows="issuers", columns="regions", row_values=["US", "PL"], column_values=["Moscow"], as_of="2024-06-10", known_by=KNOWN
    )
    assert "| Poland | permitted |" in to_markdown(matrix_document(library.book, table))
