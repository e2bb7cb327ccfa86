"""The types of `caveat/prove/1`."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from caveat.core.book import Grade
from caveat.prove.proof import State
from caveat.report.data import Count, Day, LibraryData, Number, Settled, Uses, Where


class AskedData(TypedDict):
    """How one half of a claim is put to `caveat decide`, and what comes of it."""

    issuer: str | None
    as_of: Day | None
    known_by: Day
    min_grade: Grade | None
    facts: Annotated[dict[str, str], Field(description="Facts of this half alone, beside those of the witness.")]
    verdict: Settled
    rules: list[str]
    command: str


class RegionData(TypedDict):
    """A part of the scenarios that are against a claim."""

    of: Annotated[str | None, Field(description="The issuer or the rule that it fails for; null for the whole use.")]
    where: Annotated[Where, Field(description="What marks these scenarios among those the claim is about.")]
    scenarios: Count
    witness: Annotated[Uses, Field(description="One of them, as `caveat decide` takes it.")]
    asked: list[AskedData]


class ProofData(TypedDict):
    """One claim, and how it fares."""

    file: str
    line: Number
    id: str
    claim: str
    state: State
    scenarios: Annotated[Count, Field(description="How many scenarios it is about.")]
    against: Annotated[Count, Field(description="How many of them are against it.")]
    regions: list[RegionData]
    more: Annotated[Count, Field(description="Scenarios against it in parts that are not listed.")]
    empty: Annotated[list[str], Field(description="Issuers or rules of which there is no such scenario.")]
    may_be_empty: str | None
    problem: str | None
    note: str | None


class ProofsData(TypedDict):
    """What `caveat prove --format json` prints."""

    schema: Literal["caveat/prove/1"]
    all_hold: bool
    counts: Annotated[dict[State, Count], Field(min_length=len(State))]
    known_by: Day
    claims: list[ProofData]
    library: LibraryData
