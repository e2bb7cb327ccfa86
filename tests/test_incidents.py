"""Case files: scenarios with incident reports, checked as strictly as everything else, every problem at once."""

from __future__ import annotations

import json

import pytest
import yaml
from conftest import ROOT

from caveat import Library, Scenario, ScenarioError
from caveat.decide.to_json import decision_data
from caveat.load.incidents import MAX_REPORTS
from caveat.load.scenarios import read_scenarios
from caveat.resolve.incidents import read_report
from caveat.schemas import schema_of

SOURCE = {"publisher": "Example Gazette", "date": "2024-05-30", "no_url": "made up for this test"}
REPORT = {
    "id": "a", "kind": "attack", "from": "Belgorod", "against": "UA-63", "force": "artillery",
    "when": "2024-05-30", "reported": "2024-05-30", "sure": "confirmed", "source": SOURCE,
}  # fmt: skip
USE = {"date": "2024-05-31", "supplier": "US", "weapon": "himars", "target": {"region": "RU-BEL", "kind": "artillery"}}
KNOWN = "2026-05-31"


def case(*reports, **use):
    return {**USE, **use, "reports": list(reports)}


def codes(library, data, name="case.json"):
    """The codes and the texts under the carets of everything that is said about a case."""
    try:
        for _, facts, places in read_scenarios(data.encode(), name):
            library.decide(Scenario(facts, places=places), known_by=KNOWN)
    except ScenarioError as error:
        return [(d.code, d.span.text if d.span else "") for d in error.diagnostics]
    return []


# Each spoils one report: what is changed, the code, and the text under the carets in YAML.
SPOILED = [
    ({"frm": "RU-BEL"}, "unknown-key", "frm"),
    ({"kind": "shelingg"}, "unknown-kind-of-incident", "shelingg"),
    ({"kind": "hostile act"}, "wrong-value", "hostile act"),
    ({"from": "Belgrod"}, "unknown-region", "Belgrod"),
    ({"by": "Rusia"}, "unknown-party", "Rusia"),
    ({"force": "gunz"}, "unknown-kind-of-target", "gunz"),
    ({"when": "2024-02-30"}, "impossible-date", "2024-02-30"),
    ({"sure": "surely"}, "unknown-word", "surely"),
    ({"reported": "2024-05-29"}, "dates-out-of-order", "2024-05-29"),
    ({"source": {"publisher": "X", "date": "2024-05-30"}}, "no-address", None),
    ({"corrects": "b"}, "unknown-report", "b"),
    ({"corrects": "a"}, "cycle", "a"),
    ({"says": "near 50.4501, 30.5234"}, "coordinates", None),
    ({"says": "at 50°27' north"}, "coordinates", None),
    ({"says": "grid 37U CP 12345 67890"}, "coordinates", None),
    ({"lat": 50.45}, "coordinates", "lat"),
    ({"from": {"lat": 50.45, "lon": 36.2}}, "coordinates", "lat"),
    ({"from": [50.45, 36.2]}, "coordinates", None),
    ({"from": "51.7, 36.2"}, "coordinates", "51.7, 36.2"),
    ({"against": ["UA-63", "51.7N 36.2E"]}, "coordinates", "51.7N 36.2E"),
    ({"against": "51; 36"}, "coordinates", "51; 36"),
    ({"against": {"coordinates": "secret"}}, "coordinates", "coordinates"),
    ({"source": {**SOURCE, "no_url": "map at 50.45/36.27"}}, "coordinates", None),
    ({"id": None}, "wrong-value", None),
    ({"says": "x" * 700}, "wrong-value", None),
    ({"from": ["RU-BEL"] * 41}, "wrong-value", None),
    ({"retracts": "z"}, "unknown-report", "z"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "code", "text"), SPOILED, ids=lambda v: str(v)[:40])
def test_a_spoiled_report_is_refused_in_its_place(library, change, code, text):
    """Each mistake is found in YAML and in JSON, with the same codes, the guilty text underlined."""
    report = {k: v for k, v in {**REPORT, **change}.items() if k != "retracts" or change.get("retracts")}
    found = codes(library, yaml.safe_dump(case(report), sort_keys=False, allow_unicode=True), "case.yaml")
    assert code in [c for c, _ in found]
    if text is not None:
        assert (code, text) in [(c, t.strip("'\"")) for c, t in found]
    assert sorted(c for c, _ in codes(library, json.dumps(case(report), indent=1))) == sorted(c for c, _ in found)


def test_every_problem_is_reported_at_once(library):
    """Problems of the facts and of every report come together, and reports that stand in no file are named."""
    with pytest.raises(ScenarioError) as refused:
        library.decide(case({**REPORT, "from": "Belgrod"}, {**REPORT, "kind": "x", "lat": 1}, "shelling", wepon="himars"))
    found = sorted((d.code, d.message.partition(":")[0]) for d in refused.value.diagnostics)
    assert found == [
        ("coordinates", "reports[1].lat"),
        ("duplicate-id", "reports[1].id"),
        ("unknown-fact", "no fact `wepon`"),
        ("unknown-kind-of-incident", "reports[1].kind[0]"),
        ("unknown-region", "reports[0].from[0]"),
        ("wrong-value", "reports[2]"),
    ]


def test_reports_are_bounded(library):
    """A case with very many reports is refused, as is a list that is none."""
    many = [{**REPORT, "id": f"r{n}"} for n in range(MAX_REPORTS + 1)]
    assert [c for c, _ in codes(library, json.dumps(case(*many)))] == ["too-many-reports"]
    assert [c for c, _ in codes(library, json.dumps({**USE, "reports": "shelling"}))] == ["wrong-value"]


def test_a_retraction_says_nothing_else(library):
    """A retraction that also says what happened is refused; a bare one is not."""
    bare = {"id": "b", "retracts": "a", "reported": "2024-05-31", "source": SOURCE}
    assert codes(library, json.dumps(case(REPORT, bare))) == []
    assert [c for c, _ in codes(library, json.dumps(case(REPORT, {**bare, "kind": "attack"})))] == ["wrong-value"]


def test_a_report_needs_a_kind_and_a_day(library):
    """What is not a retraction says what happened, and when."""
    assert [c for c, _ in codes(library, json.dumps(case({k: v for k, v in REPORT.items() if k not in ("kind", "when")})))] == ["missing-key"] * 2


def test_a_library_without_derivations_knows_no_reports():
    """Reports asked of a library that cannot read them are an error, never passed over in silence."""
    small = Library.load(ROOT / "tests" / "bad" / "base")
    with pytest.raises(ScenarioError) as refused:
        small.decide({"weapon": "rocket", "reports": [REPORT]})
    assert [d.code for d in refused.value.diagnostics] == ["no-derivations"]
    with pytest.raises(ScenarioError, match="no-derivations"):
        read_report(small.book, REPORT)


def test_one_report_by_itself(library):
    """A report of a stream is read by itself, with names looked up, and every problem at once."""
    found = read_report(library.book, {**REPORT, "from": ["Belgorod", "Kursk"], "when": {"between": ["2024-05-28", "2024-05-30"]}})
    assert (found.kind, found.said["from"], found.names["force"]) == ("attack", {"RU-BEL", "RU-KRS"}, ("artillery",))
    with pytest.raises(ScenarioError) as refused:
        read_report(library.book, {**REPORT, "kind": "x", "sure": "y"})
    assert sorted(d.code for d in refused.value.diagnostics) == ["unknown-kind-of-incident", "unknown-word"]


def test_the_schema_of_cases(library):
    """The JSON Schema takes the shipped cases, and refuses an unknown key of a report."""
    import jsonschema

    validator = jsonschema.Draft202012Validator(schema_of("case", library.book))
    paths = [p for p in sorted((ROOT / "examples").glob("*.yaml")) if "reports:" in p.read_text("utf-8")]
    assert len(paths) >= 4
    for path in paths:
        validator.validate(json.loads(json.dumps(yaml.safe_load(path.read_text("utf-8")), default=str)))
    assert list(validator.iter_errors(case({**REPORT, "frm": "x"})))


def test_a_decision_on_a_case_satisfies_its_schema(library):
    """What is printed for a case is what the schema of decisions says."""
    import jsonschema

    validator = jsonschema.Draft202012Validator(schema_of("decision", library.book))
    for more in ({}, {"sure": "unsure"}, {"when": "2024-05-25"}):
        data = decision_data(library.book, library.decide(case({**REPORT, **more}), known_by=KNOWN))
        validator.validate(data)
        assert data["reports"][0]["id"] == "a"
        assert {d["derivation"] for d in data["derived"]} == {"attack-within-window", "threatens-what-it-fires-at"}
