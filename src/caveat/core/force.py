"""The two clocks: which rules exist for someone who knows what was public on `known_by`, and are in force on `as_of`.

Word for word DESIGN sections 2 and 3; every engine asks here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.core.dates import day_after, day_before
from caveat.core.ir import FALSE, TRUE, Point, every, negated, some

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from caveat.core.dates import Dated
    from caveat.core.ir import Formula, Grade, Rule, Statement


def reached(when: Dated | None, day: date, point: str) -> Formula:
    """Whether `when` had come by `day`: arguable on the days between its earliest and latest."""
    if when is None or when.earliest > day:
        return FALSE
    return TRUE if when.latest <= day else Point(point)


def carries(statement: Statement, known_by: date, least: Grade | None) -> Formula:
    """Whether a statement can carry a rule: reported, not retracted, and neither denied nor below the grade asked for."""
    name = statement.id
    known = reached(statement.reported, known_by, f"reported/{name}")
    retracted = reached(statement.retracted, known_by, f"retracted/{name}")
    stands = Point(f"stands/{name}")
    doubted = reached(statement.denied, known_by, f"denied/{name}")
    if statement.denied and statement.confirmed and statement.confirmed.earliest >= statement.denied.latest:
        doubted = every((doubted, negated(reached(statement.confirmed, known_by, f"confirmed/{name}"))))
    sound = some((negated(doubted), stands))
    good = stands if least is not None and statement.grade_at(known_by).rank > least.rank else TRUE
    return every((known, negated(retracted), sound, good))


def is_known(rule: Rule, statements: Mapping[str, Statement], known_by: date, least: Grade | None) -> Formula:
    """Whether the rule exists on what was publicly known: at least one of its statements carries it."""
    return some(carries(statements[s], known_by, least) for s in rule.statements)


def has_begun(rule: Rule, as_of: date) -> Formula:
    """Whether its first day had come."""
    return reached(rule.begins, as_of, rule.begins_point)


def _has_ended(rule: Rule, as_of: date) -> Formula:
    """Whether its last day had passed."""
    return FALSE if as_of == as_of.min else reached(rule.until, day_before(as_of), f"ended/{rule.id}")


def in_force(
    rule: Rule, superseding: Iterable[Rule], statements: Mapping[str, Statement], as_of: date, known_by: date, least: Grade | None
) -> Formula:
    """Whether the rule is known and in force. It ends after its last day, or when a known rule that supersedes it begins."""
    return every(
        (
            is_known(rule, statements, known_by, least),
            has_begun(rule, as_of),
            negated(_has_ended(rule, as_of)),
            *(negated(every((is_known(s, statements, known_by, least), has_begun(s, as_of)))) for s in superseding),
        )
    )


def turning_days(rules: Iterable[Rule]) -> Iterator[date]:
    """The days on which a rule may begin or have ended: between two of them, nothing changes."""
    for rule in rules:
        yield rule.begins.earliest
        yield rule.begins.latest
        if rule.until:
            yield day_after(rule.until.earliest)
            yield day_after(rule.until.latest)


def telling_days(statements: Iterable[Statement]) -> Iterator[date]:
    """The days on which what is publicly known may change."""
    for s in statements:
        for day in (s.reported, s.confirmed, s.denied, s.retracted):
            if day:
                yield day.earliest
                yield day.latest
