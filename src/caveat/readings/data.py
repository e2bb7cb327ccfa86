"""The types of `caveat/readings/1`."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from caveat.core.outcome import Outcome
from caveat.readings.open import Section
from caveat.report.data import Count, Day, LibraryData, Uses


class StretchData(TypedDict):
    """Days, both included; null where there is no first or no last."""

    first: Day | None
    last: Day | None


class AnswersData(TypedDict):
    """The outcomes that a yes and a no give for some use."""

    yes: Outcome
    no: Outcome


class TurnData(TypedDict):
    """What turns on a question for one issuer."""

    issuer: str
    uses: Annotated[Count, Field(description="Uses, a value for each fact but the day, whose outcome turns on it on some day.")]
    of_uses: Annotated[Count, Field(description="Uses in which the issuer has a say.")]
    days: list[StretchData]
    values: Annotated[dict[str, list[str]], Field(description="For each fact that is not quite open there, the values with which it turns.")]
    answers: list[AnswersData]
    witness: Uses
    command: str


class QuestionData(TypedDict):
    """An arguable point as a question."""

    name: str
    kind: Section
    question: str
    because: str
    raised_by: list[str]
    settled_by: str
    turns: list[TurnData]


class ReadingsData(TypedDict):
    """What `caveat readings --format json` prints: every question that the record leaves open, the weightiest of each kind first."""

    schema: Literal["caveat/readings/1"]
    known_by: Day
    questions: list[QuestionData]
    nothing_turns_on: list[str]
    library: LibraryData
