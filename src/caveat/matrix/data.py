"""The types of `caveat/matrix/1`."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from caveat.core.book import Grade
from caveat.matrix.run import Blank
from caveat.report.data import AssumptionData, Day, LibraryData, Scenario, ViewData

Said = str | bool | int | list[str]


class EntryData(TypedDict):
    """One row or column: the facts it adds, or the issuer it asks."""

    id: str
    names: list[str]
    facts: dict[str, Said]
    issuer: str | None


class AxisData(TypedDict):
    """The rows, or the columns."""

    fact: str
    title: str
    entries: list[EntryData]


class AskedData(TypedDict):
    """What a square asks, and of whom."""

    scenario: Annotated[dict[str, Said], Field(description="What `caveat decide` takes.")]
    issuers: list[str]


class AnsweredData(ViewData, AskedData):
    """A square with a verdict."""

    blank: None
    told: list[str]


class BlankData(AskedData):
    """A square without a verdict, and why it has none."""

    verdict: None
    blank: Blank | None
    because: str


class MatrixData(TypedDict):
    """What `caveat matrix --format json` prints; `cells[i][j]` is row i in column j."""

    schema: Literal["caveat/matrix/1"]
    scenario: Scenario
    as_of: str | None
    known_by: Day
    rows: AxisData
    columns: AxisData
    cells: list[list[AnsweredData | BlankData]]
    left_out: Annotated[list[EntryData], Field(description="Rows and columns in which no use can be, if not asked for by name.")]
    chain: Annotated[bool, Field(description="Whether each square asks all whose say counts, and not one issuer.")]
    assumptions: list[AssumptionData]
    least_grade: Grade | None
    asked_only: list[str]
    library: LibraryData
