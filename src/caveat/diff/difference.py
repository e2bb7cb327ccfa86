"""The difference of two sides as data: what the records say, and what that means for every scenario."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from caveat.core.book import Book, Grade
    from caveat.diagram.frame import Part


class Change(StrEnum):
    """What became of a verdict."""

    LOOSENED = "loosened"  # prohibited (or objected to), now permitted (or not objected to)
    TIGHTENED = "tightened"  # the other way
    CLARIFIED = "clarified"  # unclear, now permitted or prohibited
    OBSCURED = "obscured"  # permitted or prohibited, now unclear
    NOW_SILENT = "now-silent"  # something was said, now nothing is


class Cause(StrEnum):
    """Where both clocks moved: which of them made the difference."""

    WORLD = "world"  # the policy changed; it would be the same on what was known before
    LEARNED = "learned"  # the policy had been so already; it only became known
    BOTH = "both"


class Edit(StrEnum):
    """What became of a rule or a statement."""

    ADDED = "added"  # it is in the later policies only
    REMOVED = "removed"
    EDITED = "edited"  # what it says
    RECITED = "re-cited"  # only its sources
    BEGAN = "came into force"
    ENDED = "ended"
    REPORTED = "reported in between"
    BECAME_KNOWN = "became known"
    DOUBTED = "became arguable"
    SETTLED = "no longer arguable"
    WITHDRAWN = "was withdrawn"


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """One side: how it was written, whom it asks, on which day, on what was known, and of which policies.

    `as_of` None means every day; `issuer` None the whole consent chain. `given` are facts of this side alone.
    `policies` names those it brings, as they were written; empty for those at hand.
    """

    name: str
    book: Book
    issuer: str | None
    as_of: date | None
    known_by: date
    min_grade: Grade | None
    given: Mapping[str, str]
    policies: str


@dataclass(frozen=True, slots=True)
class Witness:
    """One scenario of a region, and how each side is to be asked about it (`--as-of`, `--known-by`, `--issuer`, its own facts).

    `scenario` is what `decide` accepts: with the later side's day and facts where the sides have their own. Facts that
    only one side has or knows stand with that side.
    """

    scenario: Mapping[str, object]
    before: Mapping[str, object]
    after: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Region:
    """A box of scenarios with one verdict before and one after.

    `where` names, by id, the values of every fact that needs saying (a partial scenario); `parts` the same as sets, with
    what may be named. `rules_before` and `rules_after` decide somewhere in it, under some reading; `statements` are those
    they rest on. `is_usual` where it lies within what the vocabulary assumes of facts that are left out. `issuers`
    (of a whole chain) are those whose own consent changes in it. `scenarios` counts the completions in it.
    """

    where: Mapping[str, str | list[str]]
    parts: Mapping[str, Part]
    before: str
    after: str
    change: Change
    cause: Cause | None
    rules_before: tuple[str, ...]
    rules_after: tuple[str, ...]
    statements: tuple[str, ...]
    issuers: tuple[str, ...]
    is_usual: bool
    scenarios: int
    witness: Witness

    @property
    def kind(self) -> object:
        """What regions have in common that are one change: told together, they differ only in where."""
        return (self.is_usual, self.change, self.before, self.after, self.cause, self.issuers, self.rules_before, self.rules_after)


@dataclass(frozen=True, slots=True)
class RuleEdit:
    """What became of one rule: `fields` are the parts that differ, as written before and after, where it was edited."""

    rule: str
    edit: Edit
    fields: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class StatementEdit:
    """What became of one statement; `fields` as with rules."""

    statement: str
    edit: Edit
    fields: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class CaseChange:
    """One recorded case: its label, the verdicts on either side, and the place among the regions (from 0) of the one it lies in, if in one."""

    label: str
    before: str
    after: str
    region: int | None


@dataclass(frozen=True, slots=True)
class NotCompared:
    """Values that only one side can have, so that no scenario with them is on both."""

    fact: str
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """Everything that differs. `regions` are disjoint and complete: usual ones first, then by size.

    `asked` are the issuers compared, empty for the whole chain; `before` and `after` then name one issuer only where it is
    one. `where` is the partial scenario it was restricted to; `usual` what the vocabulary assumes, by fact, which tells the
    usual regions from the others; `compared` counts the scenarios compared. `cases` is None where none were given.
    """

    before: Asked
    after: Asked
    asked: tuple[str, ...]
    where: Mapping[str, str | list[str]]
    usual: Mapping[str, tuple[str, ...]]
    regions: tuple[Region, ...]
    rules: tuple[RuleEdit, ...]
    statements: tuple[StatementEdit, ...]
    vocabulary: tuple[str, ...]
    not_compared: tuple[NotCompared, ...]
    cases: tuple[CaseChange, ...] | None
    compared: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs: no verdict, no rule, no statement, nothing of the vocabulary."""
        return not (self.regions or self.rules or self.statements or self.vocabulary or self.not_compared)


def change_of(before: str, after: str, *, now_silent: bool) -> Change:
    """The class of a change of verdict: of one issuer's, or of a whole use's."""
    if now_silent:
        return Change.NOW_SILENT
    if before == "unclear":
        return Change.CLARIFIED
    if after == "unclear":
        return Change.OBSCURED
    return Change.LOOSENED if _strictness(after) < _strictness(before) else Change.TIGHTENED


def _strictness(verdict: str) -> int:
    return ("permitted", "no-say", "no-objection", "prohibited").index(verdict)
