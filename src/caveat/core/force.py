"""The two clocks: which rules exist for someone who knows what was public on `known_by`, and are in force on `as_of`.

Every engine asks here, and nothing about days is decided anywhere else.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from caveat.core.dates import Dated, day_after, day_before
from caveat.core.formula import FALSE, TRUE, Point, every, negated, some

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from caveat.core.book import Book, Grade, Rule, Statement
    from caveat.core.formula import Formula


def reached(when: Dated | None, day: date, point: str) -> Formula:
    """Whether `when` had come by `day`: arguable on the days between its earliest and latest."""
    if when is None or when.earliest > day:
        return FALSE
    return TRUE if when.latest <= day else Point(point)


def is_public(statement: Statement, known_by: date) -> Formula:
    """Whether a statement was reported by then, and not retracted."""
    reported = reached(statement.reported, known_by, f"reported/{statement.id}")
    return every((reported, negated(reached(statement.retracted, known_by, f"retracted/{statement.id}"))))


def carries(statement: Statement, known_by: date, least: Grade | None) -> Formula:
    """Whether a statement can carry a rule: public, and neither denied nor below the grade asked for."""
    stands = Point(f"stands/{statement.id}")
    sound = some((negated(_is_denied(statement, known_by)), stands))
    good = some((_is_worth(statement, known_by, least), stands))
    return every((is_public(statement, known_by), sound, good))


def _is_denied(statement: Statement, known_by: date) -> Formula:
    """Whether a denial stands. Only a confirmation that certainly came later clears it."""
    denied = reached(statement.denied, known_by, f"denied/{statement.id}")
    if statement.denied and statement.confirmed and statement.confirmed.earliest > statement.denied.latest:
        return every((denied, negated(_is_confirmed(statement, known_by))))
    return denied


def _is_confirmed(statement: Statement, known_by: date) -> Formula:
    return reached(statement.confirmed, known_by, f"confirmed/{statement.id}")


def _is_worth(statement: Statement, known_by: date, least: Grade | None) -> Formula:
    """Whether a statement is of the grade asked for: by itself, or since it was confirmed."""
    if least is None or statement.unconfirmed_grade.rank <= least.rank:
        return TRUE
    return _is_confirmed(statement, known_by) if statement.grade.rank <= least.rank else FALSE


def grade_known(statement: Statement, known_by: date) -> Grade:
    """What a statement is certainly worth for someone who knows what was public on a day."""
    return statement.grade if _is_confirmed(statement, known_by) == TRUE else statement.unconfirmed_grade


def is_known(rule: Rule, statements: Mapping[str, Statement], known_by: date, least: Grade | None) -> Formula:
    """Whether the rule exists on what was publicly known: at least one of its statements carries it."""
    return some(carries(statements[s], known_by, least) for s in rule.statements)


def has_begun(rule: Rule, statements: Mapping[str, Statement], as_of: date, known_by: date) -> Formula:
    """Whether its first day had come: that of its `from`, else the earliest that any of its statements gives, of those that are public."""
    if rule.begins is not None:
        return reached(rule.begins, as_of, f"begun/{rule.id}")
    named = [statements[s] for s in rule.statements]
    return some(every((is_public(s, known_by), reached(s.begins, as_of, f"begun/{s.id}"))) for s in named)


def first_day(rule: Rule, statements: Mapping[str, Statement], known_by: date = date.max) -> Dated:
    """The first day of a rule as far as was known; where none of its statements counted by then, as all of them have it."""
    if rule.begins is not None:
        return rule.begins
    named = [statements[s] for s in rule.statements]
    days = [s.begins for s in named if is_public(s, known_by) != FALSE] or [s.begins for s in named]
    return Dated(min(d.earliest for d in days), min(d.latest for d in days))


def _has_ended(rule: Rule, as_of: date) -> Formula:
    """Whether its last day had passed."""
    return FALSE if as_of == as_of.min else reached(rule.until, day_before(as_of), f"ended/{rule.id}")


def in_force(
    rule: Rule, superseding: Iterable[Rule], statements: Mapping[str, Statement], as_of: date, known_by: date, least: Grade | None
) -> Formula:
    """Whether the rule is known and in force. It ends after its last day, or for good when a known rule that supersedes it begins."""

    def has_come(one: Rule) -> Formula:
        return every((is_known(one, statements, known_by, least), has_begun(one, statements, as_of, known_by)))

    return every((has_come(rule), negated(_has_ended(rule, as_of)), *(negated(has_come(newer)) for newer in superseding)))


def turning_days(rules: Iterable[Rule], statements: Mapping[str, Statement]) -> Iterator[date]:
    """The days on which a rule may begin or have ended, whatever is known: between two of them, nothing changes."""
    for rule in rules:
        for begins in [rule.begins] if rule.begins else [statements[s].begins for s in rule.statements]:
            yield begins.earliest
            yield begins.latest
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


def newest_day(book: Book) -> date:
    """The last day on which anything in the book became publicly known."""
    return max(telling_days(book.statements.values()), default=date.max)
