"""The types of `caveat/sources/1`, `caveat/passages/1` and `caveat/coverage/1`."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from caveat.core.book import Effect, Grade
from caveat.report.data import CitationData, Count, LibraryData
from caveat.sources.passages import Compared
from caveat.sources.register import By, Weakness

_For = TypedDict("_For", {"for": str})
_From = TypedDict("_From", {"from": str})


class SourceCountsData(TypedDict):
    """How much there is, and how much of it is thin."""

    sources: Count
    publishers: Count
    statements: Count
    rules: Count
    rules_one_source: Count
    rules_only_relays_or_state_aligned: Count
    rules_only_claims_or_observed_use: Count
    sources_without_address: Count
    quotations: Count
    quotations_compared: Count
    quotations_not_found: Count


class GroupData(TypedDict):
    """The part of the register that shares a publisher, a grade, a year, an issuer or a reliability."""

    name: str
    sources: Count
    statements: Count
    rules: Count


class UseData(CitationData):
    """A statement that cites the source, and the citation as it stands there."""

    statement: str


class PageData(TypedDict, total=False):
    """What is said of a page or text."""

    title: str
    date: str
    url: str
    no_url: Annotated[list[str], Field(description="Why there is no address, in as many ways as was given.")]


class CitedSourceData(PageData):
    """One page or text."""

    publisher: str
    cited_by: list[UseData]


class NoEffectData(TypedDict):
    """Why no rule rests on a statement."""

    kind: str
    because: str


class DaysData(TypedDict, total=False):
    """What is known of when a statement was made."""

    decided: str
    in_effect: str
    reported: str
    confirmed: str
    denied: str
    retracted: str


class StatementData(DaysData):
    """A statement, the rules that rest on it, and the arguable points it raises."""

    statement: str
    issuer: str
    by: str
    says: str
    note: str | None
    grade: Grade
    stated_grade: Grade
    no_effect: NoEffectData | None
    rules: list[str]
    raises: list[str]


class RuleData(_From):
    """A rule, what it rests on, and what is weak about that."""

    rule: str
    issuer: str
    effect: Effect
    summary: str
    until: str | None
    statements: list[str]
    sources: Count
    weak: list[Weakness]


class SourcesData(TypedDict):
    """What `caveat sources --format json` prints."""

    schema: Literal["caveat/sources/1"]
    library: LibraryData
    counts: SourceCountsData
    by: By
    groups: list[GroupData]
    sources: list[CitedSourceData]
    statements: list[StatementData]
    rules: list[RuleData]


class QuotationData(CitationData):
    """A quotation, and how it stands to its page."""

    statement: str
    compared: Compared


class PassageCountsData(TypedDict):
    """How many quotations stand how to their pages."""

    found_again: Count
    different: Count
    passage_not_at_hand: Count
    not_found: Count
    never_compared: Count


class PassagesData(TypedDict):
    """What `caveat sources --compare FOLDER --format json` prints."""

    schema: Literal["caveat/passages/1"]
    library: LibraryData
    counts: PassageCountsData
    quotations: list[QuotationData]


class SearchData(_For):
    """One thing that was looked for."""

    until: str
    found: bool
    languages: list[str]
    looks: Count
    note: str | None


class IssuerData(TypedDict):
    """How far the record of one issuer reaches."""

    issuer: str
    name: str
    covered_until: str | None
    statements: Count
    rules: Count
    last_reported: str | None
    searched: list[SearchData]


class DigestData(TypedDict):
    """The library that was looked into."""

    digest: str


class CoverageData(TypedDict):
    """What `caveat sources --coverage --format json` prints: how far the record reaches, in the order of the issuers' names."""

    schema: Literal["caveat/coverage/1"]
    issuers: list[IssuerData]
    library: DigestData
