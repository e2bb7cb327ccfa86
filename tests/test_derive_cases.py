"""Decisions on case files: what follows from reports decides, is explained, and gives way to what the scenario says."""

from __future__ import annotations

import json
from datetime import timedelta
from random import Random

import pytest
from conftest import ROOT
from hypothesis import given
from incidents import FIRST, FORCES, report, some_dated
from seeding import examples
from strategies import seeds

from caveat import Library, Scenario
from caveat.decide.story import decision_story
from caveat.decide.to_json import decision_data
from caveat.explain.story import explanation_story
from caveat.explain.to_json import explanation_data
from caveat.incidents import reference
from caveat.incidents.case import Deriving
from caveat.load.scenarios import read_scenarios
from caveat.report.canonical_json import to_json
from caveat.report.markdown import to_markdown
from caveat.report.text import to_text
from caveat.store.canonical import from_data, text_of, to_data

SOURCE = {"publisher": "Example Gazette", "date": "2024-05-30", "no_url": "made up for this test"}
USE = {"date": "2024-05-31", "supplier": "US", "weapon": "himars", "target.region": "RU-BEL", "target.kind": "artillery"}
KNOWN = "2026-05-31"


def shelling(ident="shelling", when="2024-05-30", **more):
    return {
        "id": ident, "kind": "attack", "from": "RU-BEL", "against": "UA-63", "force": "artillery", "when": when, "reported": when,
        "sure": "confirmed", "source": SOURCE, **more,
    }  # fmt: skip


def left(when="2024-06-01", **more):
    return shelling("left", when, **{"kind": "movement", **more}) | {"against": "UA-63"}


def decided(library, *reports, known_by=KNOWN, more=None, **use):
    return library.decide({**USE, **use, "reports": list(reports)}, known_by=known_by, **(more or {}))


def followed(decision):
    """What counts, in short: fact, values, derivation, certain or not."""
    return {(d.fact, d.values, d.derivation, d.is_certain) for d in decision.derived if not d.set_aside}


ATTACKING = ("target.activity", ("attacking",), "attack-within-window", True)
KHARKIV = ("target.threatens", ("UA-63",), "threatens-what-it-fires-at", True)


def test_reports_of_shelling_permit_and_are_named(library, engine):
    """With a report of fire from where the target is, the use is permitted, because of that report, by that derivation."""
    decision = decided(library, shelling(), more={"engine": engine})
    assert decision.verdict == "permitted"
    assert followed(decision) == {ATTACKING, KHARKIV}
    assert all(d.reports == ("shelling",) for d in decision.derived)


def test_it_is_as_if_the_facts_had_been_said(library):
    """A certain fact decides as the same fact said by the scenario: same rules, same sources."""
    said = library.decide({**USE, "target.activity": "attacking", "target.threatens": "UA-63"}, known_by=KNOWN)
    assert decided(library, shelling()).answer == said.answer


def test_without_reports_that_bear_on_it_facts_are_needed(library):
    """No report, a report from elsewhere, and one of something else leave the fact open."""
    other = [shelling("a", **{"from": "RU-BRY"}), shelling("b", force="armour"), shelling("c", "2024-05-01"), shelling("d", "2024-06-05")]
    for reports in ([], other):
        decision = decided(library, *reports)
        assert (decision.verdict, followed(decision)) == ("needs-facts", set())


def test_dropped_derivations_leave_the_fact_open(library):
    """Without derivations nothing follows, and the reports are still checked."""
    decision = decided(library, shelling(), more={"derivations": False})
    assert (decision.verdict, decision.derived) == ("needs-facts", ())


@pytest.mark.parametrize(
    ("change", "doubt"),
    [
        ({"sure": "unsure"}, "unsure"),
        ({"when": "2024-05-26"}, "nobody said how long"),
        ({"when": {"between": ["2024-05-28", "2024-05-30"]}}, "roughly known"),
        ({"force": ["artillery", "armour"]}, "what force"),
        ({"from": ["RU-BEL", "RU-KRS"]}, "from where"),
    ],
)
def test_a_doubtful_report_makes_it_unclear_not_unknown(library, change, doubt):
    """What a report leaves in doubt is arguable, with the reason, and never asks for facts."""
    decision = decided(library, {**shelling(), **change, "reported": "2024-05-30"})
    assert decision.verdict == "unclear"
    assert any(doubt in text for d in decision.derived for text in d.doubts)
    assert decision.missing == ()


def test_a_later_report_that_the_battery_left_stands_against_it(library):
    """A departure on a later day negates what followed; on the same day it may have been before or after; before, it does not."""
    assert followed(decided(library, shelling(), left("2024-05-31"))) == set()
    assert decided(library, shelling(), left("2024-05-31")).verdict == "needs-facts"
    assert decided(library, shelling(), left("2024-05-30")).verdict == "unclear"
    assert decided(library, shelling(), left("2024-05-31", sure="unsure")).verdict == "unclear"
    assert decided(library, shelling(), left("2024-05-29")).verdict == "permitted"
    aside = [d for d in decided(library, shelling(), left("2024-05-31")).derived if d.set_aside]
    assert {d.by for d in aside} == {("left",)}


def test_a_report_counts_only_once_it_is_public(library):
    """Asked with what was public before a report, the report does not exist; nor does its correction before its own day."""
    late = shelling(reported="2024-06-03")
    assert decided(library, late, known_by="2024-06-02").verdict == "needs-facts"
    assert decided(library, late, known_by="2024-06-03").verdict == "permitted"
    correction = shelling("again", corrects="shelling", reported="2024-06-05") | {"from": "RU-BRY"}
    assert decided(library, shelling(), correction, known_by="2024-06-04").verdict == "permitted"
    assert decided(library, shelling(), correction, known_by="2024-06-05").verdict == "needs-facts"


def test_the_day_asked_about_bounds_what_has_happened(library):
    """A report of what happens after the day asked about, or too long before it, does not count on that day."""
    how = {"known_by": KNOWN}
    asked = {**USE, "reports": [shelling()]}
    assert [library.decide(asked, as_of=day, **how).verdict for day in ("2024-05-29", "2024-05-30", "2024-05-31", "2024-06-02", "2024-06-10")] == [
        "prohibited",
        "permitted",
        "permitted",
        "unclear",
        "needs-facts",
    ]


def test_over_several_days_only_what_follows_on_each_counts(library):
    """A fact that follows on some of the days asked about, and not on others, stays open; without a day nothing follows."""
    assert decided(library, shelling(), date="2024-05-30/2024-05-31").verdict == "permitted"
    spread = decided(library, shelling(), date="2024-05-31/2024-06-09")
    assert spread.verdict == "needs-facts"
    assert {d.set_aside for d in spread.derived} == {"it does not follow on every day asked about"}
    no_day = library.decide({k: v for k, v in USE.items() if k != "date"} | {"reports": [shelling()]}, known_by=KNOWN)
    assert (no_day.derived, no_day.verdict) == ((), "needs-facts")
    assert "No day was given" in to_text(decision_story(library.book, no_day))
    assert "spans more than" in to_text(decision_story(library.book, decided(library, shelling(), date="2024")))


def test_what_the_scenario_says_goes_before_reports(library):
    """A fact that is stated is not derived; the answer says that reports would have said otherwise."""
    decision = decided(library, shelling(), **{"target.activity": "not-attacking"})
    assert decision.verdict == "prohibited"
    assert ("target.activity", "the scenario says what it is") in {(d.fact, d.set_aside) for d in decision.derived}
    elsewhere = decided(library, shelling(), **{"target.threatens": "UA-59"})
    assert ATTACKING[0] not in {d.fact for d in elsewhere.derived if not d.set_aside}


def test_what_contradicts_the_scenario_does_not_follow(library):
    """A report that cannot be so, given what was said, is set aside, and the scenario is answered, not refused."""
    quiet = {"target.activity": "attacking", "target.threatens": "UA-59"}
    assert decided(library, shelling(), **quiet).verdict == library.decide({**USE, **quiet}, known_by=KNOWN).verdict


def test_an_issuer_may_read_reports_otherwise(library):
    """Forces that gather are preparing to attack for Washington, and only arguably so for Berlin."""
    massing = shelling("massing", "2024-06-03", kind="build-up", force="troops")
    use = {"date": "2024-06-05", "target.kind": "troops"}
    american, german = decided(library, massing, **use), decided(library, massing, **use, supplier="DE", weapon="mars-ii")
    assert {c.issuer: c.verdict for c in american.consents if c.issuer in ("US", "DE")} == {"US": "permitted"}
    assert {c.issuer: c.verdict for c in german.consents if c.issuer in ("US", "DE")} == {"US": "permitted", "DE": "unclear"}
    own = [d for d in german.derived if d.issuer == "US"]
    assert [(d.derivation, d.is_certain) for d in own] == [("US/build-up-across-the-border", True)]


def test_a_reading_counts_only_once_its_statement_is_public(library):
    """Before the statement on which an issuer's own reading rests was public, the general reading holds for it."""
    massing = shelling("massing", "2024-05-28", kind="build-up", force="troops")
    before = decided(library, massing, known_by="2024-05-29", **{"target.kind": "troops"})
    assert {d.derivation for d in before.derived} == {"build-up-across-the-border", "threatens-what-it-masses-against"}


def test_attacks_on_two_regions_make_it_arguable_which_is_threatened(library):
    """Two reports that disagree leave it arguable, and ask for no facts; whichever it is, the force attacks."""
    both = decided(library, shelling(), shelling("sumy", against="UA-59"), date="2024-06-20")
    assert both.verdict == "needs-facts"
    now = decided(library, shelling("a", "2024-06-19"), shelling("b", "2024-06-19", against="UA-59"), date="2024-06-20")
    assert now.verdict == "permitted"
    early = decided(library, shelling(), shelling("sumy", against="UA-59"))
    assert early.verdict == "unclear"
    assert any(a.point.startswith("derived/target.threatens/") for c in early.consents for a in c.readings)


def test_an_open_region_is_asked_for_where_it_matters(library):
    """Where the target's region is not known, the reports settle it for the regions they speak of, and it is asked for."""
    decision = decided(library, shelling(), **{"target.region": ["RU-BEL", "UA-63"]})
    assert decision.verdict == "permitted"
    open_region = decided(library, shelling(), **{"target.region": ["RU-BEL", "RU-MOW"]})
    assert open_region.verdict == "needs-facts"
    assert open_region.missing[0] == ("target.region",)


def test_explanations_carry_the_premises(library):
    """The text, the Markdown and the data of an explanation name fact, reports and derivation."""
    found = library.explain({**USE, "reports": [shelling("3"), shelling("7", "2024-05-31", sure="likely")]}, known_by=KNOWN)
    words = "attacking, because of reports 3 and 7"
    assert f"{words} [attack-within-window]" in to_text(explanation_story(library.book, found)).replace("\n    ", " ")
    assert f"{words} (`attack-within-window`)" in to_markdown(decision_story(library.book, found.decision))
    assert ["3", "7"] in [d["reports"] for d in explanation_data(library.book, found)["derived"]]
    assert any(set(t.where) == {"date"} for t in found.turns)


def test_in_no_order_and_always_the_same_bytes(library):
    """The order of reports never matters, nor how often it is asked."""
    reports = [shelling(), shelling("b", "2024-05-29", sure="unsure"), left("2024-05-30", sure="unsure"), shelling("d", against="UA-59")]
    texts = {to_json(decision_data(library.book, decided(library, *order))) for order in (reports, reports[::-1], reports[2:] + reports[:2], reports)}
    assert len(texts) == 1


def test_the_library_and_its_derivations_survive_the_cache(library):
    """Derivations are part of what is digested and kept: written and read again they are the same."""
    again = from_data(json.loads(text_of(to_data(library.book))))
    assert again.reporting == library.book.reporting
    assert decided(Library(again), shelling()).answer == decided(library, shelling()).answer


def test_a_timeline_of_a_case_follows_its_reports(library):
    """Asked day by day, the verdict turns with the reports."""
    story = library.timeline({**USE, "reports": [shelling()]}, since="2024-05-28", until="2024-06-12", known_by=KNOWN, issuers=["US"])
    assert story is not None


def random_case(rng):
    reports = []
    for n in range(rng.randint(1, 5)):
        reports.append(report(rng, n, [r.id for r in reports]))
    facts = {
        "date": str(some_dated(rng, 16)), "supplier": rng.choice(["US", "DE", "CA"]), "platform": "none", "approvals": "none", "setting": "open",
        "adversary": "state-army", "target.region": rng.choice(["RU-BEL", "RU-KRS", ["RU-BEL", "RU-KRS"]]), "target.kind": rng.choice(FORCES),
    }  # fmt: skip
    facts["weapon"] = {"US": "himars-gmlrs", "DE": "mars-ii", "CA": "m777"}[facts["supplier"]]
    for fact, values in (("target.threatens", ["UA-63", "UA-59"]), ("purpose", ["counter-fire", "interdiction"])):
        if rng.random() < 0.3:
            facts[fact] = rng.choice(values)
    return {**facts, "reports": reports}, str(FIRST + timedelta(days=rng.randint(3, 700)))


@examples(25)
@given(seeds)
def test_the_engines_agree_on_cases(library, seed):
    """The compiled engine answers a case as the reference does, by durable-rules as by the plain meaning of derivations."""
    asked, known_by = random_case(Random(seed))
    ready = library.ask(asked, known_by=known_by)
    assert library.answer(ready) == library.answer(ready, "reference")
    plain = Library(library.book)
    plain.__dict__["_deriving"] = Deriving(library.book, reference.findings)
    assert plain.decide(asked, known_by=known_by).answer == library.decide(asked, known_by=known_by).answer


@pytest.mark.parametrize("name", ["founding-case-from-reports", "founding-case-from-an-unsure-report", "massing-across-the-border-german"])
def test_the_shipped_cases_agree_in_every_engine(library, name):
    """Each shipped case has one answer, by any engine."""
    path = ROOT / "examples" / f"{name}.yaml"
    ((_, facts, places),) = read_scenarios(path.read_bytes(), path.name)
    answers = [library.decide(Scenario(facts, places=places), known_by=KNOWN, engine=e).answer for e in ("compiled", "reference", "rete")]
    assert answers[0] == answers[1] == answers[2]
