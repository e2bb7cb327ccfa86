"""What comes back: the verdict, each consent with the rules behind it, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from caveat.core.outcome import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from caveat.core.book import Grade
    from caveat.core.dates import Dated
    from caveat.core.derived import DerivedFact
    from caveat.core.outcome import Outcome
    from caveat.core.question import Asking, Said
    from caveat.core.vocabulary import Assumption

HasSay = Literal["certain", "arguable", "depends", "none"]


@dataclass(frozen=True, slots=True)
class Argued:
    """An arguable point that matters to a consent: what the issuer says if it is settled yes, and if no."""

    point: str
    if_yes: tuple[Outcome, ...]
    if_no: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Consent:
    """One issuer's part of a decision. Rules and statements are named by id; look them up in the library's book.

    `arguable_rules` are those of its `rules` that decide under some readings only. `says` lists the outcomes it gives in
    some completion and reading; `has_say` is `certain`, `arguable` (under some readings only) or `depends` (on facts that
    are missing). `statements` are those that carry the rules that decide; `cited` adds those of the rules set aside, and
    gives each statement the rules that it carries.
    """

    issuer: str
    verdict: Verdict
    says: tuple[Outcome, ...]
    roles: tuple[str, ...]
    has_say: HasSay
    rules: tuple[str, ...]
    arguable_rules: tuple[str, ...]
    set_aside: tuple[tuple[str, str], ...]
    readings: tuple[Argued, ...]
    missing: tuple[tuple[str, ...], ...]
    possible: tuple[Verdict, ...]
    statements: tuple[str, ...]
    cited: tuple[tuple[str, tuple[str, ...]], ...]
    grade: Grade | None
    last_known: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What does not depend on how the question was put: the verdict, and everything it rests on."""

    verdict: Verdict
    consents: tuple[Consent, ...]
    missing: tuple[tuple[str, ...], ...]
    possible: tuple[Verdict, ...]
    binding: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one question, with everything it rests on."""

    asking: Asking
    answer: Answer
    digest: str
    engine: str

    @property
    def told(self) -> tuple[str, ...]:
        """What the catalogue has to say of such a use, whatever the verdict."""
        return self.asking.told

    @property
    def verdict(self) -> Verdict:
        """The verdict on the whole use."""
        return self.answer.verdict

    @property
    def consents(self) -> tuple[Consent, ...]:
        """Everyone whose say counts, sorted by issuer."""
        return self.answer.consents

    @property
    def missing(self) -> tuple[tuple[str, ...], ...]:
        """The smallest sets of facts whose values, whatever they are, settle the verdict; the most telling first."""
        return self.answer.missing

    @property
    def possible(self) -> tuple[Verdict, ...]:
        """The verdicts that are still possible; of a settled verdict, itself."""
        return self.answer.possible

    @property
    def binding(self) -> tuple[str, ...]:
        """The issuers on whom the verdict turns."""
        return self.answer.binding

    @property
    def scenario(self) -> Mapping[str, Said]:
        """What was said, in the vocabulary's own ids."""
        return self.asking.said

    @property
    def as_of(self) -> Dated | None:
        """The day asked about; None where none was given."""
        return self.asking.as_of

    @property
    def known_by(self) -> date:
        """The day by which what is used was public."""
        return self.asking.question.known_by

    @property
    def assumptions(self) -> Mapping[str, Assumption]:
        """What was taken for granted, by fact."""
        return self.asking.assumed

    @property
    def derived(self) -> tuple[DerivedFact, ...]:
        """What followed from reports, by the general reading and by that of the issuers asked."""
        asked = {"", *(c.issuer for c in self.consents)}
        return tuple([d for d in self.asking.case.facts if d.issuer in asked]) if self.asking.case else ()

    @property
    def min_grade(self) -> Grade | None:
        """The grade of evidence below which rules were arguable."""
        return self.asking.question.min_grade

    @property
    def asked_only(self) -> tuple[str, ...]:
        """The issuers asked, where not all were."""
        return tuple(sorted(self.asking.question.issuers or ()))

    @property
    def has_say(self) -> HasSay | None:
        """Whether the one issuer asked has a say at all: `certain`, `arguable`, `depends` or `none`; None where not just one was asked."""
        if len(self.asked_only) != 1:
            return None
        return self.consents[0].has_say if self.consents else "none"

    @property
    def is_ahead(self) -> bool:
        """Whether the day asked about lies after the day by which what is used was public."""
        return self.asking.question.is_ahead

    @property
    def last_known(self) -> bool:
        """Whether this is the last that is known: the day asked about lies after `known_by`, or after the last date that sources reach.

        The sources are those of some consent; a treaty that does not object is none.
        """
        return self.is_ahead or any(c.last_known for c in self.consents if c.verdict != Verdict.NO_OBJECTION)
