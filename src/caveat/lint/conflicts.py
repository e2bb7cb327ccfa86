"""One issuer's rules that permit and prohibit the same use, neither overriding the other.

Asked of what is known today (all that the library knows), on every day. A conflict that is there under every reading
is a warning; one that takes a particular reading is a note, since the text may not be meant so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.core.book import Effect
from caveat.core.errors import Severity
from caveat.core.formula import FALSE, negated
from caveat.lint.finding import Finding, Involved
from caveat.lint.goals import UnderEveryReading, UnderOneReading
from caveat.lint.witness import witness_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from caveat.core.book import Rule
    from caveat.core.formula import Formula
    from caveat.lint.finding import Places
    from caveat.lint.search import Moment, Search


def conflicts(search: Search, places: Places, told: frozenset[frozenset[str]] = frozenset(), *, notes: bool = True) -> Iterator[Finding]:
    """One finding for each pair of a rule that permits and one that prohibits, standing at the one that permits.

    Pairs that were `told` of already are left out; without `notes`, all but those that are there under every reading.
    """
    prohibits = [r for r in search.book.rules if r.effect == Effect.PROHIBIT and not r.is_default]
    for permit in (r for r in search.rules() if r.effect == Effect.PERMIT and not r.is_default):
        for prohibit in (r for r in prohibits if r.issuer == permit.issuer):
            linked = permit.id in search.defeats[prohibit.id] or prohibit.id in search.defeats[permit.id]
            if not linked and {permit.id, prohibit.id} not in told:
                found = _conflict(search, places, permit, prohibit, notes=notes)
                if found:
                    yield found


def _conflict(search: Search, places: Places, permit: Rule, prohibit: Rule, *, notes: bool) -> Finding | None:
    """The finding about one pair: where it conflicts for certain, or else under some reading."""
    if not search.can_meet(permit, prohibit):
        return None
    goals = list(meetings(search, permit, prohibit, known_by=search.last))
    also = (Involved(prohibit.id, "prohibits", places.of(prohibit)),)
    ids = (permit.id, prohibit.id)
    shows = f"{permit.id} permits, {prohibit.id} prohibits"
    what = f"`{permit.id}` permits what `{prohibit.id}` prohibits, and neither overrides the other"
    for moment, goal in goals:
        every_one = UnderEveryReading(search, goal.asked, goal.wanted)
        if witness := witness_of(search, permit.issuer, moment, every_one, shows):
            tip = f"if it is an exception, add `overrides: {prohibit.id.partition('/')[2]}`; else narrow one of them, or end it"
            apart = _as_roles(search, permit, prohibit)
            if apart:
                what = f"`{permit.id}` permits {apart[0]} what `{prohibit.id}` prohibits {apart[1]}, and an issuer speaks once for all its roles"
                tip = "say in each rule what it means where the issuer has both roles, or which of them overrides"
            code = "roles-apart" if apart else "conflict"
            return Finding(code, what, places.of(permit), tip, Severity.WARNING, permit.id, ids, also, witness=witness)
    for moment, goal in goals if notes else ():
        if witness := witness_of(search, permit.issuer, moment, goal, shows):
            tip = "if the record leaves this open, so be it; else say which overrides"
            what = f"under some readings, {what}"
            return Finding("arguable-conflict", what, places.of(permit), tip, Severity.NOTE, permit.id, ids, also, witness=witness)
    return None


def _as_roles(search: Search, permit: Rule, prohibit: Rule) -> tuple[str, str] | None:
    """`as supplier` and `as supplier of the carrier`, where each rule is for a role in which the other is not; else None."""
    first, second = (search.roles_of(rule) for rule in (permit, prohibit))
    names = search.book.vocabulary.roles
    if not first or not second or first & second:
        return None
    of_first, of_second = (" and ".join(sorted(names.get(r, r) for r in roles)) for roles in (first, second))
    return f"as {of_first}", f"as {of_second}"


def meetings(search: Search, permit: Rule, prohibit: Rule, *, known_by: date | None = None) -> Iterator[tuple[Moment, UnderOneReading]]:
    """For each stretch of days that differs, that both apply and nothing sets either aside; the latest knowledge and the first stretch first.

    With `known_by`, on that knowledge only.
    """
    above = {r.id: r for rule in (permit, prohibit) for r in search.defeaters(rule)}.values()
    tried: set[tuple[Formula, ...]] = set()
    for moment in search.moments([permit, prohibit, *above], known_by=known_by):
        forces = tuple(search.force(r, moment) for r in (permit, prohibit, *above))
        if FALSE not in forces[:2] and forces not in tried:
            tried.add(forces)
            standing = (search.applies(permit, moment), search.applies(prohibit, moment), *(negated(search.applies(r, moment)) for r in above))
            goal = UnderOneReading(search, search.says[permit.issuer], standing)
            if goal.find({}):
                yield moment, goal
