"""Rules that can never decide, exceptions that except nothing, and statements that come to nothing.

Each is asked of all uses, readings, days and states of knowledge; a rule that decided anything as known on some past
day is not idle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.core.errors import Severity
from caveat.core.force import first_day
from caveat.core.formula import FALSE, negated
from caveat.lint.finding import Finding, Involved
from caveat.lint.goals import UnderOneReading
from caveat.lint.search import as_facts
from caveat.lint.witness import witness_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from caveat.core.book import Rule, Statement
    from caveat.core.formula import Formula
    from caveat.lint.contradictions import Test
    from caveat.lint.finding import Places, Witness
    from caveat.lint.search import Search


def never_in_force(search: Search, places: Places) -> Iterator[Finding]:
    """Rules that are in force on no day, whatever was known."""
    statements = search.book.statements
    for rule in search.rules():
        if any(search.force(rule, moment) != FALSE for moment in search.moments([rule])):
            continue
        begins = first_day(rule, statements)
        enders = [r for r in search.superseding(rule) if first_day(r, statements).latest <= begins.earliest]
        if enders:
            names = " and ".join(f"`{r.id}`" for r in enders)
            message = f"`{rule.id}` is never in force: {names} ended it before it began on {begins}"
            tip = "check `from` and `supersedes`"
        else:
            message = f"`{rule.id}` is never in force: what it rests on was taken back by the time it was reported, or by the day it begins"
            tip = "check `reported` and `retracted` of its statements, and its own dates"
        also = [Involved(r.id, f"begins {first_day(r, statements)}", places.of(r)) for r in enders]
        also += [Involved(s, _report(statements[s]), places.of(statements[s])) for s in rule.statements]
        ids = (rule.id, *(r.id for r in enders))
        yield Finding("never-in-force", message, places.of(rule), tip, Severity.WARNING, rule.id, ids, tuple(also))


def _report(s: Statement) -> str:
    return f"reported {s.reported}" + (f", retracted {s.retracted}" if s.retracted else "")


def shadowed(search: Search, places: Places, idle: frozenset[str]) -> Iterator[Finding]:
    """Rules that apply to some use, and are set aside wherever they do. `idle` are those that never apply at all."""
    for rule in search.rules():
        above = [r for r in search.defeaters(rule) if r.id not in idle]
        if rule.id in idle or not above or _decides(search, rule, above):
            continue
        guilty = _fewest(search, rule, above)
        names = " or ".join(f"`{r.id}`" for r in guilty)
        if rule.is_default:
            message = f"`{rule.id}` never decides: other rules speak to every use it is for"
            tip = "narrow the rules, or delete the default"
        else:
            message = f"`{rule.id}` never decides: wherever it applies, {names} sets it aside"
            tip = "narrow what overrides it; or delete this rule, and name its statement under `by` of the other"
        also = tuple(Involved(r.id, "sets it aside", places.of(r)) for r in guilty)
        ids = (rule.id, *(r.id for r in guilty))
        witness = _aside(search, rule, guilty)
        yield Finding("shadowed", message, places.of(rule), tip, Severity.WARNING, rule.id, ids, also, witness=witness)


def _decides(search: Search, rule: Rule, above: Sequence[Rule]) -> bool:
    """Whether the rule applies to some use, on some day, as known on some day, where none of the others does."""
    tried: set[tuple[Formula, ...]] = set()
    for moment in search.moments([rule, *above]):
        forces = tuple(search.force(r, moment) for r in (rule, *above))
        if forces[0] != FALSE and forces not in tried:
            tried.add(forces)
            if search.find([search.says[rule.issuer], search.applies(rule, moment), *(negated(search.applies(r, moment)) for r in above)]):
                return True
    return False


def _fewest(search: Search, rule: Rule, above: Sequence[Rule]) -> list[Rule]:
    """Few of the rules above one that together leave it nothing to decide."""
    guilty = [r for r in above if meet(search, rule, r)]
    for other in list(guilty):
        fewer = [r for r in guilty if r is not other]
        if not _decides(search, rule, fewer):
            guilty = fewer
    return guilty


def _aside(search: Search, rule: Rule, guilty: Sequence[Rule]) -> Witness | None:
    """A use to which the rule applies, and one of those that set it aside."""
    for other in guilty:
        shows = f"{other.id} speaks, so {rule.id} does not" if rule.is_default else f"{other.id} sets {rule.id} aside"
        for moment in search.moments([rule, other]):
            goal = UnderOneReading(search, search.says[rule.issuer], (search.applies(rule, moment), search.applies(other, moment)))
            if FALSE not in goal.wanted and (found := witness_of(search, rule.issuer, moment, goal, shows)):
                return found
    return None


def meet(search: Search, a: Rule, b: Rule) -> bool:
    """Whether two rules apply together to some use, on some day, as known on some day."""
    if not search.can_meet(a, b):
        return False
    tried: set[tuple[Formula, Formula]] = set()
    for moment in search.moments([a, b]):
        forces = (search.force(a, moment), search.force(b, moment))
        if FALSE not in forces and forces not in tried:
            tried.add(forces)
            if search.find([search.says[a.issuer], search.applies(a, moment), search.applies(b, moment)]):
                return True
    return False


def overrides_nothing(search: Search, places: Places, idle: frozenset[str]) -> Iterator[Finding]:
    """Exceptions that except nothing: a rule that overrides another with which it never applies together."""
    for rule in (r for r in search.rules() if r.id not in idle):
        for name in (n for n in rule.overrides if n not in idle):
            if meet(search, rule, search.book.rule[name]):
                continue
            message = f"`{rule.id}` overrides `{name}`, but the two never apply together"
            tip = "look at their conditions and dates; or delete it from `overrides`"
            also = (Involved(name, "is overridden", places.of(search.book.rule[name])),)
            span = places.named(rule, "overrides", name.partition("/")[2])
            yield Finding("overrides-nothing", message, span, tip, Severity.WARNING, rule.id, (rule.id, name), also)


def unless_nothing(search: Search, places: Places, idle: frozenset[str], tests_of: Callable[[Rule], Sequence[Test]]) -> Iterator[Finding]:
    """Each `unless` without which its rule would apply to the same uses, under every reading."""
    for rule in (r for r in search.rules() if r.id not in idle):
        tests = list(tests_of(rule))
        for test in [t for t in reversed(tests) if t.is_exception]:
            others = [t for t in tests if t is not test]
            if _excepts(search, rule, test, others):
                continue
            tests = others
            already = [t for t in others if t.is_exception and _excepts(search, rule, test, [o for o in others if o is not t])]
            why = "another exception excepts it already" if already else "the rule does not apply there without it either"
            message = f"`{test.text}` of `{rule.id}` excepts nothing: {why}"
            tip = "look at its conditions and those of `when`; or delete it"
            also = [Involved(rule.id, "applies to the same uses without it", places.of(rule))]
            also += [Involved(t.text, "excepts it already", t.span) for t in already]
            yield Finding("unless-nothing", message, test.span, tip, Severity.WARNING, rule.id, (rule.id,), tuple(also))


def _excepts(search: Search, rule: Rule, test: Test, others: Sequence[Test]) -> bool:
    """Whether there is a use, and a reading, that meets the other tests of a rule and not this one."""
    return search.find([search.says[rule.issuer], *(as_facts(t.formula) for t in others), as_facts(negated(test.formula))]) is not None


def without_effect(search: Search, places: Places, idle: frozenset[str]) -> Iterator[Finding]:
    """Statements that carry rules of which none can ever decide, nor end another, and that raise no question and no derivation either."""
    book = search.book
    asking = {s for reading in book.readings.values() if reading.name.count("/") == 1 for s in reading.statements}
    derivations = book.reporting.derivations if book.reporting else ()
    asking.update(s for derivation in derivations for s in derivation.statements)
    carried: dict[str, list[Rule]] = {}
    for rule in book.rules:
        for ident in rule.statements:
            carried.setdefault(ident, []).append(rule)
    for ident, rules in sorted(carried.items()):
        if ident not in asking and all(r.id in idle and not r.supersedes for r in rules):
            message = f"`{ident}` comes to nothing: no rule that rests on it can ever decide"
            tip = "mend the rules; or delete them, and say why under `no_effect`"
            also = tuple(Involved(r.id, "never decides", places.of(r)) for r in rules)
            ids = tuple(r.id for r in rules)
            yield Finding("without-effect", message, places.of(book.statements[ident]), tip, Severity.WARNING, ident, ids, also)
