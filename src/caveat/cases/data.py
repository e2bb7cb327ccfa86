"""The types of `caveat/test/1`."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from caveat.cases.run import Reach, State
from caveat.report.data import Count, LibraryData, Number, Where


class CheckData(TypedDict):
    """One check of a case file, and what came of it."""

    file: str
    line: Number
    case: str
    row: str | None
    column: str | None
    state: State
    expected: str
    got: str | None
    problems: list[str]
    rules: list[str]
    scenario: Where
    as_of: str | None
    known_by: str
    issuers: list[str]
    note: str | None
    skip: str | None
    command: Annotated[str, Field(description="The `caveat decide` that decides it again.")]


class RuleReachData(TypedDict):
    """How far the checks reach one rule."""

    rule: str
    reach: Reach
    met: Annotated[bool, Field(description="Its condition held in some check.")]
    missed: Annotated[bool, Field(description="It was in force, its issuer was asked, and its condition did not hold.")]
    excused: Annotated[str | None, Field(description="Why no case is expected to reach it.")]


class CoverageData(TypedDict):
    """What the checks reach."""

    percent: float
    decided: Count
    expected: Count
    rules: list[RuleReachData]
    untouched_statements: list[str]


class TrialData(TypedDict):
    """What `caveat test --format json` prints."""

    schema: Literal["caveat/test/1"]
    passed: bool
    counts: Annotated[dict[State, Count], Field(min_length=len(State))]
    known_by: str
    checks: list[CheckData]
    coverage: CoverageData | None
    threshold: float | None
    library: LibraryData
    engine: str
