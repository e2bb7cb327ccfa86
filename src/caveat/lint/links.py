"""What links between rules do not do: overriding is not inherited, and superseding is not undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.core.dates import day_after
from caveat.core.errors import Severity
from caveat.core.force import in_force, is_known
from caveat.core.formula import FALSE, negated
from caveat.lint.conflicts import meetings
from caveat.lint.finding import Finding, Involved
from caveat.lint.goals import UnderOneReading
from caveat.lint.search import Moment, as_facts
from caveat.lint.witness import witness_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from caveat.core.book import Rule
    from caveat.lint.finding import Places
    from caveat.lint.search import Search


def not_inherited(search: Search, places: Places) -> Iterator[Finding]:
    """An exception to an exception that meets the general rule without the exception between them, and says the contrary."""
    for rule in search.rules():
        below = {c: search.book.rule[b] for b in rule.overrides for c in search.book.rule[b].overrides}
        for general, between in ((search.book.rule[c], b) for c, b in below.items()):
            linked = general.id in rule.overrides or rule.id in general.overrides
            if general.effect != rule.effect and not linked and search.can_meet(rule, general):
                yield from _inherits(search, places, rule, between, general)


def _inherits(search: Search, places: Places, rule: Rule, between: Rule, general: Rule) -> Iterator[Finding]:
    shows = f"{rule.id} and {general.id} are in conflict, and {between.id} does not apply"
    for moment, goal in meetings(search, rule, general):
        if witness := witness_of(search, rule.issuer, moment, goal, shows):
            message = f"`{rule.id}` overrides `{between.id}`, which overrides `{general.id}`; where `{between.id}` does not apply, the other two are in conflict"
            tip = f"overriding is not inherited: if it is meant to win over both, add `{general.id.partition('/')[2]}` to its `overrides`"
            also = (Involved(between.id, "lies between", places.of(between)), Involved(general.id, "is not overridden", places.of(general)))
            ids = (rule.id, between.id, general.id)
            yield Finding("not-inherited", message, places.within(rule, "overrides"), tip, Severity.WARNING, rule.id, ids, also, witness=witness)
            return


def ends_in_silence(search: Search, places: Places) -> Iterator[Finding]:
    """A rule that ended another and has a last day itself, after which nothing is said of what both applied to."""
    for newer in search.rules():
        for older in (search.book.rule[name] for name in newer.supersedes if newer.until):
            found = _silence(search, places, newer, older)
            if found:
                yield found
                break


def _silence(search: Search, places: Places, newer: Rule, older: Rule) -> Finding | None:
    """The finding about one pair; None where the older rule would have ended anyhow, or another rule speaks."""
    if newer.until is None or search.last is None:
        return None
    moment, statements = Moment(day_after(newer.until.latest), search.last), search.book.statements
    others = [r for r in search.superseding(older) if r is not newer]
    would_hold = as_facts(in_force(older, others, statements, moment.as_of, moment.known_by, None))
    known = as_facts(is_known(newer, statements, moment.known_by, None))
    own = [search.applies(r, moment) for r in search.book.rules if r.issuer == newer.issuer]
    wanted = (would_hold, known, search.conditions[older.id], search.conditions[newer.id], *map(negated, own))
    if FALSE in wanted:
        return None
    goal = UnderOneReading(search, search.says[newer.issuer], wanted)
    witness = witness_of(search, newer.issuer, moment, goal, f"{newer.id} has ended, {older.id} does not come back, and nothing is said")
    if witness is None:
        return None
    message = f"when `{newer.id}` ends on {newer.until}, `{older.id}`, which it superseded, does not come back: nothing is said any more"
    tip = "if the older policy holds again, write a rule for it with the statement that says so; if nobody said, accept this with the reason"
    also = (Involved(older.id, "was superseded", places.of(older)),)
    ids = (newer.id, older.id)
    return Finding("ends-in-silence", message, places.within(newer, "until"), tip, Severity.WARNING, newer.id, ids, also, witness=witness)
