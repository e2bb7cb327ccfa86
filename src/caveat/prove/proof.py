"""What comes of claims, as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from caveat.core.book import Grade
    from caveat.core.claim import Claim
    from caveat.diagram.frame import Part


class State(StrEnum):
    """How a claim fares. `empty`: it is about no scenario, and does not say that it may be; `error`: it went past a bound."""

    HOLDS = "holds"
    REFUTED = "refuted"
    EMPTY = "empty"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Asked:
    """How one half of a claim is put to `decide` beside the scenario, and the verdict that comes of the issuer, or of all consents.

    `given` are facts of this half alone, such as the donor. `rules` are those that decide, under some reading.
    """

    issuer: str | None
    as_of: date | None
    known_by: date
    min_grade: Grade | None
    given: Mapping[str, str]
    verdict: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A part of the scenarios that are against a claim, all with the same verdicts.

    `of` is the issuer or rule it fails for; empty of the whole use. `where` says, by id, what marks these scenarios among those the claim is about, and
    `parts` the same as sets; nothing where it is all of them. `scenario` is one of them, as `decide` takes it, and `asked`
    says how each half of the claim is to be asked about it.
    """

    of: str
    where: Mapping[str, str | list[str]]
    parts: Mapping[str, Part]
    scenarios: int
    scenario: Mapping[str, str]
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """One claim and how it fares: how many scenarios it is about, and how many of them are against it.

    A scenario has one value for each fact, and stretches of days in which nothing changes count as one day. `regions` are
    the largest parts of those against it; `more` counts the scenarios against it in parts not listed. `empty` names the
    issuers or rules of which there is no such scenario. `problem` says why it could not be settled.
    """

    claim: Claim
    state: State
    scenarios: int = 0
    against: int = 0
    regions: tuple[Region, ...] = ()
    more: int = 0
    empty: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Proofs:
    """What came of all claims, in the order written. `known_by` is the day used where a claim gives none."""

    proofs: tuple[Proof, ...]
    known_by: date
    digest: str

    @property
    def all_hold(self) -> bool:
        """Whether every claim holds."""
        return all(p.state is State.HOLDS for p in self.proofs)

    def count(self, state: State) -> int:
        """How many claims fared so."""
        return sum(p.state is state for p in self.proofs)
