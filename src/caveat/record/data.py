"""The types of the lines of a record, and of `caveat/replay/1`."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from caveat.core.book import Grade
from caveat.core.decision import HasSay
from caveat.core.outcome import Outcome, Verdict
from caveat.report.data import Count, Day, DerivedData, Facts, LibraryData, ReportData, Scenario

How = Literal["added", "removed", "edited"]
Kind = Literal["verdict", "answer", "cited", "refused"]
Digest = Annotated[str, Field(pattern="^sha256:[0-9a-f]{64}$")]


class RecordedLibraryData(TypedDict):
    """The library that a decision was made with."""

    digest: Digest


class AskedData(TypedDict):
    """Everything it takes to ask again."""

    scenario: Scenario
    as_of: str | None
    known_by: Day
    least_grade: Grade | None
    issuers: list[str]
    assumptions: Annotated[bool, Field(description="Whether any were allowed.")]
    engine: str
    reports: NotRequired[list[ReportData]]


class ArguedData(TypedDict):
    """An arguable point: what the issuer says if it is settled yes, and if no."""

    point: str
    if_yes: list[Outcome]
    if_no: list[Outcome]


class ConsentData(TypedDict):
    """One issuer's part of the answer."""

    issuer: str
    verdict: Verdict
    says: list[Outcome]
    roles: list[str]
    has_say: HasSay
    rules: list[str]
    arguable_rules: list[str]
    set_aside: Annotated[list[tuple[str, str]], Field(description="Rules, each with the one that defeats it.")]
    readings: list[ArguedData]
    missing: Facts
    possible: list[Verdict]
    statements: list[str]
    cited: NotRequired[Annotated[list[tuple[str, list[str]]], Field(description="Statements, each with the rules that it carries.")]]
    grade: Grade | None
    last_known: bool


class DerivedFactData(DerivedData):
    """A fact that reports gave, or would have given; texts that say nothing are empty."""

    issuer: str
    set_aside: str


class AnswerData(TypedDict):
    """The whole answer, with what was assumed and what followed from reports; sources are named by their statements."""

    verdict: Verdict
    consents: list[ConsentData]
    missing: Facts
    possible: list[Verdict]
    binding: list[str]
    assumed: dict[str, list[str]]
    derived: NotRequired[list[DerivedFactData]]


class WatchedData(TypedDict):
    """The line of a watch that was told with it."""

    journal: str
    seq: Count


class RecordData(TypedDict):
    """One decision: what was asked, what was answered, and fingerprints of what the answer rests on."""

    schema: Literal["caveat/record/1"]
    recorded: Annotated[str, Field(json_schema_extra={"format": "date-time"})]
    caveat: str
    label: str
    library: RecordedLibraryData
    asked: AskedData
    answer: AnswerData
    basis: dict[str, str]
    watch: NotRequired[WatchedData]


class LibraryLineData(TypedDict):
    """The library that the decisions below it were made with, packed."""

    schema: Literal["caveat/record-library/1"]
    digest: Digest
    caveat: str
    book: str


class PartData(TypedDict):
    """What differs within a piece of a library; what it was and is, where that is a word, a number or a day."""

    part: str
    before: str
    after: str


class ChangeData(TypedDict):
    """One piece of a library that differs, and what changes with it."""

    kind: str
    id: str
    how: How
    parts: list[PartData]
    along: list[str]


class CauseData(TypedDict):
    """Changes that together explain a difference."""

    changes: list[ChangeData]
    alone: bool
    needed: bool


class MovedData(TypedDict):
    """One thing that moved; `issuer` is null where it is about the whole use."""

    issuer: str | None
    what: str
    before: object
    after: object


class DifferenceData(TypedDict):
    """A decision that came out differently."""

    line: Count
    recorded: str
    label: str
    kind: Kind
    asked: dict[str, object]
    before: str
    after: str | None
    refusal: str
    moved: list[MovedData]
    causes: list[CauseData]
    note: str


class UnreadableData(TypedDict):
    """A line that could not be read, and why."""

    line: Count
    because: str


class ReplayData(TypedDict):
    """What `caveat replay --format json` prints."""

    schema: Literal["caveat/replay/1"]
    confirmed: bool
    decisions: Count
    library: LibraryData
    recorded_with: list[str]
    differences: list[DifferenceData]
    unreadable: list[UnreadableData]
