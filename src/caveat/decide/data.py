"""The types of `caveat/decision/1`."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from caveat.core.book import Grade
from caveat.core.decision import HasSay
from caveat.core.outcome import Outcome, Verdict
from caveat.report.data import AssumptionData, CitationData, Day, DerivedData, Facts, LibraryData, ReportData, Scenario, SetAsideData


class LateData(TypedDict, total=False):
    """What came too late."""

    published_later: Annotated[Literal[True], Field(description="It was published after what is asked about was known.")]
    said_after_use: Annotated[Literal[True], Field(description="The statement was made after the use.")]


class CitedData(CitationData, LateData):
    """A source of a statement that carries rules which decide, or which are set aside."""

    statement: str
    rules: Annotated[list[str], Field(description="The rules that the statement carries here.")]
    by: str
    grade: Grade


class ReadingData(TypedDict):
    """An arguable point that matters: what the issuer says if it is settled yes, and if no."""

    reading: str
    question: str
    because: str
    if_yes: list[Outcome]
    if_no: list[Outcome]


class ConsentData(TypedDict):
    """One issuer's part of a decision."""

    issuer: str
    name: str
    because: str
    roles: list[str]
    has_say: Annotated[HasSay, Field(description="`arguable`: under some readings only; `depends`: on facts that are missing.")]
    verdict: Verdict
    says: Annotated[list[Outcome], Field(description="The outcomes it gives in some completion and reading.")]
    rules: list[str]
    arguable_rules: Annotated[list[str], Field(description="Those of `rules` that decide under some readings only.")]
    set_aside: list[SetAsideData]
    readings: list[ReadingData]
    missing: Facts
    possible: list[Verdict]
    last_known: bool
    covered_until: Annotated[str | None, Field(description="How far the sources of this issuer reach.")]
    grade: Grade | None
    sources: list[CitedData]


class DecisionFactData(DerivedData):
    """A fact that reports give, or would have given."""

    reading_of: Annotated[str | None, Field(description="The issuer by whose reading it follows; null for the general reading.")]
    set_aside: Annotated[str | None, Field(description="Why it does not count after all.")]


class DecidedData(TypedDict):
    """What a decision says, whatever document it stands in."""

    verdict: Verdict
    scenario: Scenario
    as_of: str | None
    known_by: Day
    consents: list[ConsentData]
    missing: Facts
    possible: list[Verdict]
    binding: Annotated[list[str], Field(description="The issuers on whom the verdict turns.")]
    assumptions: list[AssumptionData]
    told: Annotated[list[str], Field(description="What the catalogue has to say of such a use, whatever the verdict.")]
    derived: list[DecisionFactData]
    reports: Annotated[list[ReportData], Field(description="The reports that stood on the day.")]
    has_say: Annotated[HasSay | None, Field(description="Of the one issuer asked; null where not just one was asked.")]
    last_known: bool
    said_after_use: Annotated[list[str], Field(description="Statements made after the use.")]
    least_grade: Grade | None
    asked_only: list[str]
    not_asked: list[str]
    library: LibraryData
    engine: str


class DecisionData(DecidedData):
    """What `caveat decide --format json` prints for one scenario; for several, a list of these."""

    schema: Literal["caveat/decision/1"]
