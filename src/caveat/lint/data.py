"""The types of what `caveat lint --format json` prints."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from caveat.core.errors import Severity
from caveat.report.data import Day, Number, Where


class InvolvedData(TypedDict):
    """A further rule, statement or test at fault, and where it stands."""

    id: str
    role: str
    file: str
    line: Number


class WitnessData(TypedDict):
    """One use that shows a finding, as `caveat decide` takes it."""

    scenario: Where
    known_by: Day
    issuer: str
    shows: Annotated[str, Field(description="What to look for in the answer.")]


class PlaceData(TypedDict, total=False):
    """Where it stands."""

    file: str
    line: Number
    column: Number
    text: Annotated[str, Field(description="The text that is at fault.")]


class MeaningData(TypedDict, total=False):
    """What is known of a finding about the meaning of policies."""

    about: Annotated[str | None, Field(description="The rule, statement or issuer it stands at.")]
    rules: Annotated[list[str], Field(description="All rules at fault, the one it stands at first.")]
    also: list[InvolvedData]
    regions: Annotated[list[dict[str, list[str]]], Field(description="The parts of all uses that it is about.")]
    witness: WitnessData | None
    accepted: Annotated[str | None, Field(description="The reason given in the file for leaving it as it is.")]


class FindingData(PlaceData, MeaningData):
    """One problem of the policies."""

    code: str
    severity: Severity
    message: str
    help: str
