"""One use that shows a finding, in as few facts as `decide` needs to see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.core.question import DATE
from caveat.core.vocabulary import NO
from caveat.lint.finding import Witness

if TYPE_CHECKING:
    from collections.abc import Mapping

    from caveat.lint.goals import Goal
    from caveat.lint.search import Moment, Search, Sets


def witness_of(search: Search, issuer: str, moment: Moment, goal: Goal, shows: str) -> Witness | None:
    """A use of which the goal holds; None where there is none.

    What is not said may be anything, but for the assumptions that `decide` makes: the goal holds of all of it.
    """
    if goal.find({}) is None:
        return None
    return _shortened(search, issuer, moment, goal, _likely(search, goal), shows)


def witness_within(search: Search, issuer: str, moment: Moment, goal: Goal, shows: str, use: Mapping[str, frozenset[str]]) -> Witness | None:
    """The same of one use that is known already; None where the goal does not hold of it."""
    found = goal.find(use)
    return _shortened(search, issuer, moment, goal, {**found, **use}, shows) if found is not None else None


def _shortened(search: Search, issuer: str, moment: Moment, goal: Goal, found: Sets, shows: str) -> Witness:
    said = _as_said(search, _few(search, goal, found))
    return Witness({DATE: moment.as_of.isoformat(), **said}, moment.known_by, issuer, shows)


def _likely(search: Search, goal: Goal) -> Sets:
    """The use with one value for each fact: the usual ones where they can be, wish by wish; and its points."""
    facts = search.book.vocabulary.facts
    wishes = [(name, fact.assume.values) for name, fact in facts.items() if fact.assume]
    wishes += [(name, frozenset((NO,))) for name, fact in facts.items() if fact.part_of]
    found = goal.find({}) or {}
    chosen: Sets = {}
    for name, values in wishes:
        if found[name] <= values:
            chosen[name] = found[name]
        elif better := goal.find({**chosen, name: values}):
            found, chosen[name] = better, better[name] & values
    one = {name: frozenset((next(v for v in fact.domain if v in found[name]),)) for name, fact in facts.items()}
    return {**found, **one}


def _few(search: Search, goal: Goal, found: Sets) -> Sets:
    """The facts that have to be said: without any of them, the goal might not hold."""
    facts = search.book.vocabulary.facts
    within = {name: found[name] for name in facts}
    kept = dict.fromkeys(facts)
    for name in reversed(list(facts)):
        assume = facts[name].assume
        usual = assume.usual_of({fact: min(found[fact]) for fact in facts}) if assume else search.domains[name]
        if assume is not None and not found[name] <= usual:
            continue
        wider = {**within, name: usual}
        if goal.holds(wider, found):
            within = wider
            del kept[name]
    return {name: found[name] for name in kept}


def _as_said(search: Search, said: Mapping[str, frozenset[str]]) -> dict[str, str | list[str]]:
    """The facts as a scenario has them: of a fact that holds several things `none` where none does, else one by one."""
    found: dict[str, str | list[str]] = {}
    for name, values in said.items():
        found[name] = min(values)
    for whole, members in search.book.vocabulary.several.items():
        if all(found.get(m) == NO for m in members):
            for m in members:
                del found[m]
            found[whole] = "none"
    return found
