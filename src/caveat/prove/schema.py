"""The JSON Schema of `caveat/prove/1`, which `caveat prove --format json` prints."""

from __future__ import annotations

from typing import Any

from caveat.core.book import Grade
from caveat.core.edition import LIBRARY
from caveat.prove.proof import State

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_MAYBE: Schema = {"type": ["string", "null"]}
_NUMBER: Schema = {"type": "integer", "minimum": 0}
_DAY: Schema = {"type": "string", "format": "date"}
_VERDICTS = ("permitted", "prohibited", "unclear", "no-objection", "no-say")


def proofs_schema() -> Schema:
    """The schema of what came of all claims."""
    return _object(
        {
            "schema": {"const": "caveat/prove/1"}, "all_hold": {"type": "boolean"}, "counts": _object({s.value: _NUMBER for s in State}),
            "known_by": _DAY, "claims": _list(_claim()), "library": LIBRARY,
        }
    )  # fmt: skip


def _claim() -> Schema:
    return _object(
        {
            "file": _TEXT, "line": {"type": "integer", "minimum": 1}, "id": _TEXT, "claim": _TEXT, "state": {"enum": [s.value for s in State]},
            "scenarios": _NUMBER, "against": _NUMBER, "regions": _list(_region()), "more": _NUMBER, "empty": _list(_TEXT),
            "may_be_empty": _MAYBE, "problem": _MAYBE, "note": _MAYBE,
        }
    )  # fmt: skip


def _region() -> Schema:
    values = {"anyOf": [_TEXT, _list(_TEXT)]}
    where = {"type": "object", "additionalProperties": values, "description": "What marks these scenarios among those the claim is about."}
    witness = {"type": "object", "additionalProperties": _TEXT, "description": "One of them, as `caveat decide` takes it."}
    return _object({"of": _MAYBE, "where": where, "scenarios": _NUMBER, "witness": witness, "asked": _list(_asked())})


def _asked() -> Schema:
    facts = {"type": "object", "additionalProperties": _TEXT, "description": "Facts of this half alone, beside those of the witness."}
    return _object(
        {
            "issuer": _MAYBE, "as_of": {"anyOf": [_DAY, {"type": "null"}]}, "known_by": _DAY, "min_grade": {"enum": [None, *(g.value for g in Grade)]},
            "facts": facts, "verdict": {"enum": list(_VERDICTS)}, "rules": _list(_TEXT), "command": _TEXT,
        }
    )  # fmt: skip


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _object(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
