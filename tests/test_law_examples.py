"""The laws on the smallest libraries."""

from contextlib import suppress
from copy import deepcopy
from typing import Any

import pytest
from fuzz import ENGINES
from strategies import SOURCE, book_of
from vocabularies import FACTS, World

from caveat import Library, PolicyError
from caveat.core.book import Grade

RECORD = {"by": "someone", "says": "something", "grade": "on-record", "reported": "2024-01-01", "sources": [SOURCE]}
ROLES = ("supplier", "carrier-supplier", "origin", "data")
DONOR = {"role": "supplier", "issuer_is": "supplier", "donor": True}
PERMIT = {"effect": "permit", "by": "said", "summary": "it may"}
PROHIBIT = {"effect": "prohibit", "by": "said", "summary": "it may not", "overrides": "general"}


def fact(values: str, **more: Any) -> dict[str, Any]:
    return {"title": values, "question": "Which?", "values": values, **more}


def tiny(**terms: dict[str, Any]) -> World:
    """A library in which AA permits everything; `terms` are the weapons."""
    weapons = {name: {"name": f"the {name}", **term} for name, term in (terms or {"gun": {}, "rocket": {}}).items()}
    return {
        FACTS: {
            "facts": {"supplier": fact("parties"), "weapon": fact("weapons")},
            "roles": dict.fromkeys(ROLES, "a role"),
            "consents": [DONOR, {"listed_by": "weapon"}],
        },
        "vocabulary/parties.yaml": {"values": "parties", "terms": {"AA": {"name": "Aland"}, "BB": {"name": "Bland"}}},
        "vocabulary/weapons.yaml": {"values": "weapons", "terms": weapons},
        "AA/policy.yaml": {"issuer": "AA", "name": "Aland", "statements": {"said": deepcopy(RECORD)}, "rules": {"general": dict(PERMIT)}},
    }


def answer(files: World, engine: str = "compiled", as_of: str | None = "2024-06-01", **facts: Any) -> Any:
    said = {"supplier": "AA", "weapon": "gun", **facts}
    return Library(book_of(files)).decide(said, as_of=as_of, known_by="2024-06-01", engine=engine)


def rules_of(files: World) -> dict[str, Any]:
    return files["AA/policy.yaml"]["rules"]


@pytest.mark.parametrize("engine", ENGINES)
def test_law_5_a_supersession_not_yet_known_has_not_happened(engine):
    """A rule that a later report ends holds, for whoever does not know the report, even on days after its end."""
    files = tiny()
    files["AA/policy.yaml"]["statements"]["later"] = {**RECORD, "reported": "2025-01-01", "decided": "2024-02-01"}
    rules_of(files)["new"] = {"effect": "prohibit", "by": "later", "summary": "no longer", "supersedes": "general"}
    library = Library(book_of(files))
    said = {"supplier": "AA", "weapon": "gun"}
    assert library.decide(said, as_of="2024-03-01", known_by="2024-06-01", engine=engine).verdict == "permitted"
    assert library.decide(said, as_of="2024-03-01", known_by="2025-01-01", engine=engine).verdict == "prohibited"
    assert library.decide(said, as_of="2024-01-31", known_by="2025-01-01", engine=engine).verdict == "permitted"


@pytest.mark.parametrize("engine", ENGINES)
def test_section_3_an_exception_to_an_exception_wins(engine):
    """Of three rules, each an exception to the one before, the last decides alone: it defeats the second, which defeats the first."""
    files = tiny()
    rules_of(files)["exception"] = PROHIBIT
    rules_of(files)["again"] = {**PERMIT, "overrides": "exception"}
    (consent,) = answer(files, engine).consents
    assert consent.rules == ("AA/again",)
    assert set(consent.set_aside) == {("AA/general", "AA/exception"), ("AA/exception", "AA/again")}


@pytest.mark.parametrize("engine", ENGINES)
def test_section_3_a_higher_grade_never_drops_a_prohibition(engine):
    """Asked for better evidence than a prohibition has, the answer is unclear, and not permitted."""
    files = tiny()
    files["AA/policy.yaml"]["statements"]["said"]["grade"] = "official-text"
    files["AA/policy.yaml"]["statements"]["rumour"] = {**RECORD, "grade": "press"}
    rules_of(files)["ban"] = {**PROHIBIT, "by": "rumour"}
    library = Library(book_of(files))
    asked = {"supplier": "AA", "weapon": "gun", "date": "2024-06-01"}
    assert library.decide(asked, known_by="2024-06-01", engine=engine).verdict == "prohibited"
    assert library.decide(asked, known_by="2024-06-01", min_grade=Grade.ON_RECORD, engine=engine).verdict == "unclear"


@pytest.mark.parametrize("engine", ENGINES)
def test_law_3_a_donor_without_a_policy_on_file_has_permitted_nothing(engine):
    """The carrier's supplier permits; the weapon's supplier has no policy file, was never asked, and so it is open."""
    files = tiny()
    files[FACTS]["facts"]["carrier_supplier"] = fact("parties")
    files[FACTS]["consents"].append({"role": "carrier-supplier", "issuer_is": "carrier_supplier", "donor": True})
    assert answer(files, engine, supplier="BB", carrier_supplier="AA").verdict == "unclear"


def test_law_7_a_listed_say_in_a_donors_role_is_no_donors_say():
    """AA has a say over the gun, in the role of a supplier but without giving it: no donor permits, in any engine."""
    files = tiny(gun={"say": [{"issuer": "AA", "role": "supplier"}]})
    files[FACTS]["facts"]["recipient"] = fact("parties")
    files[FACTS]["consents"][0] = {**DONOR, "but_not": "recipient"}
    assert [answer(files, e, recipient="AA").verdict.value for e in ENGINES] == ["unclear"] * len(ENGINES)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_number_in_a_say_is_as_arguable_as_in_a_rule(engine):
    """The range is 70 to 90 km; whoever has a say over what reaches more than 80 km arguably has one."""
    over = {"weapon": {"range_km": {"over": 80}}}
    files = tiny(gun={"range_km": {"between": [70, 90]}, "say": [{"issuer": "BB", "role": "origin", "when": over}]})
    assert [c.has_say for c in answer(files, engine).consents] == ["certain", "arguable"]


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_arguably_in_a_class_is_arguably_in_the_class_above(engine):
    """Whether the gun is long-range is arguable; long-range weapons are heavy; heavy ones are barred: so it is unclear."""
    files = tiny(gun={}, missile={"is": "long"}, long={"is": "heavy", "arguably": {"gun": "nobody said"}}, heavy={})
    rules_of(files)["ban"] = {**PROHIBIT, "when": {"weapon": "heavy"}}
    assert answer(files, engine).verdict == "unclear"


def test_law_10_a_class_of_arguable_members_below_another_is_no_value():
    """A class that holds nothing for certain is not itself a value of the class above it."""
    files = tiny(gun={"is": "heavy"}, long={"is": "heavy", "arguably": {"gun": "nobody said"}}, heavy={})
    assert book_of(files).vocabulary.value_sets["weapons"].terms["heavy"].leaves == {"gun"}


@pytest.mark.parametrize("engine", ENGINES)
def test_law_10_a_constraint_that_turns_on_something_arguable_is_refused_or_answered(engine):
    """A constraint may not crash a question: the library is refused, or the question answered."""
    files = tiny(gun={}, rocket={}, long={"arguably": {"gun": "nobody said"}})
    files[FACTS]["constraints"] = {"c": {"when": {"weapon": "long"}, "then": {"supplier": "BB"}, "because": "so it is"}}
    with pytest.raises(PolicyError) as refused:
        answer(files, engine)
    assert [d.code for d in refused.value.diagnostics] == ["arguable-constraint"]


@pytest.mark.parametrize("when", [{"reported": "2025-01-01"}, {"retracted": "2024-03-01"}])
def test_law_5_no_source_is_cited_that_was_not_public_or_was_retracted(when):
    """What carries an answer is what was public: a later report and a retracted one lend it neither source nor grade."""
    files = tiny()
    files["AA/policy.yaml"]["statements"] = {"said": {**RECORD, "grade": "press"}, "other": {**RECORD, "grade": "official-text", **when}}
    rules_of(files)["general"] = {**PERMIT, "by": ["said", "other"]}
    (consent,) = answer(files).consents
    assert (consent.statements, consent.grade) == (("AA/said",), Grade.PRESS)


@pytest.mark.parametrize(
    ("policy", "rule", "as_of"),
    [
        ({}, {"until": "9999-12-31"}, "2024-06-01"),
        ({}, {"from": "0001-01-01"}, None),
        ({}, {"until": "2024-05-05"}, "0001-01-01"),
        ({"covered_until": "9999-12-31"}, {}, "2024-06-01"),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_law_10_the_first_and_the_last_day_of_the_calendar_are_days(policy, rule, as_of, engine):
    """Dates at the ends of the calendar, which people write for `always`, do not crash an engine."""
    files = tiny()
    files["AA/policy.yaml"].update(policy)
    rules_of(files)["general"] = {**PERMIT, **rule}
    assert answer(files, engine, as_of=as_of).verdict != "prohibited"


@pytest.mark.parametrize("engine", ENGINES)
def test_bordering_what_is_arguably_in_a_class_is_arguable(engine):
    """The west borders the east, which is arguably at the front; a bar on what borders the front arguably covers it."""
    files = tiny()
    files[FACTS]["facts"]["region"] = fact("regions")
    east, west, mid = {"name": "east", "borders": ["west"]}, {"name": "west", "borders": ["east"]}, {"name": "mid", "within": "front"}
    front = {"name": "front", "arguably": {"east": "it moves"}}
    files["vocabulary/regions.yaml"] = {"values": "regions", "terms": {"east": east, "west": west, "mid": mid, "front": front}}
    rules_of(files)["ban"] = {**PROHIBIT, "when": {"region": {"borders": "front"}}}
    assert answer(files, engine, region="west").verdict == "unclear"


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_arguably_inside_a_class_only_arguably_borders_it(engine):
    """The east borders the middle of the front, and is arguably at the front itself: then it lies inside, and not beside it."""
    files = tiny()
    files[FACTS]["facts"]["region"] = fact("regions")
    east, mid = {"name": "east", "borders": ["mid"]}, {"name": "mid", "within": "front", "borders": ["east"]}
    front = {"name": "front", "arguably": {"east": "it moves"}}
    files["vocabulary/regions.yaml"] = {"values": "regions", "terms": {"east": east, "mid": mid, "front": front}}
    rules_of(files)["ban"] = {**PROHIBIT, "when": {"region": {"borders": "front"}}}
    assert answer(files, engine, region="east").verdict == "unclear"


def test_law_10_a_border_with_a_class_is_an_error():
    """Borders lie between values; one with a class would never be met, and so is refused."""
    files = tiny()
    files[FACTS]["facts"]["region"] = fact("regions")
    south, east, all_south = {"name": "town", "within": "south"}, {"name": "east", "borders": ["south"]}, {"name": "south", "borders": ["east"]}
    files["vocabulary/regions.yaml"] = {"values": "regions", "terms": {"town": south, "east": east, "south": all_south}}
    with pytest.raises(PolicyError, match=r"\[border-of-class\]"):
        book_of(files)


def with_support(**terms: dict[str, Any]) -> World:
    files = tiny()
    files[FACTS]["facts"]["support"] = fact("support", several=True)
    files[FACTS]["consents"] = [DONOR, {"listed_by": "support"}]
    files["vocabulary/support.yaml"] = {"values": "support", "terms": {name: {"name": f"the {name}", **term} for name, term in terms.items()}}
    return files


def issuers_of(decision: Any) -> list[str]:
    return [c.issuer for c in decision.consents]


def test_law_10_a_say_over_a_class_of_what_a_fact_holds_is_not_dropped():
    """BB has a say over all data; satellite data is data."""
    files = with_support(satellite={"is": "data"}, data={"say": [{"issuer": "BB", "role": "data"}]})
    assert issuers_of(answer(files, support="satellite")) == ["AA", "BB"]


def test_a_say_over_a_weapon_is_none_over_support_of_the_same_id():
    """Ids belong to a value set: a say over the weapon `radar` is no say over the support `radar`."""
    files = with_support(radar={})
    files["vocabulary/weapons.yaml"]["terms"]["radar"] = {"name": "the radar weapon", "say": [{"issuer": "BB", "role": "data"}]}
    assert issuers_of(answer(files, support="radar")) == ["AA"]


def test_law_10_a_say_among_the_further_values_of_a_fact_is_not_dropped():
    """A value that a fact has beyond its set may bring a say with it, or may not be written with one."""
    files = tiny()
    files[FACTS]["facts"]["carrier"] = fact("weapons", also={"jet": {"name": "the jet", "say": [{"issuer": "BB", "role": "origin"}]}})
    files[FACTS]["consents"].append({"listed_by": "carrier"})
    with suppress(PolicyError):
        assert issuers_of(answer(files, carrier="jet")) == ["AA", "BB"]


def test_law_10_a_role_in_a_say_is_an_error():
    """A say that turns on a role would never hold, and so is refused."""
    files = tiny(gun={"say": [{"issuer": "BB", "role": "origin", "when": {"role": "supplier"}}]})
    with pytest.raises(PolicyError):
        book_of(files)


def test_law_7_the_compiled_engine_takes_a_limit_from_above_on_unknown_numbers():
    """Of eight weapons no range is public; a rule on those with less than 100 km is decided by both engines."""
    files = tiny(gun={"range_km": 50}, **{f"missile-{i}": {} for i in range(8)})
    cuts = {"any": [{"weapon": {"range_km": {"over": n}}} for n in (40, 60, 80)]}
    rules_of(files)["short"] = {**PERMIT, "when": {"weapon": {"range_km": {"under": 100}}}, "unless": {"not": cuts}}
    library = Library(book_of(files))
    verdicts = [library.decide({"supplier": "AA"}, as_of="2024-06-01", known_by="2024-06-01", engine=e).verdict for e in ENGINES]
    assert len(set(verdicts)) == 1


def test_law_10_a_value_set_without_values_is_an_error():
    """A fact that can have no value makes every use impossible, so the vocabulary is refused."""
    files = tiny()
    files["vocabulary/weapons.yaml"]["terms"] = {}
    with pytest.raises(PolicyError):
        book_of(files)
    files["vocabulary/weapons.yaml"]["terms"] = {"long": {"name": "long", "arguably": {"long": "nobody said"}}}
    with pytest.raises(PolicyError, match=r"\[no-values\]"):
        book_of(files)


def test_law_4_the_order_in_which_facts_are_declared_decides_no_assumption():
    """Two assumptions that cannot hold together give the same answer, whichever fact stands first in its file."""
    files = tiny()
    facts = files[FACTS]["facts"]
    facts["supplier"]["assume"] = {"value": "AA", "because": "most come from there"}
    facts["weapon"]["assume"] = {"value": "gun", "because": "most are guns"}
    files[FACTS]["constraints"] = {"c": {"when": {"weapon": "gun"}, "then": {"supplier": "BB"}, "because": "so it is"}}
    turned = {**files, FACTS: {**files[FACTS], "facts": dict(reversed(facts.items()))}}
    first, second = (Library(book_of(f)).decide({}, as_of="2024-06-01", known_by="2024-06-01") for f in (files, turned))
    assert first.verdict == second.verdict
