"""JSON Schemas of a line that a watch takes, and of a line that it tells."""

from __future__ import annotations

from caveat.core.edition import LIBRARY
from caveat.record.schema import FLAG, MAYBE, NUMBER, TEXT, TEXTS, VERDICT, Schema, closed, listed
from caveat.watch.lines import MAX_ID, MAX_VERSION

IDENT: Schema = {"type": ["string", "integer"], "minLength": 1, "maxLength": MAX_ID}
DAY: Schema = {"type": "string", "format": "date"}


def line_schema() -> Schema:
    """One line of input. Of a report only what every report has: the rest is as in the `reports` of a case file."""
    version = {"type": "integer", "minimum": 1, "maximum": MAX_VERSION}
    scenario = {"op": {"const": "scenario"}, "id": IDENT, "scenario": {"type": "object"}, "version": version, "known_by": DAY, "as_of": TEXT}
    report = {"type": "object", "properties": {"op": {"const": "report"}, "id": IDENT}, "required": ["op", "id", "reported", "source"]}
    return {
        "anyOf": [
            closed(scenario, "version", "known_by", "as_of"),
            closed({"op": {"const": "close"}, "id": IDENT}),
            closed({"op": {"const": "clock"}, "day": DAY}),
            report,
            {**report, "properties": {"op": {"const": "correct"}, "id": IDENT, "corrects": IDENT}, "required": [*report["required"], "corrects"]},
            {**report, "properties": {"op": {"const": "retract"}, "id": IDENT, "retracts": IDENT}, "required": [*report["required"], "retracts"]},
        ]
    }


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
