"""JSON Schemas of a line of a record, and of what a replay says of it."""

from __future__ import annotations

from typing import Any

from caveat.core.book import Grade
from caveat.core.edition import LIBRARY
from caveat.core.outcome import Outcome, Verdict

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
TEXTS: Schema = {"type": "array", "items": TEXT}
FLAG: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "integer", "minimum": 0}
MAYBE: Schema = {"type": ["string", "null"]}
OBJECT: Schema = {"type": "object"}
DIGEST: Schema = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}
VERDICT: Schema = {"enum": [v.value for v in Verdict]}


def closed(properties: Schema, *optional: str) -> Schema:
    """An object of exactly these properties, of which the optional ones may be left out."""
    needed = [key for key in properties if key not in optional]
    return {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}


def listed(items: Schema) -> Schema:
    """A list of such items."""
    return {"type": "array", "items": items}


def record_schema() -> Schema:
    """A line of a record: `caveat/record/1`, or the library that the decisions below it were made with."""
    library = closed({"schema": {"const": "caveat/record-library/1"}, "digest": DIGEST, "caveat": TEXT, "book": TEXT})
    decision = closed(
        {
            "schema": {"const": "caveat/record/1"}, "recorded": {"type": "string", "format": "date-time"}, "caveat": TEXT, "label": TEXT,
            "library": closed({"digest": DIGEST}), "asked": _asked(), "answer": _answer(), "basis": {"type": "object", "additionalProperties": TEXT},
            "watch": closed({"journal": TEXT, "seq": NUMBER}),
        },
        "watch",
    )  # fmt: skip
    return {"anyOf": [decision, library]}


def _asked() -> Schema:
    return closed(
        {
            "scenario": {"type": "object", "additionalProperties": {"not": OBJECT}}, "as_of": MAYBE, "known_by": {"type": "string", "format": "date"},
            "least_grade": {"enum": [None, *(g.value for g in Grade)]}, "issuers": TEXTS, "assumptions": FLAG, "engine": TEXT,
            "reports": listed(OBJECT),
        },
        "reports",
    )  # fmt: skip


def _answer() -> Schema:
    sides = listed({"enum": [o.value for o in Outcome]})
    consent = {
        "issuer": TEXT, "verdict": VERDICT, "says": sides, "roles": TEXTS, "has_say": {"enum": ["certain", "arguable", "depends", "none"]},
        "rules": TEXTS, "arguable_rules": TEXTS, "set_aside": listed(TEXTS), "readings": listed(closed({"point": TEXT, "if_yes": sides, "if_no": sides})),
        "missing": listed(TEXTS), "possible": listed(VERDICT), "statements": TEXTS,
        "cited": listed({"type": "array", "prefixItems": [TEXT, TEXTS], "items": False}),
        "grade": {"enum": [None, *(g.value for g in Grade)]}, "last_known": FLAG,
    }  # fmt: skip
    whole = {
        "verdict": VERDICT,
        "consents": listed(closed(consent, "cited")),
        "missing": listed(TEXTS),
        "possible": listed(VERDICT),
        "binding": TEXTS,
    }
    return {"type": "object", "properties": {**whole, "assumed": OBJECT, "derived": listed(OBJECT)}, "required": [*whole, "assumed"]}


def replay_schema() -> Schema:
    """What `caveat replay --format json` prints: `caveat/replay/1`."""
    part = closed({"part": TEXT, "before": TEXT, "after": TEXT})
    change = closed({"kind": TEXT, "id": TEXT, "how": {"enum": ["added", "removed", "edited"]}, "parts": listed(part), "along": TEXTS})
    cause = closed({"changes": listed(change), "alone": FLAG, "needed": FLAG})
    difference = {
        "line": NUMBER, "recorded": TEXT, "label": TEXT, "kind": {"enum": ["verdict", "answer", "cited", "refused"]}, "asked": {"type": "object"},
        "before": TEXT, "after": MAYBE, "refusal": TEXT, "moved": listed(closed({"issuer": MAYBE, "what": TEXT, "before": {}, "after": {}})),
        "causes": listed(cause), "note": TEXT,
    }  # fmt: skip
    whole = {
        "schema": {"const": "caveat/replay/1"}, "confirmed": FLAG, "decisions": NUMBER, "library": LIBRARY,
        "recorded_with": TEXTS, "differences": listed(closed(difference)), "unreadable": listed(closed({"line": NUMBER, "because": TEXT})),
    }  # fmt: skip
    return closed(whole)
