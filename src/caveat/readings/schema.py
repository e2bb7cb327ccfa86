"""What the record leaves open, for machines: `caveat/readings/1`. The schema is that of these models."""

from __future__ import annotations

from datetime import date  # noqa: TC003  (pydantic reads annotations)
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from caveat.core.edition import LIBRARY
from caveat.core.outcome import Outcome  # noqa: TC001

SCHEMA: Literal["caveat/readings/1"] = "caveat/readings/1"


class Section(StrEnum):
    """What kind of thing is open."""

    MEANING = "meaning"  # what a policy means
    STANDING = "standing"  # who has a say
    CLASS = "class"  # what counts as what
    DAY = "day"  # from when to when
    DENIED = "denied"  # what was said and contradicted


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StretchData(_Model):
    """Days, both included; null where there is no first or no last."""

    first: date | None
    last: date | None


class AnswersData(_Model):
    """The outcomes that a yes and a no give for some use."""

    yes: Outcome
    no: Outcome


class TurnData(_Model):
    """What turns on a question for one issuer."""

    issuer: str
    uses: int = Field(description="Uses, a value for each fact but the day, whose outcome turns on it on some day.")
    of_uses: int = Field(description="Uses in which the issuer has a say.")
    days: list[StretchData]
    values: dict[str, list[str]] = Field(description="For each fact that is not quite open there, the values with which it turns.")
    answers: list[AnswersData]
    witness: dict[str, str]
    command: str


class QuestionData(_Model):
    """An arguable point as a question."""

    name: str
    kind: Section
    question: str
    because: str
    raised_by: list[str]
    settled_by: str
    turns: list[TurnData]


class ReadingsData(_Model):
    """Every question that the record leaves open, the weightiest of each kind first."""

    schema_: Literal["caveat/readings/1"] = Field(SCHEMA, alias="schema")
    known_by: date
    questions: list[QuestionData]
    nothing_turns_on: list[str]
    library: Annotated[dict[str, Any], WithJsonSchema(LIBRARY)]
