"""What is printed as JSON has the types it is said to have: every document is held against the schema made of them."""

from __future__ import annotations

import ast
import json
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from command import BASE, caveat
from conftest import ROOT
from hypothesis import given
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from pairs import made, planned
from seeding import examples
from strategies import ask, book_of, raw_files, seeds, world
from test_watch import correction, report, retraction, scenario, written

from caveat import Library, ScenarioError, TooLargeError
from caveat.cli.schema import Kind
from caveat.decide.to_json import decision_data
from caveat.diff.to_json import difference_data
from caveat.explain.to_json import explanation_data
from caveat.lint.to_json import finding_data
from caveat.matrix.to_json import matrix_data
from caveat.readings.story import Manner
from caveat.readings.to_json import readings_data
from caveat.record.to_json import replay_data
from caveat.report.canonical_json import to_json
from caveat.schemas import KINDS
from caveat.schemas.printed import PRINTED, printed_schema
from caveat.sources.register import By
from caveat.sources.to_json import coverage_data, sources_data
from caveat.timeline.to_json import timeline_data

FOUNDING = "examples/founding-case.yaml"
REPORTED = "examples/founding-case-from-reports.yaml"
USE = ["--weapon", "himars", "--region", "RU-BEL", "--kind", "artillery", "--activity", "attacking"]
SHIPPED = [
    ("decision", ["decide", FOUNDING]),
    ("decision", ["decide", REPORTED]),
    ("decision", ["decide", FOUNDING, "--issuer", "FR", "--as-of", "2027-01-01", "--min-grade", "on-record"]),
    ("decision", ["decide", "--supplier", "US", "--weapon", "himars", "--fact", "target.region=!RU-BEL"]),
    ("explanation", ["explain", REPORTED]),
    ("explanation", ["explain", "--supplier", "US", "--weapon", "himars", "--region", "RU-BEL"]),
    ("timeline", ["timeline", FOUNDING]),
    ("matrix", ["matrix", *USE, "--rows", "issuers", "--columns", "regions", "--column-values", "RU-BEL,crimea", "--date", "2024-06-15"]),
    ("diff", ["diff", "US@2024-05-29", "US@2024-05-31", "--weapon", "himars", "--region", "RU-BEL", "--cases", FOUNDING]),
    ("diff", ["diff", "@2024-05-29", "@2024-06-15", "--supplier", "US", "--weapon", "himars", "--region", "RU-BEL"]),
    ("lint", ["lint", "--all", "--policies", "tests/lint"]),
    ("lint", ["lint", "--policies", str(BASE), "--all"]),
    ("test", ["test", "AL", "AT", "--coverage", "--threshold", "1"]),
    ("test", ["test", "AL", "--engine", "reference"]),
    ("prove", ["prove", "atacms*"]),
    ("readings", ["readings", "--issuer", "FR"]),
    ("sources", ["sources", "--publisher", "Reuters"]),
    ("sources", ["sources", "--by", "issuer", "--no-address"]),
    ("passages", ["sources", "--publisher", "Reuters", "--passages", "tests/golden"]),
    ("coverage", ["sources", "--coverage"]),
]


@cache
def checker(kind: str) -> Draft202012Validator:
    """What holds a document against its schema."""
    schema = printed_schema(kind)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def fits(kind: str, data: Any) -> None:
    """The document, as it is printed, is what its schema says."""
    wrong = best_match(checker(kind).iter_errors(json.loads(to_json(data))))
    assert wrong is None, f"{wrong.json_path}: {wrong.message}"


def test_the_kinds_are_told_apart_and_named():
    """The command line knows the kinds there are schemas for, no other, and its page names each."""
    page = (ROOT / "docs" / "verbs" / "schema.md").read_text("utf-8")
    assert sorted(k.value for k in Kind) == sorted(KINDS)
    assert [k for k in KINDS if f"`{k}`" not in page] == []


@pytest.mark.parametrize(("kind", "command"), SHIPPED)
def test_what_a_verb_prints_of_the_shipped_library_is_what_its_schema_says(monkeypatch, kind, command):
    """Each verb, asked for JSON in one way or another."""
    monkeypatch.chdir(ROOT)
    came = caveat(*command, "--format", "json")
    assert came.out, came.err
    fits(kind, json.loads(came.out))


def test_records_and_replays_are_what_their_schemas_say(monkeypatch, tmp_path):
    """Decisions with and without reports are recorded, one is changed, and all are replayed."""
    monkeypatch.chdir(ROOT)
    record = tmp_path / "r.jsonl"
    assert caveat("decide", FOUNDING, REPORTED, "--record", str(record), "--brief").code == 0
    lines = [json.loads(line) for line in record.read_text("utf-8").splitlines()]
    assert [line["schema"] for line in lines] == ["caveat/record-library/1", "caveat/record/1", "caveat/record/1"]
    for line in lines:
        fits("record", line)
    lines[-1]["answer"]["verdict"] = "prohibited"
    record.write_text("".join(json.dumps(line) + "\n" for line in lines) + "{\n", "utf-8")
    replayed = json.loads(caveat("replay", str(record), "--format", "json").out)
    assert (len(replayed["differences"]), len(replayed["unreadable"])) == (1, 1)
    fits("replay", replayed)


def test_what_a_watch_tells_and_sets_aside_is_what_its_schemas_say(tmp_path):
    """Lines that move a verdict, lines that cannot be taken, told, recorded and set aside."""
    stream = tmp_path / "in.jsonl"
    lines = [scenario("a"), report("r1"), correction("r2", "r1"), retraction("r3", "r2"), {"op": "nothing"}, {"op": "close", "id": "a"}]
    stream.write_bytes(b"\n".join(line.rstrip() for line in written(*lines)) + b"\n")
    files = {kind: tmp_path / f"{kind}.jsonl" for kind in ("watch", "watch-reject", "record")}
    into = ["--output", str(files["watch"]), "--rejects", str(files["watch-reject"]), "--record", str(files["record"])]
    caveat("watch", str(stream), "--clock", "2024-06-05", "--format", "json", *into)
    for kind, path in files.items():
        lines = path.read_text("utf-8").splitlines()
        assert lines
        for line in lines:
            fits(kind, json.loads(line))


@examples(25)
@given(seeds)
def test_what_is_printed_of_made_up_libraries_is_what_the_schemas_say(seed):
    """Decisions, explanations, timelines, matrices, readings, sources and coverage of policies that were made up."""
    rng = Random(seed)
    files = world(rng)
    library, question = Library(book_of(files)), ask(rng, files)
    book, how = library.book, question.options()
    fits("sources", sources_data(book, library.sources(), rng.choice([*By])))
    fits("coverage", coverage_data(book, library.coverage()))
    fits("readings", readings_data(book, library.readings(), Manner(full=True)))
    try:
        fits("decision", decision_data(book, library.decide(question.facts, **how)))
        fits("explanation", explanation_data(book, library.explain(question.facts, **how)))
        fits("timeline", timeline_data(book, library.timeline(question.facts, **how)))
        fits("matrix", matrix_data(book, library.matrix(question.facts, rows="issuers", columns="dates", column_values=["2024-02-01"], **how)))
    except (ScenarioError, TooLargeError):
        return  # made-up facts may contradict each other


@examples(10)
@given(seeds)
def test_findings_and_replays_of_made_up_policies_are_what_their_schemas_say(seed):
    """What lint finds in policies that were made up, and what became of decisions by them under others."""
    rng = Random(seed)
    files, others = world(rng), world(rng)
    library, question = Library(book_of(files)), ask(rng, files)
    with TemporaryDirectory() as folder:
        for file in raw_files(files):
            path = Path(folder, file.name)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(file.data)
        fits("lint", [finding_data(f) for f in Library.lint(folder, only=True)])
        record = Path(folder, "r.jsonl")
        try:
            library.record(record, [library.decide(question.facts, **question.options())])
        except (ScenarioError, TooLargeError):
            return  # made-up facts may contradict each other
        for line in record.read_text("utf-8").splitlines():
            fits("record", json.loads(line))
        for reader in (library, Library(book_of(others))):
            fits("replay", replay_data(reader.book, reader.replay(record)))


@examples(15)
@given(seeds)
def test_made_up_differences_are_what_their_schema_says(seed):
    """Two sides that differ in days, knowledge, words, rules or donors."""
    try:
        fits("diff", difference_data(made(planned(Random(seed))).difference()))
    except (ScenarioError, TooLargeError):
        return


def objects(schema: Any) -> list[dict[str, Any]]:
    """Every schema of an object with keys of its own, however deep."""
    if isinstance(schema, list):
        return [found for item in schema for found in objects(item)]
    if not isinstance(schema, dict):
        return []
    return [*([schema] if "properties" in schema and schema.get("type") == "object" else []), *objects(list(schema.values()))]


@pytest.mark.parametrize("kind", PRINTED)
def test_no_key_goes_unsaid(kind):
    """Each schema closes every object, and says of each what it is."""
    found = objects(printed_schema(kind))
    assert found
    assert [o["title"] for o in found if o.get("additionalProperties") is not False or not o.get("description")] == []


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("decision", ["verdict"], "allowed"),
        ("decision", ["consents", 0, "verdict"], "allowed"),
        ("decision", ["consents", 0, "sources", 0, "reliability"], "good"),
        ("decision", ["consents", 0, "sources", 0, "colour"], "red"),
        ("decision", ["library", "treaties"], None),
        ("decision", ["schema"], "caveat/decision/2"),
        ("timeline", ["lanes", 0, "strips", 0, "clock"], "wall"),
        ("timeline", ["lanes", 0, "strips", 0, "segments", 0, "says"], ["maybe"]),
    ],
)
def test_what_is_wrong_is_refused(library, kind, path, value):
    """A word that is none of those there are, a key too many, a list that is none."""
    use = {"supplier": "US", "weapon": "himars", "target.region": "RU-BEL", "date": "2024-06-15"}
    data: Any = (
        decision_data(library.book, library.decide(use, issuers=["US"])) if kind == "decision" else timeline_data(library.book, library.timeline(use))
    )
    fits(kind, data)
    here = data
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value
    with pytest.raises(AssertionError):
        fits(kind, data)


def test_no_builder_of_json_is_untyped():
    """No function that makes data for JSON gives back a mapping of anything."""
    loose = []
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and (node.name.endswith("_data") or path.name == "to_json.py"):
                gives = ast.unparse(node.returns) if node.returns else ""
                loose += [f"{path.name}: {node.name}"] if not gives or "Any" in gives or "object" in gives else []
    assert loose == []


def imported_for_good(tree: ast.Module) -> set[str]:
    """The modules that a file imports when it runs, and not for types alone."""
    types = {id(n) for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test) for n in ast.walk(node)}
    return {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and id(n) not in types}


def test_the_types_are_loaded_for_their_schemas_alone():
    """Nobody but `caveat schema` waits for the types of what is printed, and for pydantic behind them."""
    source = ROOT / "src" / "caveat"
    files = [p for p in source.rglob("*.py") if p.name != "data.py" and p.parent.name != "schemas"]
    loading = {p.relative_to(source).as_posix(): imported_for_good(ast.parse(p.read_text("utf-8"))) for p in files}
    assert [name for name, modules in loading.items() if any(m.startswith("caveat.") and m.endswith(".data") for m in modules)] == []
    assert any(m.endswith(".data") for m in imported_for_good(ast.parse((source / "schemas" / "printed.py").read_text("utf-8"))))
