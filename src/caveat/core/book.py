"""What a library of policies means: formulas, statements, rules, who has a say. All frozen, all names resolved.

Two kinds of thing can be open in a formula. A fact is In(fact, values): it becomes true or false once the fact
has a value (a completion). A Point is arguable: a reading settles it. Nothing here evaluates itself; see
`engines/reference.py` for what it means.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from caveat.core.citation import Citation, Reliability
from caveat.core.issuer import Issuer, IssuerKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from caveat.core.dates import Dated
    from caveat.core.derivation import Reporting
    from caveat.core.formula import Formula
    from caveat.core.vocabulary import Vocabulary


class Effect(StrEnum):
    """What a rule does."""

    PERMIT = "permit"
    PROHIBIT = "prohibit"


REPLACED_DERIVATIONS = "derivations/"  # stands for the derivations for everyone in `Book.replaced`; no issuer can be called so


class Grade(StrEnum):
    """How good a statement is as evidence, best first."""

    OFFICIAL_TEXT = "official-text"
    ON_RECORD = "on-record"
    ANONYMOUS = "anonymous-officials"
    PRESS = "press"
    OBSERVED_USE = "observed-use"
    CLAIM = "claim"

    @property
    def rank(self) -> int:
        """0 is the best."""
        return _RANK[self.value]


_RANK = {grade.value: n for n, grade in enumerate(Grade)}


# What a statement known only from such sources can be worth at most.
WEAK = {Reliability.RELAY: Grade.PRESS, Reliability.STATE_ALIGNED: Grade.CLAIM}


@dataclass(frozen=True, slots=True)
class Statement:
    """One dated public record. `id` is `ISSUER/name`."""

    id: str
    by: str
    decided: Dated | None
    in_effect: Dated | None
    reported: Dated
    confirmed: Dated | None
    denied: Dated | None
    retracted: Dated | None
    stated_grade: Grade
    says: str
    note: str | None
    no_effect: tuple[str, str] | None
    sources: tuple[Citation, ...]
    place: str = field(default="", compare=False)

    best_reliability: Reliability = field(init=False, repr=False)
    grade: Grade = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Grade it: lowered where only relays (to `press`) or state-aligned outlets (to `claim`) carry it."""
        best = min((s.reliability for s in self.sources), key=list(Reliability).index, default=Reliability.STATE_ALIGNED)
        worth = WEAK.get(best, Grade.OFFICIAL_TEXT)
        object.__setattr__(self, "best_reliability", best)
        object.__setattr__(self, "grade", max(self.stated_grade, worth, key=lambda g: g.rank))

    @property
    def unconfirmed_grade(self) -> Grade:
        """Its grade until it is confirmed: unnamed officials' word at best, but for a text that was official from its first day."""
        if self.confirmed is None or self.stated_grade is Grade.OFFICIAL_TEXT:
            return self.grade
        return max(self.grade, Grade.ANONYMOUS, key=lambda g: g.rank)

    @property
    def begins(self) -> Dated:
        """The first day that it gives to a rule without a `from`: in effect, else decided, else reported."""
        return self.in_effect or self.decided or self.reported


@dataclass(frozen=True, slots=True)
class Reading:
    """An arguable point as people see it: a yes/no question, why it is open, what raised it, and what would settle it where that is known."""

    name: str
    question: str
    because: str
    statements: tuple[str, ...] = ()
    settled_by: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A norm read out of statements. `id` is `ISSUER/name`; `is_default` marks what silence means.

    `begins` is the day of its `from`; None where its statements say when it begins (see `core/force.py`).
    """

    id: str
    issuer: str
    effect: Effect
    statements: tuple[str, ...]
    begins: Dated | None
    until: Dated | None
    condition: Formula
    overrides: tuple[str, ...]
    supersedes: tuple[str, ...]
    summary: str
    is_default: bool = False
    place: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Say:
    """When an issuer has a say, in one role; `is_donor` where that role is a donor's."""

    issuer: str
    role: str
    when: Formula
    is_donor: bool
    of: str | None = None  # the fact whose value it is a say over, for the wording


@dataclass(frozen=True, slots=True)
class Constraint:
    """What every completion must satisfy, with the reason shown when given facts break it."""

    name: str
    holds: Formula
    because: str
    is_catalogue: bool = False  # what the catalogue says of one value, rather than what is so by definition


@dataclass(frozen=True, slots=True)
class Remark:
    """What the catalogue has to say of every use of a kind, whatever the verdict: such a weapon was never given, for instance."""

    name: str
    when: Formula
    says: str


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Book:
    """A whole resolved library. Rules and says are sorted by id, so nothing depends on the order of files.

    `replaced` names the issuers whose policies here took the place of those of a library below; see `load.stack`.
    """

    vocabulary: Vocabulary
    issuers: Mapping[str, Issuer]
    statements: Mapping[str, Statement]
    rules: tuple[Rule, ...]
    says: tuple[Say, ...]
    constraints: tuple[Constraint, ...]
    readings: Mapping[str, Reading]
    digest: str
    remarks: tuple[Remark, ...] = ()
    reporting: Reporting | None = None  # what follows from incident reports; None where the library knows none
    replaced: tuple[str, ...] = ()
    rule: Mapping[str, Rule] = field(init=False, repr=False)  # by id

    def __post_init__(self) -> None:
        """Index the rules."""
        object.__setattr__(self, "rule", {rule.id: rule for rule in self.rules})

    @property
    def treaties(self) -> tuple[str, ...]:
        """The treaties among its issuers: the floor. Without any, what they prohibit is not asked."""
        return tuple(i.id for i in self.issuers.values() if i.kind is IssuerKind.TREATY)
