"""The schemas of conditions: the facts and the values that the loaded vocabulary lets them name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from caveat.core.vocabulary import Fact, Vocabulary

Schema = dict[str, Any]  # JSON Schema is a language of its own, and has no types here


def with_conditions(node: Any) -> Any:  # noqa: ANN401  (any node of a schema)
    """The schema with every place where the models leave a condition open pointing to its definition."""
    if isinstance(node, list):
        return [with_conditions(item) for item in node]
    if isinstance(node, dict):
        if node.get("format") == "caveat-condition":
            rest = {k: v for k, v in node.items() if k in ("description", "title", "minProperties")}
            return {**rest, "$ref": "#/$defs/Condition"}
        closed = {"additionalProperties": False} if "patternProperties" in node else {}  # else a key that is no id would pass
        return {**{k: with_conditions(v) for k, v in node.items()}, **closed}
    return node


def condition_defs(vocabulary: Vocabulary) -> Schema:
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
