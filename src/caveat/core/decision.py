"""What comes back: the verdict, each consent with the rules behind it, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from caveat.core.dates import Dated
    from caveat.core.ir import Grade
    from caveat.core.outcome import Outcome, Verdict
    from caveat.core.vocabulary import Assumption


@dataclass(frozen=True, slots=True)
class Argued:
    """An arguable point that matters to a consent: what the issuer says if it is settled yes, and if no."""

    point: str
    if_yes: tuple[Outcome, ...]
    if_no: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Consent:
    """One issuer's part of a decision. Rules and statements are named by id; look them up in the library's book.

    `says` lists the outcomes it gives in some completion and reading; `has_say` is `certain`, `arguable` (under
    some readings only) or `depends` (on facts that are missing).
    """

    issuer: str
    verdict: Verdict
    says: tuple[Outcome, ...]
    roles: tuple[str, ...]
    has_say: str
    rules: tuple[str, ...]
    set_aside: tuple[tuple[str, str], ...]
    readings: tuple[Argued, ...]
    missing: tuple[tuple[str, ...], ...]
    possible: tuple[Verdict, ...]
    statements: tuple[str, ...]
    grade: Grade | None
    last_known: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one question, with everything it rests on.

    `missing` lists the smallest sets of facts whose values, whatever they are, settle the verdict; `possible` the
    verdicts that are still possible; `binding` the issuers whose consent decides.
    """

    verdict: Verdict
    scenario: Mapping[str, Any]
    as_of: Dated | None
    known_by: date
    consents: tuple[Consent, ...]
    missing: tuple[tuple[str, ...], ...]
    possible: tuple[Verdict, ...]
    binding: tuple[str, ...]
    assumptions: Mapping[str, Assumption]
    least_grade: Grade | None
    asked_only: tuple[str, ...]
    digest: str
    engine: str

    @property
    def last_known(self) -> bool:
        """Whether some consent is asked about after the last date its sources reach."""
        return any(c.last_known for c in self.consents)
