"""The types of `caveat/diff/1`."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from caveat.core.book import Grade
from caveat.diff.difference import Cause, Change, Edit
from caveat.report.data import CitationData, Count, Day, LibraryData, Number, Settled, Where

CaseVerdict = Annotated[
    str, Field(json_schema_extra={"enum": ["permitted", "prohibited", "unclear", "no-objection", "no-say", "needs-facts", "contradiction"]})
]
_Class = TypedDict("_Class", {"class": Change})
Given = Annotated[dict[str, str], Field(description="Facts of this side alone.")]


class SideData(TypedDict):
    """One side: how it was written, whom it asks, on which day, on what was known, and of which policies."""

    name: str
    issuer: Annotated[str | None, Field(description="Null for all whose say counts.")]
    as_of: Annotated[Day | None, Field(description="Null for every day.")]
    known_by: Day
    least_grade: Grade | None
    given: Given
    policies: Annotated[str | None, Field(description="Those it brings, as they were written; null for those at hand.")]
    library: LibraryData


class ChangeData(_Class):
    """Regions with the same verdicts, cause and rules, told together."""

    number: Number
    before: Settled
    after: Settled
    usual: Annotated[bool, Field(description="Whether it lies within what the vocabulary assumes of facts that are left out.")]
    text: str
    regions: Annotated[list[Number], Field(min_length=1, description="The numbers of its regions.")]
    readings: Annotated[list[str], Field(description="Arguable points that it turns on.")]


class AsksData(TypedDict):
    """How a side is to be asked about a witness, as `caveat decide` takes it."""

    issuer: str | None
    as_of: str | None
    known_by: str | None
    grade: str | None
    facts: Annotated[dict[str, object], Field(description="Facts of this side alone, over those of the witness.")]


class SidesData(TypedDict):
    """Rules on either side."""

    before: list[str]
    after: list[str]


class ReplayData(TypedDict):
    """How either side is to be asked."""

    before: AsksData
    after: AsksData


class RegionData(_Class):
    """A box of scenarios with one verdict before and one after; regions are disjoint and complete."""

    number: Number
    where: Where
    text: str
    before: Settled
    after: Settled
    cause: Annotated[Cause | None, Field(description="Where both clocks moved: which of them made the difference.")]
    issuers: Annotated[list[str], Field(description="Of all whose say counts, those whose own consent changes.")]
    usual: bool
    rules: SidesData
    statements: list[str]
    witness: Annotated[dict[str, object], Field(description="A scenario that `caveat decide` accepts.")]
    replay: ReplayData
    scenarios: Number


class FieldData(TypedDict):
    """One part of a rule or statement, as written on either side."""

    before: str
    after: str


class RuleEditData(TypedDict):
    """What became of a rule."""

    rule: str
    edit: Edit
    summary: str
    place: str | None
    statements: list[str]
    fields: Annotated[dict[str, FieldData], Field(description="The parts that differ; empty where nothing was edited.")]


class StatementEditData(TypedDict):
    """What became of a statement."""

    statement: str
    edit: Edit
    says: str
    place: str | None
    fields: Annotated[dict[str, FieldData], Field(description="The parts that differ; empty where nothing was edited.")]


class NotComparedData(TypedDict):
    """Values that only one side can have, so that no scenario with them is on both."""

    fact: str
    only_before: list[str]
    only_after: list[str]


class CaseData(TypedDict):
    """One recorded case; the numbers of the region and the change that it lies in, where it lies in any."""

    case: str
    before: CaseVerdict
    after: CaseVerdict
    changes: bool
    region: Number | None
    change: Number | None


class StatementData(TypedDict):
    """A statement spoken of, and its sources."""

    statement: str
    by: str
    says: str
    reported: str
    grade: Grade
    sources: list[CitationData]


class DifferenceData(TypedDict):
    """What `caveat diff --format json` prints."""

    schema: Literal["caveat/diff/1"]
    before: SideData
    after: SideData
    asked: Annotated[list[str], Field(description="The issuers compared; empty for all whose say counts.")]
    headline: str
    differs: bool
    where: Where
    usual: Annotated[dict[str, list[str]], Field(description="What the vocabulary assumes of facts that are left out.")]
    changes: list[ChangeData]
    regions: list[RegionData]
    rules: list[RuleEditData]
    statements: list[StatementEditData]
    vocabulary: list[str]
    not_compared: list[NotComparedData]
    cases: Annotated[list[CaseData] | None, Field(description="Null where none were given.")]
    compared: Annotated[Count, Field(description="The scenarios compared.")]
    sources: list[StatementData]
