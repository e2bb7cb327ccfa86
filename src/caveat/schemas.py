"""JSON Schemas (draft 2020-12) of the files people write and of what is printed, with the vocabulary's words in them.

Policy and vocabulary schemas come from the pydantic models; the facts and values a condition may name come from
the loaded vocabulary, so an editor can complete `target.region: RU-B...`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caveat.core.book import Grade
from caveat.core.edition import LIBRARY
from caveat.core.outcome import Outcome, Verdict

if TYPE_CHECKING:
    from pydantic import BaseModel

    from caveat.core.book import Book
    from caveat.core.vocabulary import Fact, Vocabulary

Schema = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
KINDS = (
    "policy",
    "values",
    "facts",
    "derivations",
    "scenario",
    "case",
    "cases",
    "decision",
    "record",
    "replay",
    "watch",
    "watch-line",
    "diff",
    "claims",
    "prove",
    "readings",
)


def schema_of(kind: str, book: Book) -> Schema:
    """The schema of one kind of file or output; see KINDS."""
    if kind == "scenario":
        return scenario_schema(book.vocabulary)
    if kind == "case":
        return case_schema(book)
    if kind == "decision":
        return decision_schema()
    if kind == "diff":
        from caveat.diff.schema import diff_schema

        return {"$schema": DRAFT, "title": "caveat diff", **diff_schema()}
    if kind == "prove":
        from caveat.prove.schema import proofs_schema

        return {"$schema": DRAFT, "title": "caveat prove", **proofs_schema()}
    if kind == "readings":
        from caveat.readings.schema import ReadingsData

        return {"$schema": DRAFT, **ReadingsData.model_json_schema(mode="serialization"), "title": "caveat readings"}
    if kind in ("record", "replay", "watch", "watch-line"):
        return _of_records(kind, book)
    from caveat.load.case_models import CasesModel
    from caveat.load.claim_models import ClaimsModel
    from caveat.load.models import DerivationsModel, FactsModel, PolicyModel, ValuesModel

    models: dict[str, type[BaseModel]] = {"policy": PolicyModel, "values": ValuesModel, "facts": FactsModel, "derivations": DerivationsModel, "cases": CasesModel, "claims": ClaimsModel}  # fmt: skip
    model = models[kind]
    schema = model.model_json_schema(by_alias=True, ref_template="#/$defs/{model}")
    schema = _with_conditions(schema)
    schema.setdefault("$defs", {}).update(_condition_defs(book.vocabulary))
    return {"$schema": DRAFT, "title": f"caveat {kind} file", **{k: v for k, v in schema.items() if k != "title"}}


def _of_records(kind: str, book: Book) -> Schema:
    """What records, replays and watches write, and the lines that a watch takes."""
    from caveat.record.schema import record_schema, replay_schema
    from caveat.watch.schema import line_schema, told_schema

    if kind == "watch-line":
        made = line_schema(one_scenario(book.vocabulary), *report_schema(book))
    else:
        made = {"record": record_schema, "replay": replay_schema, "watch": told_schema}[kind]()
    return {"$schema": DRAFT, "title": f"caveat {kind}", **made}


def _with_conditions(node: Any) -> Any:  # noqa: ANN401
    """The schema with every place where the models leave a condition open pointing to its definition."""
    if isinstance(node, list):
        return [_with_conditions(item) for item in node]
    if isinstance(node, dict):
        if node.get("format") == "caveat-condition":
            rest = {k: v for k, v in node.items() if k in ("description", "title", "minProperties")}
            return {**rest, "$ref": "#/$defs/Condition"}
        closed = {"additionalProperties": False} if "patternProperties" in node else {}  # else a key that is no id would pass
        return {**{k: _with_conditions(v) for k, v in node.items()}, **closed}
    return node


def _condition_defs(vocabulary: Vocabulary) -> Schema:
    """`Condition`, and one definition of a test for each fact, naming the terms it may use."""
    one_of = {"anyOf": [{"$ref": "#/$defs/Condition"}]}
    several = {"type": "array", "items": {"$ref": "#/$defs/Condition"}}
    properties: Schema = {"all": several, "any": several, "not": one_of["anyOf"][0]}
    properties["role"] = _names(list(vocabulary.roles))
    for fact in vocabulary.facts.values():
        if fact.part_of is None:
            properties[fact.name] = {"$ref": f"#/$defs/Test-{fact.value_set.name}", "description": fact.title}
    for whole, members in vocabulary.several.items():
        properties[whole] = _names([m.removeprefix(f"{whole}.") for m in members])
    tests = {f"Test-{f.value_set.name}": _test(f, vocabulary) for f in vocabulary.facts.values() if f.part_of is None}
    condition = {
        "type": "object",
        "description": "Facts and tests; all must hold.",
        "properties": properties,
        "additionalProperties": {"type": ["object"]},
    }
    return {"Condition": condition, **tests}


def _names(ids: list[str]) -> Schema:
    word = {"enum": sorted(ids)}
    words = {"anyOf": [word, {"type": "array", "items": word}]}
    return {"anyOf": [*words["anyOf"], {"type": "object", "properties": {"not": words}}]}


def _test(fact: Fact, vocabulary: Vocabulary) -> Schema:
    """A term, a list of terms, or a mapping of `within`, `borders`, `not` and numbers."""
    term = {"enum": sorted({t for f in vocabulary.facts.values() if f.value_set.name == fact.value_set.name for t in f.value_set.terms})}
    terms = {"anyOf": [term, {"type": "array", "items": term}]}
    other = {"type": "object", "properties": {"fact": {"enum": sorted(vocabulary.facts)}}, "required": ["fact"], "additionalProperties": False}
    number = {
        "type": "object",
        "properties": {k: {"type": "number"} for k in ("over", "at_least", "under", "at_most")},
        "additionalProperties": False,
    }
    mapping = {
        "type": "object",
        "properties": {
            "within": terms,
            "borders": {"anyOf": [*terms["anyOf"], other]},
            "not": {"$ref": f"#/$defs/Test-{fact.value_set.name}"},
            "range_km": number,
        },
        "additionalProperties": False,
    }
    return {"anyOf": [*terms["anyOf"], mapping]}


LEFT_OUT: list[Schema] = [{"type": "null"}, {"type": "object", "maxProperties": 0}]  # what is left empty is left out
DAY: Schema = {"anyOf": [{"type": "string"}, {"type": "integer", "minimum": 1000, "maximum": 9999}]}
DATE: Schema = {
    "description": "2024-05-30, 2024-05, 2024, 2024-05-30/2024-06-02, or {between: [first, last]}",
    "anyOf": [
        *DAY["anyOf"],
        {
            "type": "object",
            "properties": {"between": {"type": "array", "items": DAY, "minItems": 2, "maxItems": 2}},
            "required": ["between"],
            "additionalProperties": False,
        },
        *LEFT_OUT,
    ],
}


def scenario_schema(vocabulary: Vocabulary) -> Schema:
    """A scenario, dotted or nested, or a list of scenarios. Names and aliases are accepted too, so ids are suggestions."""
    return {"$schema": DRAFT, "title": "caveat scenario", **_one_or_several(one_scenario(vocabulary))}


def _one_or_several(one: Schema) -> Schema:
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


def one_scenario(vocabulary: Vocabulary) -> Schema:
    """One scenario."""
    properties: Schema = {"date": DATE}
    nested: dict[str, Schema] = {}
    for fact in vocabulary.facts.values():
        if fact.part_of is None:
            properties[fact.name] = said = _said(fact)
            head, _, tail = fact.name.partition(".")
            if tail:
                nested.setdefault(head, {"type": ["object", "null"], "properties": {}, "additionalProperties": False})["properties"][tail] = said
    for whole, members in vocabulary.several.items():
        word = {"anyOf": [{"enum": [*(m.removeprefix(f"{whole}.") for m in members), "none"]}, {"type": "string", "minLength": 1}]}
        properties[whole] = {"anyOf": [*word["anyOf"], {"type": "array", "items": word}, {"type": "object"}, {"type": "null"}]}
        properties |= {m: {"type": ["boolean", "string", "array", "null"], "minLength": 1, "minItems": 1} for m in members}
    return {"type": "object", "properties": {**properties, **nested}, "additionalProperties": False}


def _said(fact: Fact) -> Schema:
    """What may be said of one fact."""
    name = {"anyOf": [{"enum": list(fact.value_set.terms)}, {"type": "string", "minLength": 1}]}
    names = {"anyOf": [*name["anyOf"], {"type": "array", "items": name, "minItems": 1}]}
    together = {"type": "array", "items": name, "minItems": 2, "maxItems": 2}
    ways = [_object({"not": names}), *([_object({"together": together})] if fact.together else [])]
    return {"description": fact.question, "anyOf": [*names["anyOf"], *ways, *LEFT_OUT]}


def case_schema(book: Book) -> Schema:
    """A case: a scenario with incident reports beside its facts, with the vocabulary's words for what they may say."""
    from caveat.load.incidents import MAX_REPORTS

    report, definitions = report_schema(book)
    one = one_scenario(book.vocabulary)
    reports = {"type": "array", "items": report, "maxItems": MAX_REPORTS}
    one = {**one, "properties": {**one["properties"], "reports": reports}}
    return {"$schema": DRAFT, "title": "caveat case", **_one_or_several(one), "$defs": definitions}


def report_schema(book: Book) -> tuple[Schema, Schema]:
    """One incident report, with the vocabulary's words for what it may say; and the definitions that it refers to."""
    from caveat.load.incidents import ReportsModel

    made = ReportsModel.model_json_schema(by_alias=True, ref_template="#/$defs/{model}")
    report = made["$defs"].pop("ReportModel")
    properties = report["properties"]
    for key, name in book.reporting.values.items() if book.reporting else ():
        known = {"anyOf": [{"enum": list(book.vocabulary.value_sets[name].terms)}, {"type": "string", "pattern": r"\S", "maxLength": 200}]}
        also = [] if key == "kind" else [{"type": "array", "items": known, "minItems": 1}]
        properties[key] = {"description": properties[key].get("description", ""), "anyOf": [*known["anyOf"], *also, {"type": "null"}]}
    source = {"allOf": [{"$ref": "#/$defs/SourceModel"}, {"anyOf": [_given("url"), _given("no_url")]}]}
    properties["source"] = {"description": "One source, or several.", "anyOf": [source, {"type": "array", "items": source, "minItems": 1}]}
    withdrawn = {key: {"type": "null"} for key in ("kind", "from", "against", "by", "force", "when", "corrects")}
    retraction = {**_given("retracts"), "properties": {**_given("retracts")["properties"], **withdrawn}}
    account = {"required": ["kind", "when"], "properties": {"kind": NOT_NULL, "when": NOT_NULL, "retracts": {"type": "null"}}}
    return {**report, "anyOf": [account, retraction]}, made["$defs"]


NOT_NULL: Schema = {"not": {"type": "null"}}


def _given(key: str) -> Schema:
    """Where something stands under a key."""
    return {"required": [key], "properties": {key: NOT_NULL}}


def decision_schema() -> Schema:
    """What `caveat decide --format json` prints for one scenario: `caveat/decision/1`."""
    text, texts = {"type": "string"}, {"type": "array", "items": {"type": "string"}}
    verdict = {"enum": [v.value for v in Verdict]}
    outcomes = {"type": "array", "items": {"enum": [o.value for o in Outcome]}}
    grade = {"enum": [None, *(g.value for g in Grade)]}
    sets = {"type": "array", "items": texts}
    aside = _object({"rule": text, "by": text})
    reading = _object({"reading": text, "question": text, "because": text, "if_yes": outcomes, "if_no": outcomes})
    consent = _object(
        {
            "issuer": text, "name": text, "because": text, "roles": texts, "has_say": {"enum": ["certain", "arguable", "depends"]},
            "verdict": verdict, "says": outcomes, "rules": texts, "arguable_rules": texts, "set_aside": {"type": "array", "items": aside},
            "readings": {"type": "array", "items": reading}, "missing": sets, "possible": {"type": "array", "items": verdict},
            "last_known": {"type": "boolean"}, "covered_until": {"type": ["string", "null"]}, "grade": grade,
            "sources": {"type": "array", "items": {"type": "object", "required": ["statement", "rules", "by", "grade", "publisher", "reliability"]}},
        }
    )  # fmt: skip
    derived = _object(
        {
            "fact": text, "values": texts, "reading_of": {"type": ["string", "null"]}, "derivation": text, "reports": texts, "certain": {"type": "boolean"},
            "doubts": texts, "where": {"type": "object", "additionalProperties": texts}, "set_aside": {"type": ["string", "null"]}, "by": texts,
        }
    )  # fmt: skip
    report = {"type": "object", "required": ["id", "kind", "when", "reported", "sure", "source"]}
    assumption = _object({"fact": text, "value": {"anyOf": [text, texts]}, "because": text})
    whole = _object(
        {
            "schema": {"const": "caveat/decision/1"}, "verdict": verdict, "scenario": {"type": "object"}, "as_of": {"type": ["string", "null"]},
            "known_by": {"type": "string", "format": "date"}, "consents": {"type": "array", "items": consent}, "missing": sets,
            "possible": {"type": "array", "items": verdict}, "binding": texts, "assumptions": {"type": "array", "items": assumption},
            "told": texts, "derived": {"type": "array", "items": derived}, "reports": {"type": "array", "items": report},
            "has_say": {"enum": [None, "certain", "arguable", "depends", "none"]}, "last_known": {"type": "boolean"}, "said_after_use": texts,
            "least_grade": grade, "asked_only": texts, "not_asked": texts,
            "library": LIBRARY, "engine": text,
        }
    )  # fmt: skip
    return {"$schema": DRAFT, "title": "caveat decision", **whole}


def _object(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
