"""Permissions that ask for nothing, and permissions of what a treaty protects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.core.book import Effect
from caveat.core.errors import Severity
from caveat.core.formula import FALSE, every, negated
from caveat.core.issuer import IssuerKind
from caveat.engines.clauses import clauses_of
from caveat.lint.finding import Finding, Involved
from caveat.lint.search import Moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from caveat.core.book import Rule
    from caveat.lint.finding import Places
    from caveat.lint.search import Search


def unconditional(search: Search, places: Places) -> Iterator[Finding]:
    """Rules that permit whatever their issuer is asked about."""
    for rule in (r for r in search.rules() if r.effect == Effect.PERMIT):
        if search.find([search.says[rule.issuer], negated(search.conditions[rule.id])]) is None:
            message = f"`{rule.id}` permits whatever it is asked about: it has no condition"
            tip = "say in `when` what its source speaks of: for whom, with what, where, against what"
            yield Finding("permits-anything", message, places.of(rule), tip, Severity.WARNING, rule.id, (rule.id,))


def protected(search: Search, places: Places) -> Iterator[Finding]:
    """Rules that permit by name what treaties prohibit under every reading: their permission can never count there."""
    treaties = {i for i, issuer in search.book.issuers.items() if issuer.kind == IssuerKind.TREATY}
    if search.last is None:
        return
    moment = Moment(search.last, search.last)
    floor = [r for r in search.book.rules if r.issuer in treaties and r.effect == Effect.PROHIBIT and search.force(r, moment) != FALSE]
    for rule in (r for r in search.rules() if r.effect == Effect.PERMIT):
        found = _protected(search, places, rule, floor, moment)
        if found:
            yield found


def _protected(search: Search, places: Places, rule: Rule, floor: Sequence[Rule], moment: Moment) -> Finding | None:
    """The finding about one permission; None where it names nothing that is protected."""
    bars = [every((search.says[bar.issuer], search.applies(bar, moment))) for bar in floor]
    for fact, value in _named(search, rule, floor):
        use = {fact: frozenset((value,))}
        wanted = [search.says[rule.issuer], search.conditions[rule.id]]
        if search.find([*wanted, *map(negated, bars)], within=use) is not None or search.find(wanted, within=use) is None:
            continue
        bar = next(b for b, holds in zip(floor, bars, strict=True) if search.find([*wanted, holds], within=use) is not None)
        message = f"`{rule.id}` permits what `{bar.id}` protects: {fact} {value}; a treaty's prohibition stands whatever a donor permits"
        tip = "take it out of the permission; if its source does permit it, accept this with the reason"
        also = (Involved(bar.id, "prohibits it", places.of(bar)),)
        return Finding("permits-protected", message, places.of(rule), tip, Severity.WARNING, rule.id, (rule.id, bar.id), also)
    return None


def _named(search: Search, rule: Rule, floor: Sequence[Rule]) -> list[tuple[str, str]]:
    """The facts and values that a permission names, and a prohibition too, beyond what is taken for granted anyhow (that it is a strike)."""
    usual = {name: fact.assume.values for name, fact in search.book.vocabulary.facts.items() if fact.assume}
    boxes = [clause.box for clause in clauses_of(rule.condition, search.domains)]
    barred = [clause.box for bar in floor for clause in clauses_of(bar.condition, search.domains)]
    return sorted(
        {(f, v) for own in boxes for other in barred for f in own.keys() & other.keys() for v in (own[f] & other[f]) - usual.get(f, frozenset())}
    )
