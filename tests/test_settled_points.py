"""What follows from how the clocks, overriding, superseding and evidence are settled, on the smallest libraries, in every engine and on sets."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from strategies import book_of
from test_law_examples import PERMIT, PROHIBIT, RECORD, rules_of, tiny

from caveat import Library
from caveat.core.book import Grade
from caveat.core.force import grade_known
from caveat.diagram.frame import frame
from caveat.diagram.norms import Side

if TYPE_CHECKING:
    from vocabularies import World

ENGINES = ("reference", "compiled", "rete", "sets")
GUN = {"supplier": "AA", "weapon": "gun"}


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine, and the analysis of sets."""
    return str(request.param)


def verdict(files: World, engine: str, as_of: str, known_by: str, grade: Grade | None = None) -> str:
    """What a library says of AA's gun on a day, as known on a day."""
    library = Library(book_of(files))
    if engine != "sets":
        return library.decide(GUN, as_of=as_of, known_by=known_by, min_grade=grade, engine=engine).verdict.value
    side = Side(library.book, date.fromisoformat(known_by), date.fromisoformat(as_of), least=grade)
    fr = frame([side])
    here = [fr.space.mask(level, (GUN[fact],)) for level, fact in enumerate(fr.space.facts)]
    return next(p.verdict for p, s in fr.norms[0].positions.items() if fr.space.meets(s, tuple(here)))


def resting_on(*statements: dict[str, Any], effect: str = "permit") -> World:
    """A library with one rule, which rests on these statements and has no first day of its own."""
    files = tiny()
    names = [f"s{n}" for n in range(len(statements))]
    files["AA/policy.yaml"]["statements"] = {name: {**RECORD, **s} for name, s in zip(names, statements, strict=True)}
    rules_of(files)["general"] = {**PERMIT, "effect": effect, "by": names}
    return files


# -- when a rule begins

LEAK = {"reported": "2024-05-01", "decided": "2024-05-01", "retracted": "2024-05-20"}
OFFICIAL = {"reported": "2024-06-01", "decided": "2024-06-01"}
MEMOIR = {"reported": "2025-01-01", "decided": "2024-03-01"}
PRESS = {"reported": "2024-05-01"}


@pytest.mark.parametrize("order", [1, -1])
def test_a_retracted_statement_gives_no_first_day(engine, order):
    """A leak of 1 May was taken back; what is known since is the decision of 1 June: on 15 May nothing held, however the two are named."""
    files = resting_on(*(LEAK, OFFICIAL)[::order])
    assert verdict(files, engine, "2024-05-15", "2024-07-01") == "unclear"
    assert verdict(files, engine, "2024-06-01", "2024-07-01") == "permitted"
    assert verdict(files, engine, "2024-05-15", "2024-05-19") == "permitted"


@pytest.mark.parametrize("order", [1, -1])
def test_a_statement_that_is_not_yet_public_gives_no_first_day(engine, order):
    """A memoir of 2025 tells of a decision in March 2024; until then only the press of May is known, and April is open."""
    files = resting_on(*(MEMOIR, PRESS)[::order])
    assert verdict(files, engine, "2024-04-01", "2024-06-01") == "unclear"
    assert verdict(files, engine, "2024-05-01", "2024-06-01") == "permitted"
    assert verdict(files, engine, "2024-04-01", "2025-01-01") == "permitted"


def test_the_earliest_day_that_any_statement_gives_counts(engine):
    """Of two statements that are both public, the rule begins on the earlier day, in whatever order they are named."""
    late, early = {"in_effect": "2024-06-01"}, {"in_effect": "2024-03-01"}
    for files in (resting_on(late, early), resting_on(early, late)):
        assert verdict(files, engine, "2024-03-01", "2024-07-01") == "permitted"
        assert verdict(files, engine, "2024-02-29", "2024-07-01") == "unclear"


def test_from_wins_over_what_the_statements_say(engine):
    """A `from` is the first day, whatever the statements give."""
    files = resting_on({"in_effect": "2024-03-01"})
    rules_of(files)["general"]["from"] = "2024-04-01"
    assert verdict(files, engine, "2024-03-31", "2024-07-01") == "unclear"
    assert verdict(files, engine, "2024-04-01", "2024-07-01") == "permitted"


def test_a_first_day_is_arguable_while_it_is_arguable_whether_its_statement_is_public(engine):
    """A report that came out at some time in June tells of a decision in March: read in June, it is arguable whether April is covered."""
    files = resting_on({"reported": "2024-06", "decided": "2024-03-01"}, {"in_effect": "2024-05-01"})
    assert verdict(files, engine, "2024-04-01", "2024-06-15") == "unclear"
    assert verdict(files, engine, "2024-04-01", "2024-06-30") == "permitted"
    assert verdict(files, engine, "2024-05-01", "2024-06-15") == "permitted"


def test_a_supersession_begins_when_what_is_known_of_the_newer_rule_says_so(engine):
    """The newer rule's first day was learned to be earlier: the older rule ends earlier, for whoever knows it."""
    files = tiny()
    files["AA/policy.yaml"]["statements"] |= {"press": {**RECORD, **PRESS}, "memoir": {**RECORD, **MEMOIR}}
    rules_of(files)["new"] = {"effect": "prohibit", "by": ["press", "memoir"], "summary": "no longer", "supersedes": "general"}
    assert verdict(files, engine, "2024-04-01", "2024-06-01") == "permitted"
    assert verdict(files, engine, "2024-04-01", "2025-01-01") == "prohibited"


# -- overriding is not inherited


def chained(**middle: Any) -> World:
    """`a` and `b` permit, `c` prohibits; `a` overrides `b`, and `b` overrides `c`."""
    files = tiny()
    further = {"later": {"reported": "2024-08-01", "decided": "2024-01-01"}, "gone": {"retracted": "2024-02-01"}}
    files["AA/policy.yaml"]["statements"] |= {name: {**RECORD, **dates} for name, dates in further.items() if name == middle.get("by")}
    files["AA/policy.yaml"]["rules"] = {
        "c": {"effect": "prohibit", "by": "said", "summary": "no"},
        "b": {**PERMIT, "overrides": "c", **middle},
        "a": {**PERMIT, "overrides": "b"},
    }
    return files


@pytest.mark.parametrize(
    "middle",
    [{"by": "later"}, {"by": "gone"}, {"until": "2024-02-01"}, {"from": "2024-12-01"}, {"when": {"weapon": "rocket"}}],
    ids=["not known", "retracted", "ended", "not begun", "condition not met"],
)
def test_an_exception_to_an_exception_does_not_touch_the_general_rule(engine, middle):
    """Where the exception in the middle applies, the last one stands; where it does not, the last and the general rule are in conflict."""
    assert verdict(chained(), engine, "2024-06-01", "2024-06-01") == "permitted"
    assert verdict(chained(**middle), engine, "2024-06-01", "2024-06-01") == "unclear"


def test_a_defeated_rule_still_defeats(engine):
    """`a` prohibits and overrides `b`, which overrides `c`: all three apply, and only `a` is left."""
    files = chained()
    files["AA/policy.yaml"]["rules"]["a"]["effect"] = "prohibit"
    files["AA/policy.yaml"]["rules"]["c"]["effect"] = "permit"
    assert verdict(files, engine, "2024-06-01", "2024-06-01") == "prohibited"


# -- superseding is not undone


def test_when_the_newer_rule_ends_the_older_does_not_come_back(engine):
    """A rule that was superseded stays ended when its successor ends: silence follows."""
    files = tiny()
    rules_of(files)["new"] = {
        "effect": "prohibit",
        "by": "said",
        "summary": "no",
        "from": "2024-03-01",
        "until": "2024-04-30",
        "supersedes": "general",
    }
    assert verdict(files, engine, "2024-02-29", "2024-06-01") == "permitted"
    assert verdict(files, engine, "2024-04-30", "2024-06-01") == "prohibited"
    assert verdict(files, engine, "2024-05-01", "2024-06-01") == "unclear"


# -- several roles, one voice


def two_hats() -> World:
    """AA permits as the supplier of the weapon and prohibits as the supplier of the carrier."""
    files = tiny()
    files["vocabulary/facts.yaml"]["facts"]["carrier_supplier"] = {"title": "carrier", "question": "Whose?", "values": "parties"}
    files["vocabulary/facts.yaml"]["consents"].append({"role": "carrier-supplier", "issuer_is": "carrier_supplier", "donor": True})
    rules_of(files)["general"]["when"] = {"role": "supplier"}
    rules_of(files)["carrier"] = {"effect": "prohibit", "by": "said", "summary": "no", "when": {"role": "carrier-supplier"}}
    return files


@pytest.mark.parametrize("name", ["reference", "compiled", "rete"])
def test_an_issuer_speaks_once_in_all_its_roles(name):
    """Rules for both of its roles apply together, and here they are in conflict: one consent, open."""
    found = Library(book_of(two_hats())).decide({**GUN, "carrier_supplier": "AA"}, as_of="2024-06-01", known_by="2024-06-01", engine=name)
    (consent,) = found.consents
    assert (consent.verdict, consent.roles) == ("unclear", ("carrier-supplier", "supplier"))
    assert set(consent.rules) == {"AA/general", "AA/carrier"}


# -- denied, confirmed, retracted


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({"denied": "2024-03-01", "confirmed": "2024-03-02"}, "permitted"),
        ({"denied": "2024-03-01", "confirmed": "2024-03-01"}, "unclear"),
        ({"denied": "2024-03-02", "confirmed": "2024-03-01"}, "unclear"),
        ({"denied": "2024-03", "confirmed": "2024-03-31"}, "unclear"),
        ({"denied": "2024-03", "confirmed": "2024-04-01"}, "permitted"),
        ({"denied": "2024-03-01", "confirmed": "2024-03"}, "unclear"),
    ],
)
def test_only_a_confirmation_that_certainly_came_later_clears_a_denial(engine, dates, expected):
    """On the same day, or on a day that may have been the same or earlier, it is arguable whether a denied statement stands."""
    assert verdict(resting_on(dates), engine, "2024-06-01", "2024-06-01") == expected


@pytest.mark.parametrize(
    ("known_by", "expected"), [("2024-05-09", "unclear"), ("2024-05-10", "unclear"), ("2024-05-30", "unclear"), ("2024-05-31", "permitted")]
)
def test_a_confirmation_of_an_unknown_day_lifts_the_grade_for_certain_from_its_latest_day(engine, known_by, expected):
    """Confirmed at some time from 10 to 31 May: asked for what is on record, it is permitted only from the 31st."""
    files = resting_on({"confirmed": {"between": ["2024-05-10", "2024-05-31"]}})
    assert verdict(files, engine, "2024-05-01", known_by, Grade.ON_RECORD) == expected


def test_a_prohibition_on_a_confirmation_of_an_unknown_day_is_arguable_between(engine):
    """A certain permission and a ban that is confirmed at some time in May: before, between and after, the answer is not permitted."""
    files = resting_on({"confirmed": "2024-05"}, effect="prohibit")
    days = ("2024-04-30", "2024-05-15", "2024-05-31")
    assert [verdict(files, engine, "2024-02-01", d, Grade.ON_RECORD) for d in days] == ["unclear", "unclear", "prohibited"]


def test_between_the_days_of_a_confirmation_its_own_point_is_what_is_arguable():
    """Before the earliest day only the evidence is in doubt; between, also whether it was confirmed by then."""
    library = Library(book_of(resting_on({"confirmed": "2024-05"})))
    found = [library.decide(GUN, as_of="2024-02-01", known_by=d, min_grade=Grade.ON_RECORD) for d in ("2024-04-30", "2024-05-01", "2024-05-31")]
    points = [{r.point for r in d.consents[0].readings} for d in found]
    assert points == [{"stands/AA/s0"}, {"stands/AA/s0", "confirmed/AA/s0"}, set()]


@pytest.mark.parametrize(
    ("grade", "known_by", "expected"),
    [
        ("on-record", "2024-02-29", Grade.ANONYMOUS),
        ("on-record", "2024-03-30", Grade.ANONYMOUS),
        ("on-record", "2024-03-31", Grade.ON_RECORD),
        ("official-text", "2024-02-29", Grade.OFFICIAL_TEXT),
        ("claim", "2024-02-29", Grade.CLAIM),
    ],
)
def test_until_it_is_confirmed_a_report_is_worth_the_word_of_unnamed_officials(grade, known_by, expected):
    """Confirmed in March: worth less until the last day of March; a text that was official from its first day is not lowered."""
    book = book_of(resting_on({"grade": grade, "confirmed": "2024-03"}))
    assert grade_known(book.statements["AA/s0"], date.fromisoformat(known_by)) == expected
    (consent,) = Library(book).decide(GUN, as_of="2024-02-01", known_by=known_by).consents
    assert consent.grade == expected


def test_an_official_text_is_evidence_from_its_first_day(engine):
    """Asked for what is on record, a text that is official is not made arguable by a confirmation that comes later."""
    files = resting_on({"grade": "official-text", "confirmed": "2024-05-01"})
    assert verdict(files, engine, "2024-02-01", "2024-02-01", Grade.OFFICIAL_TEXT) == "permitted"


@pytest.mark.parametrize(("known_by", "expected"), [("2024-02-29", "permitted"), ("2024-03-01", "unclear"), ("2024-03-30", "unclear")])
def test_a_retraction_of_an_unknown_day_is_arguable_between(engine, known_by, expected):
    """Taken back at some time in March: until then it holds; in March it is arguable, and what is arguable names the point."""
    files = resting_on({"retracted": "2024-03"})
    assert verdict(files, engine, "2024-02-01", known_by) == expected
    (consent,) = Library(book_of(files)).decide(GUN, as_of="2024-02-01", known_by=known_by).consents
    assert {r.point for r in consent.readings} == ({"retracted/AA/s0"} if expected == "unclear" else set())


def test_after_the_last_day_of_a_retraction_a_rule_is_gone(engine):
    """Taken back at some time in March: on its last day it is gone for certain, and no rule is named."""
    files = resting_on({"retracted": "2024-03"})
    assert verdict(files, engine, "2024-02-01", "2024-03-31") == "unclear"
    (consent,) = Library(book_of(files)).decide(GUN, as_of="2024-02-01", known_by="2024-03-31").consents
    assert (consent.rules, consent.readings) == ((), ())


def test_rules_that_override_each_other_differently_are_told_apart():
    """Two libraries that differ in nothing but `overrides`: their difference is the uses that both rules apply to."""
    from caveat.diff.difference import Asked
    from caveat.diff.run import difference

    before, after = tiny(), tiny()
    rules_of(before)["ban"] = {**PROHIBIT}
    rules_of(after)["ban"] = {k: v for k, v in PROHIBIT.items() if k != "overrides"}
    day = date(2024, 6, 1)
    sides = [Asked(name, book_of(files), "AA", day, day, None, {}, "") for name, files in (("before", before), ("after", after))]
    found = difference([(sides[0], sides[1])], where={}, said={})
    assert [(r.before, r.after, r.scenarios) for r in found.regions] == [("prohibited", "unclear", 2)]
