"""The types of `caveat/explanation/1`."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from caveat.core.book import Effect
from caveat.core.outcome import Verdict
from caveat.decide.data import DecidedData
from caveat.report.data import Count, Day


class BranchData(TypedDict):
    """If the facts have these values, this is the verdict."""

    where: Annotated[dict[str, list[str]], Field(description="Of the date, the first day of each stretch in which nothing changes.")]
    days: NotRequired[Annotated[list[list[Day | None]], Field(description="The stretches in full, first and last day; null where it has none.")]]
    verdict: Verdict


class NearMissData(TypedDict):
    """A rule of an issuer that was asked, and why it does not apply."""

    rule: str
    effect: Effect
    timing: str
    needs: Annotated[dict[str, list[str]], Field(description="What would have to be different, the nearest way.")]
    other_ways: Count


class ExplanationData(DecidedData):
    """What `caveat explain --format json` prints for one scenario: the decision, and what stands around it."""

    schema: Literal["caveat/explanation/1"]
    branches: Annotated[list[BranchData], Field(description="What each value of the most telling missing facts leads to.")]
    near_misses: list[NearMissData]
    more_near_misses: Count
    turns: Annotated[list[BranchData], Field(description="The smallest changes of facts that give another verdict.")]
