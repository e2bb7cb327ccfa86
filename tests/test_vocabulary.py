"""What the vocabulary says of facts: who supplied what, what it can do, what goes without saying, what is not so."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from command import caveat

from caveat import Library, Scenario, ScenarioError
from caveat.report.command import decide_command

if TYPE_CHECKING:
    from caveat.core.decision import Decision
    from caveat.core.question import Asking

ENGINES = ("reference", "compiled", "rete")
POLICIES = Path(__file__).parents[1] / "policies"
NEVER = "Taurus KEPD 350 cruise missile was never supplied by anyone, as far as the catalogue knows: it has no supplier"


def decided(library: Library, engine: str = "compiled", **facts: object) -> Decision:
    """The decision on a scenario of June 2024."""
    return library.decide(Scenario({"date": "2024-06-10", **{k.replace("__", "."): v for k, v in facts.items()}}), engine=engine)


def asked(library: Library, **facts: object) -> Asking:
    """The same scenario made ready, and not decided."""
    return library.ask(Scenario({"date": "2024-06-10", **{k.replace("__", "."): v for k, v in facts.items()}}))


def refused(library: Library, **facts: object) -> str:
    """The whole error with which a scenario is refused."""
    with pytest.raises(ScenarioError) as error:
        asked(library, **facts)
    return str(error.value)


# -- suppliers


@pytest.mark.parametrize("engine", ENGINES)
def test_what_was_never_given_has_no_supplier(library: Library, engine: str) -> None:
    """A weapon that nobody ever gave is permitted for nobody, and the answer says that it was never given."""
    answer = decided(library, engine, weapon="taurus", target__region="UA-63")
    assert (answer.verdict, answer.told) == ("unclear", (NEVER,))
    assert not any("supplier" in c.roles for c in answer.consents)


@pytest.mark.parametrize("donor", ["DE", "ES", "KR", "PL", "US"])
def test_a_donor_of_what_was_never_given_is_a_contradiction(library: Library, donor: str) -> None:
    """Naming a donor of it contradicts the catalogue, in its words."""
    error = refused(library, weapon="taurus", supplier=donor, target__region="UA-63")
    assert f"supplier: {donor} and weapon: taurus" in error or f"weapon: taurus and supplier: {donor}" in error
    assert NEVER in error


def test_a_transfer_of_it_can_be_asked(library: Library) -> None:
    """That it might be handed over is a question all the same."""
    assert decided(library, weapon="taurus", supplier="DE", action="transfer").told == ()


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
@pytest.mark.parametrize("verb", ["decide", "explain", "timeline", "matrix"])
def test_every_form_says_that_it_was_never_given(verb: str, form: str) -> None:
    """Every answer about such a weapon, in every form, says that it was never supplied."""
    axes = ["--rows", "dates", "--row-values", "2024-06-10", "--columns", "kinds", "--column-values", "artillery"] if verb == "matrix" else []
    ran = caveat(verb, "--weapon", "taurus", "--region", "UA-63", *(["--date", "2024-06-10"] if verb != "matrix" else []), *axes, "--format", form)
    assert ran.code == 0, ran.err
    assert "never supplied by anyone" in " ".join(ran.out.split())


@pytest.mark.parametrize("engine", ENGINES)
def test_a_supplier_that_is_not_listed_is_accepted_and_told(library: Library, engine: str) -> None:
    """Where a list of suppliers is not known to be complete, another supplier is accepted, and the answer says so."""
    listed = decided(library, engine, weapon="leopard-2", supplier="NL", target__region="UA-63")
    other = decided(library, engine, weapon="leopard-2", supplier="IS", target__region="UA-63")
    assert listed.told == ()
    assert "does not name the supplier of the weapon given among those of Leopard 2 tank" in other.told[0]
    assert other.verdict != "permitted"


def test_a_complete_list_bounds(library: Library) -> None:
    """Where the list is complete, another supplier contradicts the catalogue."""
    assert "the only suppliers of ATACMS M57" in refused(library, weapon="atacms-m57", supplier="FR")


# -- what a weapon can be used for


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"weapon": "pzh-2000", "action": "air-defence"}, "indirect fire only with the action strike or ground operation or transfer"),
        ({"weapon": "patriot", "action": "strike"}, "Patriot only with the action air defence or ground operation or transfer"),
        ({"weapon": "gbu-39", "platform": "himars-launcher"}, "bomb dropped from an aircraft only with the carrier no carrier or aircraft"),
        ({"weapon": "himars-gmlrs", "platform": "f-16"}, "indirect fire only with the carrier no carrier or launcher or gun on the ground"),
        ({"weapon": "storm-shadow", "action": "air-defence"}, "cruise missile only with the action strike or transfer"),
    ],
)
def test_a_use_that_cannot_be_is_a_contradiction(library: Library, facts: dict[str, str], why: str) -> None:
    """A weapon that is put to what it cannot do is no verdict but a contradiction that names the facts and the catalogue."""
    error = refused(library, **facts)
    assert why in error
    assert all(f"{fact}: {value}" in error for fact, value in facts.items())


def test_what_it_is_for_is_not_assumed_away(library: Library) -> None:
    """An air defence missile of which no action is told is asked about air defence, not refused as a strike."""
    answer = decided(library, weapon="patriot-pac-2", supplier="US", target__region="UA-63", target__kind="aircraft-in-flight")
    assert answer.asking.question.sets["action"] == {"air-defence", "transfer"}


# -- purposes


@pytest.mark.parametrize(
    ("purpose", "fact", "value"),
    [
        ("counter-fire", "target.activity", "not-attacking"),
        ("repel-incursion", "target.activity", "not-attacking"),
        ("interdiction", "target.activity", "attacking"),
        ("interdiction", "target.activity", "preparing-to-attack"),
        ("deep-strike", "action", "air-defence"),
        ("defence-of-own-territory", "target.region", "RU-BEL"),
        ("liberation", "target.region", "RU-KRS"),
    ],
)
def test_what_a_purpose_excludes(library: Library, purpose: str, fact: str, value: str) -> None:
    """A purpose contradicts what it excludes by definition, and its contrary rules the purpose out."""
    error = refused(library, **{"recipient": "UA", "purpose": purpose, fact: value})
    assert f"purpose: {purpose}" in error
    assert f"{fact}: {value}" in error
    assert purpose not in asked(library, **{"recipient": "UA", fact: value}).question.sets["purpose"]


def test_a_purpose_is_as_telling_as_what_it_implies(library: Library) -> None:
    """Interdiction is answered as fire at what neither attacks nor prepares to."""
    use = {"supplier": "US", "weapon": "himars", "target__region": "RU-BEL", "target__kind": "logistics"}
    by_purpose, by_activity = (decided(library, **use, **more) for more in ({"purpose": "interdiction"}, {"target__activity": "not-attacking"}))
    assert by_purpose.verdict == by_activity.verdict == "prohibited"


# -- what is not so, and what holds together


@pytest.mark.parametrize("engine", ENGINES)
def test_not_this_is_everything_else(library: Library, engine: str) -> None:
    """What is said not to be leaves all other values, in each spelling alike."""
    spellings = ("!RU-BEL", ["!RU-BEL"], {"not": "RU-BEL"}, {"not": ["Belgorod region"]})
    answers = [decided(library, engine, supplier="FR", weapon="caesar", target__region=said) for said in spellings]
    assert {a.scenario["target.region"] for a in answers} == {"!RU-BEL"}
    assert len({(a.verdict, a.possible, a.missing) for a in answers}) == 1
    assert "RU-BEL" not in answers[0].asking.question.sets["target.region"]
    assert "RU-KRS" in answers[0].asking.question.sets["target.region"]


def test_names_and_not_these(library: Library) -> None:
    """Beside names, what is said not to be is taken from them."""
    sets = decided(library, weapon=["long-range", "!atacms"], target__region=["crimea", "!UA-40"]).asking.question.sets
    assert sets["target.region"] == {"UA-43"}
    assert "storm-shadow" in sets["weapon"]
    assert not {"atacms-m57", "himars-gmlrs"} & sets["weapon"]


def test_an_approval_that_was_not_obtained(library: Library) -> None:
    """Of a fact that holds several things, one can be said not to hold; the others stay open."""
    sets = decided(library, weapon="himars", approvals="!us-pentagon").asking.question.sets
    assert sets["approvals.us-pentagon"] == {"no"}
    assert sets["approvals.us-president"] == {"yes", "no"}


def test_nothing_left_is_a_mistake(library: Library) -> None:
    """A fact of which nothing is left is refused."""
    assert "nothing is left that `target.region` could be" in refused(library, target__region=["UA-63", "!UA"])


def test_near_misses_after_the_mark(library: Library) -> None:
    """A name after the mark is looked up like any other."""
    assert "no region of the target `RU-BLG`" in refused(library, target__region="!RU-BLG")


@pytest.mark.parametrize("engine", ENGINES)
def test_who_gave_it_together_must_each_consent(library: Library, engine: str) -> None:
    """Of two states that gave a thing together, each has to consent, whichever is named first."""
    use = {"weapon": "f-16", "target__region": "RU-BEL", "target__kind": "airfield"}
    alone = decided(library, engine, supplier="NL", **use)
    both = [decided(library, engine, supplier=said, **use) for said in ({"together": ["NL", "BE"]}, "BE+NL", "Netherlands + Belgium")]
    assert alone.verdict != "prohibited"
    assert [b.verdict for b in both] == ["prohibited"] * 3
    assert {("BE", "supplier"), ("NL", "supplier")} <= {(c.issuer, role) for c in both[0].consents for role in c.roles}
    assert len({json.dumps(dict(b.scenario)) for b in both}) == 1


def test_one_state_is_not_two(library: Library) -> None:
    """A state gives nothing together with itself, and two are as many as can be said."""
    for said in ("BE+BE", {"together": ["BE"]}, {"together": ["BE", "NL", "DK"]}):
        assert "takes two different names together" in refused(library, supplier=said)


def test_the_printed_command_repeats_it(library: Library) -> None:
    """A command that is printed for what is not so, and for what was given together, asks the same."""
    facts = {"date": "2024-07-01", "supplier": {"together": ["BE", "NL"]}, "weapon": "f-16", "target.region": {"not": ["UA", "RU-BEL"]}}
    pieces = decide_command(facts, (), {"supplier": "--supplier", "target.region": "--region", "date": "--date"})
    assert "--region '!UA'" in pieces
    ran = caveat(*shlex.split(" ".join(pieces))[1:], "--format", "json")
    assert json.loads(ran.out)["scenario"] == library.ask(Scenario(facts)).said


def test_a_record_replays(tmp_path: Path) -> None:
    """A recorded decision on such a scenario replays to the same answer."""
    log = tmp_path / "log.jsonl"
    asked = caveat(
        "decide", "--date", "2024-07-01", "--supplier", "BE+NL", "--weapon", "f-16", "--region", "RU", "--region", "!RU-BEL", "--record", str(log)
    )
    assert asked.code == 0, asked.err
    assert caveat("replay", str(log)).code == 0


# -- what is taken for granted


@pytest.mark.parametrize(
    ("facts", "is_ukraine"),
    [
        ({"target__region": "UA-63"}, True),
        ({"target__region": "RU"}, True),
        ({"target__region": "black-sea"}, True),
        ({"weapon": "himars"}, True),
        ({"target__region": "PS-GZA"}, False),
        ({"target__region": "CY"}, False),
        ({"target__region": "MX-GRO", "weapon": "g36"}, False),
        ({"weapon": "mk-84"}, False),
        ({"supplier": "AE"}, False),
    ],
)
def test_no_recipient_leaks_into_another_theatre(library: Library, facts: dict[str, str], is_ukraine: bool) -> None:
    """Ukraine is taken for granted only where neither region nor weapon nor supplier speaks of another theatre."""
    ready = asked(library, **facts)
    assert ("recipient" in ready.assumed) == is_ukraine
    assert (ready.question.sets["recipient"] == {"UA"}) == is_ukraine


# -- seas, and order


@pytest.mark.parametrize("sea", ["black-sea-open", "sea-of-azov-open", "baltic-sea-open", "mediterranean-sea"])
def test_no_rule_about_a_state_reaches_the_high_seas(library: Library, sea: str) -> None:
    """The high seas lie within no state; a territorial sea lies within its own."""
    regions = library.book.vocabulary.value_sets["regions"].terms
    assert not any(sea in regions[state].leaves for state in ("UA", "RU"))
    assert {"black-sea-ru", "sea-of-azov-ru"} <= regions["RU"].leaves
    assert "black-sea-ua" in regions["UA"].leaves


def test_the_kerch_bridge_is_two_regions(library: Library) -> None:
    """The bridge by name is Crimea or Krasnodar Territory, and the answer depends on which."""
    answer = decided(library, supplier="US", weapon="atacms-m57", target__region="Kerch bridge", target__kind="bridge-military")
    assert answer.asking.question.sets["target.region"] == {"UA-43", "RU-KDA"}


def test_the_order_of_facts_is_content_and_changes_no_verdict(tmp_path: Path, library: Library) -> None:
    """Facts declared in another order are told in it and give another digest, and the same verdicts."""
    turned = tmp_path / "policies"
    for file in (*POLICIES.rglob("*.yaml"),):
        if not file.name.endswith((".cases.yaml", ".claims.yaml")):
            to = turned / file.relative_to(POLICIES)
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(file.read_bytes())
    path = turned / "vocabulary" / "facts.yaml"
    data = yaml.safe_load(path.read_text())
    data["facts"] = dict(reversed(data["facts"].items()))
    path.write_text(json.dumps(data))
    other = Library.load(turned)
    assert other.digest != library.digest
    for use in ({"weapon": "himars", "supplier": "US", "target__region": "RU-BEL"}, {"weapon": "f-16", "target__region": "UA"}):
        one, two = decided(library, **use), decided(other, **use)
        assert (one.verdict, one.possible) == (two.verdict, two.possible)
        assert {frozenset(m) for m in one.missing} == {frozenset(m) for m in two.missing}
        assert list(one.scenario) == ["date", *(f for f in library.book.vocabulary.facts if f in one.scenario)]
        assert list(two.scenario) == ["date", *(f for f in other.book.vocabulary.facts if f in two.scenario)]
