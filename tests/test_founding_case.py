"""The founding article of 31 May 2024, question by question, on both engines."""

from __future__ import annotations

import pytest

BATTERY = {
    "supplier": "US",
    "weapon": "himars",
    "target.region": "RU-BEL",
    "target.kind": "artillery",
    "target.activity": "attacking",
    "target.threatens": "UA-63",
}
NEXT_DAY = "2024-05-31"


def asked(library, engine, date=NEXT_DAY, known_by="2026-03-31", **facts):
    scenario = {**BATTERY, "date": date, **{k.replace("__", "."): v for k, v in facts.items()}}
    return library.decide({k: v for k, v in scenario.items() if v is not None}, known_by=known_by, engine=engine)


def consent(decision, issuer):
    return next(c for c in decision.consents if c.issuer == issuer)


@pytest.mark.parametrize(
    ("date", "verdict", "rule"), [("2024-05-29", "prohibited", "US/not-on-russian-territory"), (NEXT_DAY, "permitted", "US/kharkiv-counter-fire")]
)
def test_counter_fire_from_30_may(library, engine, date, verdict, rule):
    """HIMARS against a battery in Belgorod that fires on Kharkiv: prohibited the day before, permitted the day after, each with its rule and source."""
    decision = asked(library, engine, date)
    assert decision.verdict == verdict
    assert rule in consent(decision, "US").rules
    assert all(library.book.statements[s].sources for s in consent(decision, "US").statements)


def test_the_general_rule_is_set_aside_by_the_exception(library, engine):
    """The permission says which rule it set aside."""
    pairs = consent(asked(library, engine), "US").set_aside
    assert ("US/not-on-russian-territory", "US/kharkiv-counter-fire") in pairs


def test_long_atacms_stays_barred(library, engine):
    """The same with the ATACMS of 300 km is prohibited."""
    assert asked(library, engine, weapon="atacms-m57").verdict == "prohibited"


def test_short_atacms_is_unclear(library, engine):
    """The same with the shorter ATACMS is unclear, for the analyst's reason."""
    decision = asked(library, engine, weapon="atacms-m39")
    assert decision.verdict == "unclear"
    assert "US/shorter-atacms" in [a.point for a in consent(decision, "US").readings]


def test_moscow_is_prohibited_whatever_the_weapon(library, engine):
    """Any American weapon in Moscow is prohibited."""
    decision = asked(library, engine, weapon=None, target__region="RU-MOW", target__activity=None, target__threatens=None)
    assert decision.verdict == "prohibited"


@pytest.mark.parametrize("region", ["UA-43", "UA-40", "UA-14", "UA-63"])
def test_ukrainian_territory_is_permitted(library, engine, region):
    """In Ukraine, Crimea and Sevastopol included, it is permitted."""
    assert asked(library, engine, target__region=region, target__activity=None, target__threatens=None).verdict == "permitted"


def test_the_activity_is_asked_for(library, engine):
    """Without the target's activity the answer names it, and nothing else."""
    decision = asked(library, engine, target__activity=None)
    assert decision.verdict == "needs-facts"
    assert decision.missing == (("target.activity",),)


@pytest.mark.parametrize("region", ["RU-BEL", "UA-63", "RU-MOW"])
def test_a_hospital_is_prohibited_by_the_floor(library, engine, region):
    """A hospital anywhere is prohibited by Additional Protocol I."""
    decision = asked(library, engine, target__kind="hospital", target__region=region, target__activity=None, target__threatens=None)
    assert decision.verdict == "prohibited"
    assert consent(decision, "AP-I").verdict == "prohibited"


def test_what_was_not_yet_known_does_not_permit(library, engine):
    """Asked with what was public on 29 May, the use of 31 May was prohibited."""
    assert asked(library, engine, known_by="2024-05-29").verdict == "prohibited"


@pytest.mark.parametrize(("donor", "weapon"), [("FR", "caesar"), ("GB", "as-90")])
def test_no_objection_is_what_the_article_reports(library, engine, donor, weapon):
    """On 31 May 2024, as known then, France and the United Kingdom do not object; the day before, that was not known."""
    assert asked(library, engine, supplier=donor, weapon=weapon, known_by=NEXT_DAY).verdict == "permitted"
    assert asked(library, engine, supplier=donor, weapon=weapon, known_by="2024-05-30").verdict == "unclear"


def test_no_objection_from_paris_is_within_what_the_president_excepted(library, engine):
    """What attacks nobody stays barred to French weapons on 31 May 2024, as known then."""
    assert asked(library, engine, supplier="FR", weapon="caesar", target__activity="not-attacking", known_by=NEXT_DAY).verdict == "prohibited"


def test_no_objection_from_london_leaves_its_promise_on_storm_shadow(library, engine):
    """The assurance on Storm Shadow stands on 31 May 2024, as known then."""
    decision = asked(library, engine, supplier="GB", weapon="storm-shadow", known_by=NEXT_DAY)
    assert consent(decision, "GB").verdict == "prohibited"


def test_poland_named_no_limits(library, engine):
    """Poland's own say, as known on 31 May 2024, permits."""
    assert consent(asked(library, engine, supplier="PL", weapon="krab", known_by=NEXT_DAY), "PL").verdict == "permitted"


def test_warnings_from_moscow_have_no_effect(library):
    """The warnings and comments of the article are statements without effect, each with a reason."""
    statement = library.book.statements["US/us-2024-05-31-moscow-warnings"]
    assert statement.no_effect is not None
    assert not any(statement.id in rule.statements for rule in library.book.rules)
