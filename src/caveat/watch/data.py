"""The types of the lines that a watch tells, and of those that it sets aside."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from caveat.core.outcome import Verdict
from caveat.record.data import DerivedFactData
from caveat.report.data import Count, Day, Facts, LibraryData, SetAsideData
from caveat.watch.lines import Op


class ConsentData(TypedDict):
    """One issuer's part of the verdict."""

    issuer: str
    verdict: Verdict
    rules: list[str]
    set_aside: list[SetAsideData]
    readings: list[str]


class CauseData(TypedDict):
    """The line that moved it: `id` names a report, or a day where the clock moved."""

    op: Op
    id: str
    line: Count


class ReasonsData(TypedDict, total=False):
    """What the verdict rests on; left out where there is none."""

    as_of: str | None
    known_by: Day
    possible: list[Verdict]
    binding: list[str]
    missing: Facts
    consents: list[ConsentData]
    derived: list[DerivedFactData]


class ToldData(ReasonsData):
    """One told line: `verdict` is null where the scenario was closed, or cannot be decided, as `problem` says."""

    schema: Literal["caveat/watch/1"]
    seq: Count
    scenario: str
    verdict: Verdict | None
    before: Verdict | None
    problem: str
    closed: bool
    cause: CauseData
    library: LibraryData


class WatchData(ToldData):
    """What `caveat watch --format json` prints, a line each time a verdict changes."""

    again: NotRequired[Annotated[Literal[True], Field(description="It may have been told before.")]]


class AsideData(TypedDict):
    """A line of input that was set aside, and why."""

    seq: Count
    source: str
    line: Count
    code: str
    message: str
    text: str


class RejectData(AsideData):
    """One line of `--rejects FILE`."""

    schema: Literal["caveat/watch-reject/1"]
