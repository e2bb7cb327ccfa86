"""What is worth a second look in a library that loads: thin evidence, rules that can never apply, idle parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.core.errors import Diagnostic, Severity
from caveat.core.ir import Grade, Reliability
from caveat.core.logic import is_possible
from caveat.core.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from caveat.core.ir import Book, Rule, Statement

WEAK = (Reliability.RELAY, Reliability.STATE_ALIGNED)


def lint(book: Book) -> list[Diagnostic]:
    """All findings, errors never among them: what is an error keeps a library from loading."""
    return [*_weak_rules(book), *_never_apply(book), *_silent_issuers(book)]


def _at(place: str) -> Span:
    file, _, line = place.rpartition(":")
    return Span(Source(file, ""), int(line or 1), 1, int(line or 1), 1)


def _weak_rules(book: Book) -> Iterator[Diagnostic]:
    """Rules that rest on relays or state-aligned outlets alone."""
    for rule in book.rules:
        statements = [book.statements[s] for s in rule.statements]
        if all(s.best_reliability in WEAK for s in statements):
            worst = _kind(statements)
            message = f"`{rule.id}` rests only on {worst}"
            yield Diagnostic("weak-source", message, _at(rule.place), "find a first-hand or mainstream source for one of its statements", Severity.WARNING)
        elif all(s.stated_grade.rank >= Grade.OBSERVED_USE.rank for s in statements):
            yield Diagnostic("weak-evidence", f"`{rule.id}` rests only on claims or on observed use", _at(rule.place), "make it arguable, or find a statement", Severity.WARNING)


def _kind(statements: list[Statement]) -> str:
    kinds = {s.best_reliability for s in statements}
    return "state-aligned outlets" if kinds == {Reliability.STATE_ALIGNED} else "relays of other outlets"


def _never_apply(book: Book) -> Iterator[Diagnostic]:
    """Rules whose conditions no use can meet, under any reading, or whose issuer then has no say."""
    whole = {name: frozenset(fact.domain) for name, fact in book.vocabulary.facts.items()}
    demands = [c.holds for c in book.constraints]
    for rule in book.rules:
        if not _can_apply(book, rule, whole, demands):
            message = f"`{rule.id}` can never apply: no use meets its conditions while {rule.issuer} has a say"
            yield Diagnostic("never-applies", message, _at(rule.place), "look for tests that exclude each other, and at its role", Severity.WARNING)


def _can_apply(book: Book, rule: Rule, whole: dict[str, frozenset[str]], demands: list) -> bool:  # type: ignore[type-arg]
    from caveat.engines.compiled import clauses_of

    says = [clause for s in book.says if s.issuer == rule.issuer for clause in clauses_of(s.when, whole)]
    for clause in clauses_of(rule.condition, whole):
        for say in says:
            both = {f: clause.box.get(f, v) & say.box.get(f, v) for f, v in whole.items()}
            if all(both.values()) and not clause.yes & say.no and not clause.no & say.yes and is_possible(demands, both):
                return True
    return False


def _silent_issuers(book: Book) -> Iterator[Diagnostic]:
    """Issuers with a policy file but no rule: their position is not known."""
    spoken = {r.issuer for r in book.rules}
    filed = {s.partition("/")[0] for s in book.statements}
    for issuer in sorted(filed - spoken):
        yield Diagnostic("no-rule", f"{book.issuers[issuer].name} has statements but no rule: its policy comes out as silent", None, "", Severity.NOTE)


