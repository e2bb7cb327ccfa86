"""The schemas of scenarios, cases, reports, and of the lines that a watch takes. Names and aliases are accepted too, so ids are suggestions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.load.incidents import MAX_REPORTS, ReportsModel
from caveat.watch.lines import MAX_ID, MAX_VERSION

if TYPE_CHECKING:
    from caveat.core.book import Book
    from caveat.core.vocabulary import Fact, Vocabulary
    from caveat.schemas.conditions import Schema

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
    return _one_or_several(one_scenario(vocabulary))


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
    report, definitions = report_schema(book)
    one = one_scenario(book.vocabulary)
    reports = {"type": "array", "items": report, "maxItems": MAX_REPORTS}
    one = {**one, "properties": {**one["properties"], "reports": reports}}
    return {**_one_or_several(one), "$defs": definitions}


def report_schema(book: Book) -> tuple[Schema, Schema]:
    """One incident report, with the vocabulary's words for what it may say; and the definitions that it refers to."""
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


# -- the lines that a watch takes


IDENT: Schema = {"type": ["string", "integer"], "minLength": 1, "maxLength": MAX_ID}
CLOCK: Schema = {"type": "string", "format": "date"}


def line_schema(book: Book) -> Schema:
    """One line of input: a scenario and a report are what they are in a file, but for what `op` says, and a date that is the clock's."""
    report, definitions = report_schema(book)
    asked = _object({"op": {"const": "scenario"}, "id": IDENT, "scenario": one_scenario(book.vocabulary)})
    asked["properties"] |= {"version": {"type": "integer", "minimum": 1, "maximum": MAX_VERSION}, "known_by": CLOCK, "as_of": {"type": "string"}}
    reports = [_told_by(report, "report"), _told_by(report, "correct", "corrects"), _told_by(report, "retract", "retracts")]
    others = [_object({"op": {"const": "close"}, "id": IDENT}), _object({"op": {"const": "clock"}, "day": CLOCK})]
    return {"anyOf": [asked, *others, *reports], "$defs": definitions}


def _told_by(report: Schema, op: str, *needed: str) -> Schema:
    """A report as a line with this operation."""
    aimed = {key: {"allOf": [report["properties"][key], {"not": {"type": "null"}}]} for key in needed}
    properties = {"op": {"const": op}, **report["properties"], **aimed}
    return {**report, "properties": properties, "required": ["op", *report["required"], *needed]}


def _object(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
