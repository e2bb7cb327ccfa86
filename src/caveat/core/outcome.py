"""Deciding is data: how rules that apply become an outcome, and outcomes become a verdict.

The tables of DESIGN section 3, shared by every engine. Nothing else in this package decides anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Outcome(StrEnum):
    """What one issuer says for one completion and one reading."""

    PERMITTED = "permitted"
    PROHIBITED = "prohibited"
    SILENT = "silent"
    CONFLICT = "conflict"
    NO_OBJECTION = "no-objection"  # a treaty that is silent
    NO_SAY = "no-say"  # not asked at all

    @property
    def is_open(self) -> bool:
        """Neither permitted nor prohibited, by someone whose say counts."""
        return self in (Outcome.SILENT, Outcome.CONFLICT)


class Verdict(StrEnum):
    """What is answered."""

    PERMITTED = "permitted"
    PROHIBITED = "prohibited"
    UNCLEAR = "unclear"
    NEEDS_FACTS = "needs-facts"
    NO_OBJECTION = "no-objection"  # of a treaty's own consent only, never of a whole use
    NO_SAY = "no-say"  # none of the issuers asked has a say


def of_rules(permits: bool, prohibits: bool, *, is_treaty: bool) -> Outcome:
    """The outcome of one issuer's undefeated rules: do some permit, do some prohibit?"""
    match permits, prohibits:
        case True, True:
            return Outcome.CONFLICT
        case True, False:
            return Outcome.PERMITTED
        case False, True:
            return Outcome.PROHIBITED
        case _:
            return Outcome.NO_OBJECTION if is_treaty else Outcome.SILENT


def of_whole_use(outcomes: Iterable[Outcome], *, donor_has_a_say: bool) -> Outcome:
    """The outcome of all consents together; SILENT stands for open. A treaty's lack of objection permits nothing."""
    said = set(outcomes)
    if Outcome.PROHIBITED in said:
        return Outcome.PROHIBITED
    if not donor_has_a_say or Outcome.PERMITTED not in said or any(o.is_open for o in said):
        return Outcome.SILENT
    return Outcome.PERMITTED


def under_all_readings(outcomes: Iterable[Outcome]) -> Verdict:
    """One completion: the same outcome under every reading, and not open, is that outcome; all else is unclear."""
    said = set(outcomes) - {Outcome.NO_SAY}
    if len(said) == 1:
        (only,) = said
        if not only.is_open:
            return Verdict(only.value)
    return Verdict.UNCLEAR


def over_all_completions(verdicts: Iterable[Verdict]) -> Verdict:
    """The same for every completion is the verdict; otherwise it needs facts."""
    said = set(verdicts)
    return said.pop() if len(said) == 1 else Verdict.NEEDS_FACTS


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one issuer says for one completion and one reading, and why."""

    outcome: Outcome
    deciding: frozenset[str] = frozenset()
    set_aside: frozenset[tuple[str, str]] = frozenset()  # (rule, the rule that defeats it)
    roles: frozenset[str] = frozenset()
    speaks_as_donor: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One issuer's rulings for one completion, one row a reading: the points settled yes, and the ruling."""

    points: frozenset[str]
    rows: tuple[tuple[frozenset[str], Ruling], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """Completions that no rule tells apart: a box of values, what each issuer says there, and what all say together."""

    box: dict[str, frozenset[str]]
    tables: dict[str, Table]
    outcomes: frozenset[Outcome]
