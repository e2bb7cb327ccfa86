"""What small changes of the code once went unnoticed by: one test for each, on the smallest input that shows it."""

from __future__ import annotations

import shutil
from typing import Any

import pytest
from command import BASE
from fuzz import ENGINES
from strategies import book_of
from test_law_examples import PERMIT, fact, tiny

from caveat import Library, ScenarioError
from caveat.core.missing import settling_sets
from caveat.core.outcome import Verdict
from caveat.library import FIRST_FEW

VAGUE = {"range_km": {"between": [60, 90]}}
OVER = {"weapon": {"range_km": {"over": 75}}}
UNDER = {"weapon": {"range_km": {"at_most": 75}}}


def opposed() -> Library:
    """Whatever the gun's range is, one of two issuers prohibits it: AA below 75 km, BB above."""
    files = tiny(gun={**VAGUE, "say": [{"issuer": "BB", "role": "origin"}]})
    files["BB/policy.yaml"] = {**files["AA/policy.yaml"], "issuer": "BB", "name": "Bland"}
    for issuer, permitted, barred in (("AA", OVER, UNDER), ("BB", UNDER, OVER)):
        rules = {"yes": {**PERMIT, "when": permitted}, "no": {**PERMIT, "effect": "prohibit", "when": barred}}
        files[f"{issuer}/policy.yaml"] = {**files[f"{issuer}/policy.yaml"], "rules": rules}
    return Library(book_of(files))


@pytest.mark.parametrize("engine", ENGINES)
def test_issuers_read_one_number_alike(engine):
    """Under each reading of the range one of the two prohibits, so it is prohibited; and both of them bind, since each does so by turns."""
    found = opposed().decide({"supplier": "AA", "weapon": "gun"}, as_of="2024-06-01", known_by="2024-06-01", engine=engine)
    assert found.verdict == "prohibited"
    assert [c.verdict.value for c in found.consents] == ["unclear", "unclear"]
    assert found.binding == ("AA", "BB")


@pytest.mark.parametrize("engine", ENGINES)
def test_one_number_is_not_read_in_two_ways_at_once(engine):
    """Allowed over 75 km, and allowed up to 80 km: whatever the range is, it is allowed. Over 80 and up to 75 would leave a gap."""
    files = tiny(gun=VAGUE)
    rules = {"far": {**PERMIT, "when": OVER}, "near": {**PERMIT, "when": {"weapon": {"range_km": {"at_most": 80}}}}}
    files["AA/policy.yaml"]["rules"] = rules
    asked: dict[str, Any] = {"as_of": "2024-06-01", "known_by": "2024-06-01", "engine": engine}
    assert Library(book_of(files)).decide({"supplier": "AA", "weapon": "gun"}, **asked).verdict == "permitted"
    rules["far"]["when"], rules["near"]["when"] = {"weapon": {"range_km": {"over": 80}}}, UNDER
    assert Library(book_of(files)).decide({"supplier": "AA", "weapon": "gun"}, **asked).verdict == "unclear"


def test_an_assumption_that_the_catalogue_rules_out_is_an_error():
    """The gun is assumed to be AA's, and the catalogue knows only BB as its supplier: no other supplier is taken for granted in silence."""
    files = tiny(gun={"suppliers": ["BB"], "suppliers_complete": True})
    files["vocabulary/facts.yaml"]["suppliers"] = [{"of": "weapon", "bound": "supplier", "nobody": "none"}]
    files["vocabulary/facts.yaml"]["facts"]["supplier"] = fact(
        "parties", also={"none": {"name": "nobody"}}, assume={"value": "AA", "because": "most come from there"}
    )
    with pytest.raises(ScenarioError) as caught:
        Library(book_of(files)).decide({"weapon": "gun"}, as_of="2024-06-01", known_by="2024-06-01")
    assert caught.value.diagnostics[0].code == "contradiction"


@pytest.mark.parametrize("days", [("2024-05-31", "2024-06-01"), ("2024-06-01", "2024-05-31")])
def test_what_is_remembered_is_as_old_as_the_day_asked(days):
    """Sources reach to the end of May: an answer for June is marked as last known, and one for May is not, whichever is asked first."""
    files = tiny()
    files["AA/policy.yaml"]["covered_until"] = "2024-05-31"
    library = Library(book_of(files))
    found = [(day, library.decide({"supplier": "AA", "weapon": "gun"}, as_of=day, known_by="2024-07-01")) for day in days * (FIRST_FEW + 2)]
    assert {(day, d.consents[0].last_known) for day, d in found} == {("2024-05-31", False), ("2024-06-01", True)}


def test_the_most_telling_facts_stand_first():
    """Two facts settle it together in two ways; the pair whose facts settle more uses by themselves stands first, and so do they in it."""
    cases = [
        ("0", "0", "0", Verdict.PERMITTED),
        ("0", "1", "1", Verdict.PROHIBITED),
        ("1", "0", "0", Verdict.PROHIBITED),
        ("1", "1", "2", Verdict.PERMITTED),
    ]
    boxes = [({name: frozenset((value,)) for name, value in zip("xyz", values, strict=True)}, verdict) for *values, verdict in cases]
    assert settling_sets(boxes) == (("z", "x"), ("x", "y"))


def test_an_exception_that_is_taken_away_is_a_difference(tmp_path):
    """Two folders that differ in one `overrides` alone differ exactly where both rules apply: there the exception decided, and now they conflict."""
    for side, link in (("before", "overrides: not-abroad"), ("after", "unless: {any: []}")):
        shutil.copytree(BASE, tmp_path / side)
        text = (BASE / "policy.yaml").read_text("utf-8")
        rule = f"  far: {{effect: permit, by: first-word, summary: The rocket may go far., when: {{weapon: rocket, target.region: BB-2}}, {link}}}\n"
        (tmp_path / side / "policy.yaml").write_text(text + rule, "utf-8")
    found = Library.load(BASE).diff(str(tmp_path / "before"), str(tmp_path / "after"))
    assert {(r.before, r.after) for r in found.regions} == {(Verdict.PERMITTED, Verdict.UNCLEAR)}
    assert {v for r in found.regions for v in r.parts["weapon"].values} == {"rocket"}
