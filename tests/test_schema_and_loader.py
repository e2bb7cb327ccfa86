"""The schema that an editor checks with, and the loader: what one takes the other takes, for every kind of file."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import jsonschema
import pytest
from conftest import ROOT
from hypothesis import given
from incident_stream import lines_of
from input_changes import changed
from seeding import examples
from strategies import seeds

from caveat import Library, Scenario
from caveat.core.errors import Diagnostic, PolicyError, ScenarioError
from caveat.load import strict_yaml
from caveat.load.cases import read_cases
from caveat.load.claim_models import ClaimsModel
from caveat.load.files import check
from caveat.load.folder import RawFile
from caveat.load.models import DerivationsModel, FactsModel, PolicyModel, ValuesModel
from caveat.load.scenarios import read_scenarios
from caveat.record.entry import read_entry
from caveat.schemas import schema_of

BAD = ROOT / "tests" / "bad" / "base"
FILES = {
    "policy": (PolicyModel, [ROOT / "tests" / "golden" / "ruritania.yaml", BAD / "policy.yaml"]),
    "values": (ValuesModel, sorted((BAD / "vocabulary").glob("[aprw]*s.yaml"))),
    "facts": (FactsModel, [BAD / "vocabulary" / "facts.yaml", ROOT / "policies" / "vocabulary" / "facts.yaml"]),
    "derivations": (DerivationsModel, sorted((ROOT / "policies" / "derivations").glob("*.yaml"))),
    "claims": (ClaimsModel, sorted((ROOT / "policies").rglob("*.claims.yaml"))[:3]),
}
MANY = ("rules", "statements", "terms", "facts", "derivations", "cases", "claims", "readings")
BEYOND = {
    "bad-character",
    "not-yaml",
    "ambiguous-number",
    "document-too-large",
    "impossible-date",
    "too-many-words",
}  # of texts and the calendar, not of shapes


def plain(path: Path) -> dict:
    """A file as an editor sees it, with the first few of its entries."""
    node, _ = strict_yaml.read(path.read_bytes(), path.name)
    data = json.loads(json.dumps(node.plain(), default=str))
    return {k: dict(list(v.items())[:4]) if k in MANY and isinstance(v, dict) else v for k, v in data.items()}


@cache
def documents(kind: str) -> list[dict]:
    """Sound files of a kind."""
    return [plain(path) for path in FILES[kind][1]]


@cache
def shipped() -> Library:
    """The shipped library, once."""
    return Library.load()


@cache
def by_shape(kind: str) -> jsonschema.Draft202012Validator:
    """The schema, with any condition and any word of a report taken: those are questions of the vocabulary, which a model does not know."""
    schema = schema_of(kind, shipped().book)
    defs = {name: {"type": "object"} if name == "Condition" else {} if name.startswith("Test-") else made for name, made in schema["$defs"].items()}
    return jsonschema.Draft202012Validator(_without_words({**schema, "$defs": defs}))


def _without_words(node: object) -> object:
    if isinstance(node, list):
        return [_without_words(item) for item in node]
    if not isinstance(node, dict):
        return node
    left_open = str(node.get("description", "")).startswith("A value, a list, or {")
    return {} if left_open else {key: _without_words(value) for key, value in node.items()}


def slightly_changed(seed: int, known: list[dict]) -> tuple[dict, bytes]:
    """A file with a change or two, sound or slightly broken; as data, and as it is written."""
    rng = Random(seed)
    data = rng.choice(known)
    for _ in range(rng.choice([0, 1, 1, 1, 2])):
        data = changed(rng, data, known, mild=rng.random() < 0.4)
        data = data if isinstance(data, dict) else rng.choice(known)
    text = json.dumps(data, default=str)
    return json.loads(text), text.encode()


@pytest.mark.parametrize("kind", FILES)
@examples(400)
@given(seeds)
def test_schema_and_loader_take_the_same_files(kind, seed):
    """A file that the loader takes passes the schema, and one that the schema takes is refused only for what no schema can say."""
    data, text = slightly_changed(seed, documents(kind))
    taken, problems = check(RawFile("a.yaml", text), FILES[kind][0])
    refused = [e.message for e in by_shape(kind).iter_errors(data)]
    if taken is not None and not problems:
        assert refused == []
    elif not refused:
        assert [str(p) for p in problems if p.code not in BEYOND and "range in kilometres" not in p.message] == []


@cache
def shape(kind: str) -> jsonschema.Draft202012Validator:
    """The schema of a kind as it is published."""
    return jsonschema.Draft202012Validator(schema_of(kind, shipped().book))


@cache
def case_files() -> list[dict]:
    """A few of the shipped ones."""
    return [plain(path) for path in sorted((ROOT / "policies").rglob("*.cases.yaml"))[:3]]


@examples(150)
@given(seed=seeds)
def test_a_case_file_that_the_schema_refuses_is_refused_by_the_loader(tmp_path_factory, seed):
    """What an editor underlines in a case file is an error of `caveat test`, too."""
    book = shipped().book
    data, text = slightly_changed(seed, case_files())
    refused = [e.message for e in shape("cases").iter_errors(data)]
    file = tmp_path_factory.mktemp("cases") / "a.cases.yaml"
    file.write_bytes(text)
    if refused:
        with pytest.raises(PolicyError):
            read_cases(file, book)


# -- what is asked, reported, streamed and recorded

# Names, the calendar, and what several facts or reports say together: no schema knows these.
WORDS = {"unknown-value", "unknown-term", "unknown-region", "unknown-party", "unknown-kind-of-incident", "unknown-kind-of-target", "coordinates"}
TOGETHER = {"contradiction", "dates-out-of-order", "duplicate-id", "unknown-report", "circular-correction", "too-many-facts"}
TRIED = 250


@cache
def questions() -> list[dict]:
    """The examples."""
    return [plain(path) for path in sorted((ROOT / "examples").glob("*.yaml"))]


def agree(kind: str, data: object, problems: list[Diagnostic]) -> None:
    """What is taken passes the schema; what passes it is refused for its words, its dates, or what it says together."""
    refused = [e.message for e in shape(kind).iter_errors(data)]
    if not problems:
        assert refused == []
    elif not refused:
        assert [str(p) for p in problems if p.code not in {*BEYOND, *WORDS, *TOGETHER}] == []


@pytest.mark.parametrize("kind", ["scenario", "case"])
@examples(TRIED)
@given(seed=seeds)
def test_questions_pass_the_schema_if_and_only_if_they_are_taken(kind, seed):
    """Scenarios, with incident reports and without: an editor and `caveat decide` refuse the same."""
    data, text = slightly_changed(seed, [d for d in questions() if ("reports" in d) == (kind == "case")])
    problems = []
    try:
        for _, facts, places in read_scenarios(text, "a.json"):
            shipped().ask(Scenario(facts, places=places), known_by="2026-01-01")
    except ScenarioError as error:
        problems = list(error.diagnostics)
    agree(kind, data, problems)


@examples(TRIED)
@given(seed=seeds)
def test_lines_of_a_stream_pass_the_schema_if_and_only_if_they_are_taken(seed):
    """Scenarios, reports, corrections, retractions, the clock: whoever writes a stream by the schema has no line set aside."""
    known = [json.loads(line) for line in lines_of(seed, 12)]
    data, text = slightly_changed(seed, known)
    found = shipped().watch(clock="2024-06-05").take(text, 1)
    agree("watch-line", data, [Diagnostic(found.code, found.message)] if found else [])


@cache
def recorded() -> list[dict]:
    """Decisions as they are recorded: on facts, and on reports."""
    library = shipped()
    with TemporaryDirectory() as folder:
        file = Path(folder) / "r.jsonl"
        for example in ("founding-case.yaml", "founding-case-from-reports.yaml", "atacms-in-kursk.yaml"):
            ((_, facts, _),) = read_scenarios((ROOT / "examples" / example).read_bytes(), example)
            library.record(file, [library.decide(Scenario(facts), known_by="2026-01-01")])
        return [json.loads(line) for line in file.read_bytes().splitlines()]


def test_what_is_recorded_passes_the_schema():
    """Libraries and decisions, with reports and without, are lines as the schema of records describes them."""
    assert len(recorded()) == 4
    assert [e.message for line in recorded() for e in shape("record").iter_errors(line)] == []


@examples(TRIED)
@given(seed=seeds)
def test_a_record_that_passes_the_schema_is_read(seed):
    """Whoever writes records by the schema can have them replayed; what is wrong with the others is in their dates."""
    data, text = slightly_changed(seed, [line for line in recorded() if "asked" in line])
    if shape("record").is_valid(data):
        try:
            read_entry(json.loads(text), 1)
        except ValueError as error:
            assert "isoformat" in str(error)  # noqa: PT017
