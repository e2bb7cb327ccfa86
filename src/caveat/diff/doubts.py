"""What makes the unclear side of a region so: the arguable points on which its witness turns."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from caveat.core.errors import ScenarioError
from caveat.core.force import in_force
from caveat.core.formula import TRUE, All, Not, Point, every
from caveat.core.logic import narrowed, points_of
from caveat.core.question import DATE, Question
from caveat.core.scenario import Scenario, asked
from caveat.engines.answer import answer
from caveat.engines.compiled import Program

if TYPE_CHECKING:
    from collections.abc import Mapping

    from caveat.core.book import Reading, Rule
    from caveat.core.formula import Formula
    from caveat.diff.difference import Asked, Difference, Region


def doubts(d: Difference, region: Region) -> list[Reading]:
    """The readings on which the verdict of the witness turns, on the side where it is unclear; none where both are settled.

    Where a rule that decides on that side alone turns on one of them in the whole region, only those: they are what
    the region has in common.
    """
    if "unclear" not in (region.before, region.after):
        return []
    is_later = region.after == "unclear"
    side, asks = (d.after, region.witness.after) if is_later else (d.before, region.witness.before)
    other = region.rules_before if is_later else region.rules_after
    own = [side.book.rule[r] for r in (region.rules_after if is_later else region.rules_before) if r not in other]
    points = _points(side, region, asks)
    needed = _needed(side, d, region, own) & points
    return [reading for name, reading in side.book.readings.items() if name in (needed or points)]


def _points(side: Asked, region: Region, asks: Mapping[str, object]) -> frozenset[str]:
    """The points on which the witness turns, as the side is to be asked about it."""
    try:
        found = asked(side.book, Scenario({**region.witness.scenario, **side.given}))
    except ScenarioError:
        return frozenset()
    day = date.fromisoformat(str(asks["as_of"])) if asks.get("as_of") else None
    first, last = (day, day) if day else (found.date.earliest, found.date.latest) if found.date else (None, None)
    issuers = frozenset((side.issuer,)) if side.issuer else None
    question = Question(found.sets, first, last, side.known_by, side.min_grade, issuers)
    program = Program(side.book, side.known_by, side.min_grade, issuers, within=found.sets)
    return frozenset(a.point for c in answer(side.book, question, program.cells(question)).consents for a in c.readings)


def _needed(side: Asked, d: Difference, region: Region, rules: list[Rule]) -> frozenset[str]:
    """The points without which one of the rules applies nowhere in the region."""
    sets = {f: frozenset(fact.domain) for f, fact in side.book.vocabulary.facts.items()}
    sets |= {f: frozenset(v) for f, v in d.usual.items() if region.is_usual and f in sets}
    sets |= {DATE: frozenset()} | {f: p.values for f, p in region.parts.items()}
    found: set[str] = set()
    for rule in rules:
        holds = every((narrowed(rule.condition, sets), _force(side, rule)))
        parts = holds.parts if isinstance(holds, All) else (holds,)
        found |= {name for name in points_of([holds]) if Point(name) in parts or Not(Point(name)) in parts}
    return frozenset(found)


def _force(side: Asked, rule: Rule) -> Formula:
    """Whether the rule is in force on the side's day; taken for granted where it has none."""
    if side.as_of is None:
        return TRUE
    newer = [r for r in side.book.rules if rule.id in r.supersedes]
    return in_force(rule, newer, side.book.statements, side.as_of, side.known_by, side.min_grade)
