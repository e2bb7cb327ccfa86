"""How well rules are founded: what rests on relays, on state-aligned outlets, on claims alone; and who has no rule at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.core.book import WEAK, Grade
from caveat.core.citation import Reliability
from caveat.core.errors import Severity
from caveat.engines.clauses import clauses_of
from caveat.lint.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from caveat.core.book import Book, Rule, Statement
    from caveat.lint.finding import Places


def weak_sources(book: Book, places: Places) -> Iterator[Finding]:
    """Rules of whose statements none has a first-hand or mainstream source."""
    for rule in book.rules:
        statements = [book.statements[s] for s in rule.statements]
        if all(s.best_reliability in WEAK for s in statements):
            message = f"`{rule.id}` rests only on {_kind(statements)}"
            tip = "find a first-hand or mainstream source for one of its statements"
            yield Finding("weak-source", message, places.of(rule), tip, Severity.WARNING, rule.id, (rule.id,))


def weak_evidence(book: Book, places: Places) -> Iterator[Finding]:
    """Rules that are certain, and rest only on claims or on what was seen to be used."""
    for rule in book.rules:
        statements = [book.statements[s] for s in rule.statements]
        weak = all(s.stated_grade.rank >= Grade.OBSERVED_USE.rank for s in statements)
        if weak and not all(s.best_reliability in WEAK for s in statements) and _is_certain_somewhere(book, rule):
            message = f"`{rule.id}` rests only on claims or on observed use"
            yield Finding("weak-evidence", message, places.of(rule), "make it arguable, or find a statement", Severity.WARNING, rule.id, (rule.id,))


def without_rules(book: Book, places: Places) -> Iterator[Finding]:
    """Issuers with statements but no rule: their position comes out as silent."""
    spoken = {r.issuer for r in book.rules}
    first = {s.partition("/")[0]: s for s in sorted(book.statements, reverse=True)}
    for issuer in sorted(first.keys() - spoken):
        file = book.statements[first[issuer]].place.rpartition(":")[0]
        message = f"{book.issuers[issuer].name} has statements but no rule: its policy comes out as silent"
        tip = "read a rule out of one of them, if one of them decides anything"
        yield Finding("no-rule", message, places.top(file, "issuer"), tip, Severity.NOTE, issuer)


def _is_certain_somewhere(book: Book, rule: Rule) -> bool:
    """Whether the rule applies to some use under every reading."""
    whole = {name: frozenset(fact.domain) for name, fact in book.vocabulary.facts.items()}
    return any(not clause.yes and not clause.no for clause in clauses_of(rule.condition, whole))


def _kind(statements: Sequence[Statement]) -> str:
    kinds = {s.best_reliability for s in statements}
    return "state-aligned outlets" if kinds == {Reliability.STATE_ALIGNED} else "relays of other outlets"
