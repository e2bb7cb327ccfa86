"""What people write in a claims file: pydantic models. `resolve.claims` says what it means."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from caveat.core.book import Grade  # noqa: TC001  (pydantic reads annotations)
from caveat.load.models import ConditionData, DatedField, Ident, Text  # noqa: TC001

Word = Literal[
    "permitted", "prohibited", "unclear", "silent", "conflict", "arguably-permitted", "arguably-prohibited", "no-objection", "no-say",
    "applies", "decides",
]  # fmt: skip
Kind = Literal["issuer", "state", "treaty", "alliance", "organisation"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


_NAMES: dict[str, list[object]] = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}
Names = Annotated[tuple[str, ...], BeforeValidator(_listed), Field(min_length=1), WithJsonSchema(_NAMES)]
_WORD = {"enum": list(get_args(Word))}
_WORDS = {"anyOf": [_WORD, {"type": "array", "items": _WORD, "minItems": 1}]}
Words = Annotated[tuple[Word, ...], BeforeValidator(_listed), Field(min_length=1), WithJsonSchema(_WORDS)]
_ANY_NAMES: dict[str, list[object]] = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
LooseNames = Annotated[tuple[str, ...], BeforeValidator(_listed), WithJsonSchema(_ANY_NAMES)]


class EveryModel(_Model):
    """Every issuer of a kind, but for some."""

    every: Kind
    but_not: LooseNames = ()


_EVERY = {
    "type": "object",
    "properties": {"every": {"enum": list(get_args(Kind))}, "but_not": _ANY_NAMES},
    "required": ["every"],
    "additionalProperties": False,
}
Whom = Annotated[EveryModel | tuple[str, ...], BeforeValidator(_listed), WithJsonSchema({"anyOf": [*_NAMES["anyOf"], _EVERY]})]


class FindingModel(_Model):
    """One half of an implication: who says what."""

    issuer: str | None = Field(None, description="One issuer; without it, and without a rule, all consents together.")
    rule: str | None = Field(None, description="One rule, as `ISSUER/name`.")
    verdict: Words = Field(description="What comes, or any of several.")
    date: DatedField | None = Field(None, description="The day asked about on this side alone.")
    known_by: DatedField | None = Field(None, description="What was known on this side alone.")


class ClaimModel(_Model):
    """One claim about all scenarios of a kind."""

    claim: Text = Field(description="The claim as a plain sentence.")
    note: Text | None = None
    where: ConditionData = Field(default_factory=dict, description="Which scenarios; every one without it. What arguably lies in it counts.")
    date: DatedField | None = Field(None, description="The day or days; any day without it.")
    from_: DatedField | None = Field(None, alias="from", description="The first day.")
    until: DatedField | None = Field(None, description="The last day.")
    known_by: DatedField | None = Field(None, description="Use only what was known by this day; all that the library knows without it.")
    min_grade: Grade | None = Field(None, description="Evidence below this grade makes a rule arguable.")
    issuer: Whom | None = Field(None, description="One issuer, each of several, or {every: state}; without it, all consents together.")
    rule: Names | None = Field(None, description="One rule or each of several, as `ISSUER/name`.")
    as_: Literal["donor", "anyone"] | None = Field(None, alias="as", description="`donor`: each issuer is asked as the donor of what is used.")
    always: Words | None = Field(None, description="In every scenario this comes, or one of these.")
    never: Words | None = Field(None, description="In no scenario does this come, or any of these.")
    if_: FindingModel | None = Field(None, alias="if", description="Wherever this comes ...")
    then: FindingModel | None = Field(None, description="... this comes, too.")
    may_be_empty: Text | None = Field(None, description="Why the claim may be about no scenario at all.")


class ClaimsModel(_Model):
    """A whole claims file."""

    claims: dict[Ident, ClaimModel]
