"""What is to be compared, made ready: the two sides filled in from each other, the issuers, the restriction, the cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from caveat.core.errors import Diagnostic, ScenarioError
from caveat.core.question import DATE
from caveat.core.scenario import Scenario, asked
from caveat.diff.difference import Asked
from caveat.diff.run import changed_issuers, difference
from caveat.diff.sides import HELP, read_side
from caveat.engines.asker import donor_fact

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from caveat.core.book import Book, Grade
    from caveat.core.dates import Dated
    from caveat.diff.difference import Difference
    from caveat.diff.sides import Written


class Policies(Protocol):
    """Where books come from, and who decides single cases by them; `Library` gives both."""

    @property
    def book(self) -> Book:
        """The policies where a side names none."""

    def book_of(self, side: Written) -> Book:
        """The policies that a side names; PolicyError where they do not load."""

    def verdict_of(self, side: Asked, scenario: Scenario) -> tuple[str, Mapping[str, frozenset[str]]]:
        """What a side answers to one scenario, and what it takes every fact to be.

        `no-say` where it is not asked, `contradiction` where there is no such use; then of no fact.
        """


Case = tuple[str, Mapping[str, frozenset[str]], tuple[str, str]]  # a label, its facts, the verdict on either side


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for beside the two sides; None or empty where nothing was said."""

    where: Scenario
    issuers: tuple[str, ...] = ()
    chain: bool = False
    as_of: Dated | None = None
    known_by: date | None = None
    min_grade: Grade | None = None
    cases: Sequence[tuple[str, Scenario]] | None = None


def compare(policies: Policies, texts: tuple[str, str], wanted: Wanted, today: date, progress: Callable[[int], None] | None = None) -> Difference:
    """What differs between two sides as they were written. ScenarioError where that cannot be compared."""
    sides = tuple(read_side(text, policies.book.issuers, policies.book.vocabulary) for text in texts)
    before, after = (_asked(policies, side, other, wanted, today) for side, other in (sides, sides[::-1]))
    pairs = _pairs(before, after, sides, wanted)
    found = asked(after.book, wanted.where, assumptions=False)
    if found.date and after.as_of:
        raise ScenarioError(
            [Diagnostic("wrong-value", "the sides have a day of their own, so that a date restricts nothing", None, "leave out one of the two")]
        )
    members = after.book.vocabulary.several
    where = {f: found.sets[f] for said in found.said for f in (said, *members.get(said, ())) if f in found.sets}
    pairs = [_as_donors(a, b, where) for a, b in pairs]
    said = {f: v for f, v in found.said.items() if f != DATE} | ({DATE: str(found.date)} if found.date else {})
    days = (found.date.earliest, found.date.latest) if found.date else (None, None)
    cases = None if wanted.cases is None else [_case(policies, pairs, label, scenario) for label, scenario in wanted.cases]
    return difference(pairs, where=where, days=days, said=said, cases=cases, progress=progress)


def _asked(policies: Policies, side: Written, other: Written, wanted: Wanted, today: date) -> Asked:
    """A side filled in: a day of its own, else the one asked for with both, else any day."""
    day = side.as_of
    if wanted.as_of is not None and day is not None and other.as_of is not None:
        raise ScenarioError(
            [Diagnostic("wrong-value", "both sides have a day of their own, so --as-of says nothing", None, "leave out one of the two")]
        )
    if day is None and wanted.as_of is not None:
        if not wanted.as_of.is_exact:
            raise ScenarioError([Diagnostic("impossible-date", f"--as-of is one day, and `{wanted.as_of}` is not", None, "write 2024-05-30")])
        day = wanted.as_of.earliest
    if day is None and side.is_policies and not other.is_policies:
        day = other.as_of
    issuer = side.issuer or (other.issuer if side.is_policies else None)
    return Asked(
        name=side.text,
        book=policies.book_of(side),
        issuer=issuer,
        as_of=day,
        known_by=side.known_by or wanted.known_by or today,
        min_grade=wanted.min_grade,
        given={},
        policies=side.place.text if side.place else "",
    )


def _pairs(before: Asked, after: Asked, sides: Sequence[Written], wanted: Wanted) -> list[tuple[Asked, Asked]]:
    """One pair for each issuer compared; of policies where nobody is named, each issuer for which anything differs."""
    if wanted.issuers and (before.issuer or after.issuer):
        raise ScenarioError([Diagnostic("wrong-value", "the sides name an issuer, and --issuer another", None, "name it once")])
    if bool(before.as_of) != bool(after.as_of):
        raise ScenarioError([Diagnostic("no-day", "one side has a day and the other has none", None, "give both a day, or neither")])
    if wanted.issuers:
        return [(replace(before, issuer=i), replace(after, issuer=i)) for i in wanted.issuers]
    if wanted.chain or before.issuer or after.issuer or any(s.whole_chain for s in sides):
        if bool(before.issuer) != bool(after.issuer):
            raise ScenarioError([Diagnostic("wrong-value", "one side names an issuer and the other all consents", None, HELP)])
        return [(before, after)]
    return [(replace(before, issuer=i), replace(after, issuer=i)) for i in changed_issuers(before, after)] or [(before, after)]


def _as_donors(before: Asked, after: Asked, where: Mapping[str, frozenset[str]]) -> tuple[Asked, Asked]:
    """Two issuers are compared as donors of the same thing: each side has its own supplier, unless one was named."""
    if before.issuer is None or after.issuer is None or before.issuer == after.issuer:
        return before, after
    facts = [donor_fact(a.book, a.issuer) for a in (before, after) if a.issuer]
    if None in facts or facts[0] != facts[1] or facts[0] in where:
        return before, after
    return replace(before, given={str(facts[0]): before.issuer}), replace(after, given={str(facts[0]): after.issuer})


def _case(policies: Policies, pairs: Sequence[tuple[Asked, Asked]], label: str, scenario: Scenario) -> Case:
    """A recorded case with its verdicts, of the whole use where several issuers are compared."""
    before, after = pairs[0] if len(pairs) == 1 else tuple(replace(a, issuer=None) for a in pairs[0])
    (old, _), (new, sets) = (policies.verdict_of(side, scenario) for side in (before, after))
    return label, sets, (old, new)
