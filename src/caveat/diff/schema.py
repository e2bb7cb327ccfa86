"""The JSON Schema of what `caveat diff --format json` prints: `caveat/diff/1`."""

from __future__ import annotations

from typing import Any

from caveat.core.book import Grade
from caveat.core.citation import Reliability
from caveat.core.edition import LIBRARY
from caveat.diff.difference import Cause, Change, Edit

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_MAYBE: Schema = {"type": ["string", "null"]}
_NUMBER: Schema = {"type": "integer", "minimum": 0}
_YES_NO: Schema = {"type": "boolean"}
_WHERE: Schema = {"type": "object", "additionalProperties": {"anyOf": [_TEXT, _TEXTS]}, "description": "A partial scenario, by id."}
_VERDICT: Schema = {"enum": ["permitted", "prohibited", "unclear", "no-objection", "no-say"]}
_CASE_VERDICT: Schema = {"enum": [*_VERDICT["enum"], "needs-facts", "contradiction"]}
_CLASS: Schema = {"enum": [c.value for c in Change]}


def diff_schema() -> Schema:
    """The schema of one difference."""
    return _object(
        {
            "schema": {"const": "caveat/diff/1"}, "before": _side(), "after": _side(), "asked": _TEXTS, "headline": _TEXT, "differs": _YES_NO,
            "where": _WHERE, "usual": {"type": "object", "additionalProperties": _TEXTS}, "changes": _list(_change()), "regions": _list(_region()),
            "rules": _list(_rule()), "statements": _list(_statement()), "vocabulary": _TEXTS,
            "not_compared": _list(_object({"fact": _TEXT, "only_before": _TEXTS, "only_after": _TEXTS})),
            "cases": {"anyOf": [{"type": "null"}, _list(_case())]}, "compared": _NUMBER, "sources": _list(_source()),
        }
    )  # fmt: skip


def _side() -> Schema:
    return _object(
        {
            "name": _TEXT, "issuer": _MAYBE, "as_of": {**_MAYBE, "format": "date"}, "known_by": {**_TEXT, "format": "date"},
            "least_grade": {"enum": [None, *(g.value for g in Grade)]}, "given": {"type": "object", "additionalProperties": _TEXT},
            "policies": _MAYBE, "library": LIBRARY,
        }
    )  # fmt: skip


def _change() -> Schema:
    """Regions with the same verdicts, cause and rules, told together; `regions` are their numbers."""
    return _object(
        {
            "number": _NUMBER, "class": _CLASS, "before": _VERDICT, "after": _VERDICT, "usual": _YES_NO, "text": _TEXT,
            "regions": {"type": "array", "items": _NUMBER, "minItems": 1}, "readings": _TEXTS,
        }
    )  # fmt: skip


def _region() -> Schema:
    asks = _object(
        {
            "issuer": _MAYBE, "as_of": _MAYBE, "known_by": _MAYBE, "grade": _MAYBE,
            "facts": {"type": "object", "description": "Facts of this side alone, over those of the witness."},
        }
    )  # fmt: skip
    return _object(
        {
            "number": _NUMBER, "where": _WHERE, "text": _TEXT, "before": _VERDICT, "after": _VERDICT, "class": _CLASS,
            "cause": {"enum": [None, *(c.value for c in Cause)]}, "issuers": _TEXTS, "usual": _YES_NO,
            "rules": _object({"before": _TEXTS, "after": _TEXTS}), "statements": _TEXTS,
            "witness": {"type": "object", "description": "A scenario that `decide` accepts."},
            "replay": _object({"before": asks, "after": asks}), "scenarios": {"type": "integer", "minimum": 1},
        }
    )  # fmt: skip


def _rule() -> Schema:
    return _object({"rule": _TEXT, "edit": _edit(), "summary": _TEXT, "place": _MAYBE, "statements": _TEXTS, "fields": _fields()})


def _statement() -> Schema:
    return _object({"statement": _TEXT, "edit": _edit(), "says": _TEXT, "place": _MAYBE, "fields": _fields()})


def _edit() -> Schema:
    return {"enum": [e.value for e in Edit]}


def _fields() -> Schema:
    """The parts that differ, as written on either side; empty where nothing was edited."""
    return {"type": "object", "additionalProperties": _object({"before": _TEXT, "after": _TEXT})}


def _case() -> Schema:
    number = {"type": ["integer", "null"]}
    return _object({"case": _TEXT, "before": _CASE_VERDICT, "after": _CASE_VERDICT, "changes": _YES_NO, "region": number, "change": number})


def _source() -> Schema:
    """A statement spoken of, and its sources."""
    cited = {
        "type": "object", "required": ["publisher", "reliability"],
        "properties": {"publisher": _TEXT, "url": _TEXT, "reliability": {"enum": [r.value for r in Reliability]}},
    }  # fmt: skip
    return _object(
        {"statement": _TEXT, "by": _TEXT, "says": _TEXT, "reported": _TEXT, "grade": {"enum": [g.value for g in Grade]}, "sources": _list(cited)}
    )


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _object(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
