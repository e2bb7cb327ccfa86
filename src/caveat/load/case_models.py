"""What people write in a case file: pydantic models, and the words for what may be expected. `cases` says what it means."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from caveat.load.models import DatedField, Ident, Text  # noqa: TC001  (pydantic reads annotations)

WORDS = ("permitted", "prohibited", "unclear", "needs-facts", "no-objection", "no-say", "contradiction")
NOT_ASKED = "."


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _by_verdict(value: object) -> object:
    """One rule or a list of them, for whatever verdict."""
    return value if isinstance(value, dict) else dict.fromkeys(WORDS, value)


_NAMES = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
_LINE = {"type": "string", "description": f"One word for each column: {', '.join(WORDS)}, or `{NOT_ASKED}` for a combination that is not asked."}
_LINES = {"anyOf": [_LINE, {"type": "object", "additionalProperties": _LINE}]}
_FACTS = {"type": "object", "description": "Facts of a scenario, nested or dotted."}
_AXIS = {
    "description": "Either one fact with a list of values, or names, each with its facts.",
    "type": "object",
    "additionalProperties": {"anyOf": [{"type": "array"}, {"type": "object"}]},
}
_RULES = {"anyOf": [*_NAMES["anyOf"], {"type": "object", "propertyNames": {"enum": list(WORDS)}, "additionalProperties": _NAMES}]}

Names = Annotated[tuple[str, ...], BeforeValidator(_listed), WithJsonSchema(_NAMES)]
RulesByVerdict = Annotated[dict[str, Names], BeforeValidator(_by_verdict), WithJsonSchema(_RULES)]
ConsentWord = Literal["permitted", "prohibited", "unclear", "needs-facts", "no-objection", "no-say"]


class CaseModel(_Model):
    """One case: one check, or a matrix of them. The parts typed Any are read from the tree, where each word has its place."""

    note: Text | None = None
    given: Annotated[Any, WithJsonSchema(_FACTS)] = None
    date: DatedField | None = None
    as_of: DatedField | None = None
    known_by: DatedField | None = None
    rows: Annotated[Any, WithJsonSchema(_AXIS)] = None
    columns: Annotated[Any, WithJsonSchema(_AXIS)] = None
    expect: Annotated[Any, WithJsonSchema(_LINES)]
    rules: RulesByVerdict = Field(default_factory=dict, description="Rules that must be among those that decided.")
    missing: Names = Field((), description="Facts that together are one of the smallest sets that settle it.")
    issuers: Names = Field((), description="Ask only these.")
    consents: dict[str, ConsentWord] = Field(default_factory=dict, description="The verdict of single issuers.")
    skip: Text | None = Field(None, description="Why the case is not run.")


class CasesModel(_Model):
    """A whole case file."""

    cases: dict[Ident, CaseModel] = Field(default_factory=dict)
    uncovered: dict[str, Text] = Field(default_factory=dict, description="Rules no case is expected to reach, with the reason.")
