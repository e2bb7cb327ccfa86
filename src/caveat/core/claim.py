"""What a library must hold to: sentences about all scenarios at once, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from caveat.core.book import Grade
    from caveat.core.formula import Formula

# What can be said of one scenario. The first four are verdicts; the others hold beside one of them.
OF_A_USE = ("permitted", "prohibited", "unclear", "silent", "conflict", "arguably-permitted", "arguably-prohibited")
OF_AN_ISSUER = (*OF_A_USE, "no-objection", "no-say")
OF_A_RULE = ("applies", "decides")


@dataclass(frozen=True, slots=True)
class Finding:
    """What is asked of whom: of one issuer, about one rule, or (neither) of all consents together.

    `words` are what may come, any of them. `as_of` and `known_by` are days of this finding alone.
    """

    issuer: str | None
    rule: str | None
    words: tuple[str, ...]
    as_of: date | None = None
    known_by: date | None = None

    @property
    def of(self) -> str:
        """The issuer or the rule; empty for the whole use."""
        return self.rule or self.issuer or ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: of every scenario in `where`, from `first` to `last` (None: without end), each of `findings` comes.

    With `is_never`, none of them does. With a `premise` they need come only where that does, too. What arguably lies in
    `where` counts. `as_donor`: whether every issuer is asked as the donor of what is used; None: where two are compared.
    `is_named` where the issuers or rules were named one by one, so that each of them must have scenarios. `may_be_empty`
    is why the claim may be about no scenario at all.
    """

    file: str
    id: str
    line: int
    sentence: str
    note: str | None
    where: Formula
    first: date | None
    last: date | None
    known_by: date | None
    least: Grade | None
    as_donor: bool | None
    premise: Finding | None
    findings: tuple[Finding, ...]
    is_never: bool
    is_named: bool
    may_be_empty: str | None

    @property
    def place(self) -> str:
        """`file:line`."""
        return f"{self.file}:{self.line}"

    @property
    def issuers(self) -> frozenset[str]:
        """Everyone it names."""
        asked = [*self.findings, *([self.premise] if self.premise else [])]
        return frozenset(f.issuer or (f.rule or "").partition("/")[0] for f in asked) - {""}


__all__ = ["OF_AN_ISSUER", "OF_A_RULE", "OF_A_USE", "Claim", "Finding"]
