"""The types of `caveat/timeline/1`."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from caveat.core.book import Grade
from caveat.core.decision import HasSay
from caveat.report.data import AssumptionData, Day, LibraryData, Scenario, SetAsideData, ViewData
from caveat.timeline.run import Clock

_Days = TypedDict("_Days", {"from": Day, "to": Day})


class ChangeData(TypedDict):
    """What made a stretch begin."""

    began: Annotated[list[str], Field(description="Rules that newly decide.")]
    ended: Annotated[list[str], Field(description="Rules that no longer do.")]
    set_aside: list[SetAsideData]
    statements: list[str]
    doubts: Annotated[list[str], Field(description="Points newly in doubt.")]


class SegmentData(_Days, ViewData):
    """A stretch of days, both ends included, on which the answer is the same."""

    change: Annotated[ChangeData | None, Field(description="Null in the first of a strip.")]


class StripData(TypedDict):
    """One lane on one clock: segments without gaps or overlaps."""

    clock: Clock
    segments: list[SegmentData]


class LaneData(TypedDict):
    """One issuer; or all together, where `issuer` is null."""

    issuer: str | None
    name: str | None
    roles: list[str]
    has_say: HasSay
    given: Annotated[dict[str, str], Field(description="What was added to the scenario to ask the issuer as a donor.")]
    strips: list[StripData]


class TimelineData(_Days):
    """What `caveat timeline --format json` prints for one scenario; for several, a list of these."""

    schema: Literal["caveat/timeline/1"]
    scenario: Scenario
    as_of: Annotated[str | None, Field(description="The fixed day of the clock `learned`.")]
    known_by: Annotated[Day, Field(description="The fixed day of the clock `held`.")]
    clocks: list[Clock]
    lanes: list[LaneData]
    assumptions: list[AssumptionData]
    told: list[str]
    least_grade: Grade | None
    asked_only: list[str]
    library: LibraryData
