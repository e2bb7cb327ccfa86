"""What the documents of several verbs have in common, as types: the builders of `to_json.py` fill them, `caveat schema` prints them.

Each verb's own types stand in its room, in `data.py`. Only type checkers and `caveat schema` load these files: nothing that
decides waits for pydantic. A key that may be missing is `NotRequired`; no object has a key that its type does not name.
"""

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from caveat.core.citation import Reliability
from caveat.core.incident import Sureness
from caveat.core.outcome import Outcome, Verdict

Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
Count = Annotated[int, Field(ge=0)]
Number = Annotated[int, Field(ge=1)]
Where = Annotated[dict[str, str | list[str]], Field(description="A partial scenario: values, or lists of values, by the id of the fact.")]
Scenario = Annotated[dict[str, str | list[str]], Field(description="What was said, in the vocabulary's ids, as `caveat decide` takes it.")]
Uses = Annotated[dict[str, str], Field(description="One value for each fact that matters, as `caveat decide` takes it.")]
Settled = Annotated[str, Field(json_schema_extra={"enum": ["permitted", "prohibited", "unclear", "no-objection", "no-say"]})]
Facts = Annotated[list[list[str]], Field(description="The smallest sets of facts that would settle it, the most telling first.")]


class LibraryData(TypedDict):
    """The library that an answer rests on."""

    digest: str
    replaced: Annotated[list[str], Field(description="Issuers whose policies, or `derivations/` that, were given in place of those they stand on.")]
    treaties: Annotated[list[str], Field(description="The treaties that were asked; without any, what they prohibit was not.")]


class CheckData(TypedDict):
    """A comparison of quoted words with the page: the digest of the passage they stand in, or that they were not found."""

    date: str
    how: str
    digest: NotRequired[str]
    found: NotRequired[Literal[False]]


class BetweenData(TypedDict):
    """A day that is only roughly known."""

    between: Annotated[list[Day], Field(min_length=2, max_length=2)]


class _Published(TypedDict):
    publisher: str
    title: NotRequired[str]
    url: NotRequired[str]
    no_url: NotRequired[Annotated[str, Field(description="Why there is no address.")]]
    words: NotRequired[Annotated[str, Field(description="The operative words, as quoted.")]]
    of: NotRequired[Annotated[str, Field(description="Whose words they are.")]]
    language: NotRequired[str]
    reliability: Reliability
    checked: NotRequired[CheckData]


class CitationData(_Published):
    """A published source; keys that say nothing are left out."""

    date: NotRequired[str]


class SetAsideData(TypedDict):
    """A rule that another defeats."""

    rule: str
    by: str


class AssumptionData(TypedDict):
    """What was taken for granted of a fact that was left out."""

    fact: str
    value: str | list[str]
    because: str


class DerivedData(TypedDict):
    """A fact that reports give, or would have given."""

    fact: str
    values: list[str]
    derivation: str
    reports: Annotated[list[str], Field(description="The premises, by id.")]
    certain: bool
    doubts: Annotated[list[str], Field(description="What makes it arguable.")]
    where: Annotated[dict[str, list[str]], Field(description="Values of other facts for which alone it holds.")]
    by: Annotated[list[str], Field(description="Reports or derivations that set it aside, or may.")]


class ReportSourceData(_Published):
    """A source of a report, as a case file says it."""

    date: str | BetweenData
    note: NotRequired[str]


_From = TypedDict("_From", {"from": NotRequired[list[str]]})


class ReportData(_From):
    """A report as it could be written in a case file, in the vocabulary's ids; keys that say nothing are left out."""

    id: str
    kind: NotRequired[str]
    against: NotRequired[list[str]]
    by: NotRequired[list[str]]
    force: NotRequired[list[str]]
    when: NotRequired[str | BetweenData]
    reported: str | BetweenData
    sure: NotRequired[Sureness]
    says: NotRequired[str]
    corrects: NotRequired[str]
    retracts: NotRequired[str]
    source: list[ReportSourceData]


class ViewData(TypedDict):
    """An answer in short: of one issuer, or of all together with the rules of those on whom it turns."""

    verdict: Verdict
    says: Annotated[list[Outcome], Field(description="The outcomes it gives in some completion and reading.")]
    possible: list[Verdict]
    binding: Annotated[list[str], Field(description="The issuers on whom the verdict turns.")]
    rules: list[str]
    set_aside: list[SetAsideData]
    readings: Annotated[list[str], Field(description="The arguable points that matter to it.")]
    missing: Facts
    last_known: bool
