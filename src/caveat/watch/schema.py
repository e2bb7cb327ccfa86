"""JSON Schemas of a line that a watch takes, and of a line that it tells."""

from __future__ import annotations

from caveat.core.edition import LIBRARY
from caveat.record.schema import FLAG, MAYBE, NUMBER, TEXT, TEXTS, VERDICT, Schema, closed, listed
from caveat.watch.lines import MAX_ID, MAX_VERSION

IDENT: Schema = {"type": ["string", "integer"], "minLength": 1, "maxLength": MAX_ID}
DAY: Schema = {"type": "string", "format": "date"}


def line_schema(scenario: Schema, report: Schema, definitions: Schema) -> Schema:
    """One line of input: a scenario and a report are what they are in a file, but for what `op` says, and a date that is the clock's."""
    version = {"type": "integer", "minimum": 1, "maximum": MAX_VERSION}
    asked = {"op": {"const": "scenario"}, "id": IDENT, "scenario": scenario, "version": version, "known_by": DAY, "as_of": TEXT}
    reports = [_told_by(report, "report"), _told_by(report, "correct", "corrects"), _told_by(report, "retract", "retracts")]
    known = [
        closed(asked, "version", "known_by", "as_of"),
        closed({"op": {"const": "close"}, "id": IDENT}),
        closed({"op": {"const": "clock"}, "day": DAY}),
    ]
    return {"anyOf": [*known, *reports], "$defs": definitions}


def _told_by(report: Schema, op: str, *needed: str) -> Schema:
    """A report as a line with this operation."""
    aimed = {key: {"allOf": [report["properties"][key], {"not": {"type": "null"}}]} for key in needed}
    properties = {"op": {"const": op}, **report["properties"], **aimed}
    return {**report, "properties": properties, "required": ["op", *report["required"], *needed]}


def told_schema() -> Schema:
    """One told line: `caveat/watch/1`."""
    aside = closed({"rule": TEXT, "by": TEXT})
    consent = closed({"issuer": TEXT, "verdict": VERDICT, "rules": TEXTS, "set_aside": listed(aside), "readings": TEXTS})
    cause = closed({"op": {"enum": ["scenario", "report", "clock", "close", "library"]}, "id": TEXT, "line": NUMBER})
    maybe = {"enum": [None, *VERDICT["enum"]]}
    reasons = {
        "as_of": MAYBE, "known_by": DAY, "possible": listed(VERDICT), "binding": TEXTS, "missing": listed(TEXTS), "consents": listed(consent),
        "derived": listed({"type": "object"}),
    }  # fmt: skip
    whole = {
        "schema": {"const": "caveat/watch/1"}, "seq": NUMBER, "scenario": TEXT, "verdict": maybe, "before": maybe, "problem": TEXT, "closed": FLAG,
        "cause": cause, **reasons, "library": LIBRARY, "again": {"const": True},
    }  # fmt: skip
    return closed(whole, "again", *reasons)
