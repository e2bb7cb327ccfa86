"""What is worth a second look in a library that loads: thin evidence, rules that can never apply, idle parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from caveat.core.citation import Reliability
from caveat.core.errors import Diagnostic, Severity
from caveat.core.ir import FALSE, Grade
from caveat.core.logic import is_possible
from caveat.core.source import Source, Span
from caveat.engines.clauses import clauses_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from caveat.core.ir import Book, Formula, Rule, Statement

WEAK = (Reliability.RELAY, Reliability.STATE_ALIGNED)


@dataclass(frozen=True, slots=True)
class Places:
    """Where rules and statements stand, as spans that can be quoted."""

    sources: Mapping[str, Source]

    def of(self, item: Rule | Statement) -> Span:
        """The line on which the rule or statement begins: its name."""
        file, _, number = item.place.rpartition(":")
        source = self.sources.get(file, Source(file, ""))
        text = source.line(int(number))
        start = len(text) - len(text.lstrip()) + 1
        return Span(source, int(number), start, int(number), max(start + 1, len(text.rstrip().rstrip(":")) + 1))


def lint(book: Book, texts: Mapping[str, str]) -> list[Diagnostic]:
    """All findings about a library that loads, in the order of their places; `texts` are its files by name."""
    places = Places({name: Source(name, text) for name, text in texts.items()})
    found = [*_weak_rules(book, places), *_never_apply(book, places), *_silent_issuers(book)]
    return sorted(found, key=lambda d: d.order)


def _weak_rules(book: Book, places: Places) -> Iterator[Diagnostic]:
    """Rules that rest on relays or state-aligned outlets alone."""
    for rule in book.rules:
        statements = [book.statements[s] for s in rule.statements]
        if all(s.best_reliability in WEAK for s in statements):
            worst = _kind(statements)
            message = f"`{rule.id}` rests only on {worst}"
            yield Diagnostic(
                "weak-source", message, places.of(rule), "find a first-hand or mainstream source for one of its statements", Severity.WARNING
            )
        elif all(s.stated_grade.rank >= Grade.OBSERVED_USE.rank for s in statements) and _is_certain_somewhere(book, rule):
            yield Diagnostic(
                "weak-evidence",
                f"`{rule.id}` rests only on claims or on observed use",
                places.of(rule),
                "make it arguable, or find a statement",
                Severity.WARNING,
            )


def _is_certain_somewhere(book: Book, rule: Rule) -> bool:
    """Whether the rule applies to some use under every reading."""
    whole = {name: frozenset(fact.domain) for name, fact in book.vocabulary.facts.items()}
    return any(not clause.yes and not clause.no for clause in clauses_of(rule.condition, whole))


def _kind(statements: list[Statement]) -> str:
    kinds = {s.best_reliability for s in statements}
    return "state-aligned outlets" if kinds == {Reliability.STATE_ALIGNED} else "relays of other outlets"


def _never_apply(book: Book, places: Places) -> Iterator[Diagnostic]:
    """Rules whose conditions no use can meet, under any reading, or whose issuer then has no say."""
    whole = {name: frozenset(fact.domain) for name, fact in book.vocabulary.facts.items()}
    demands = [c.holds for c in book.constraints]
    for rule in book.rules:
        is_end_of_another = rule.condition == FALSE and rule.supersedes
        if not is_end_of_another and not _can_apply(book, rule, whole, demands):
            message = f"`{rule.id}` can never apply: no use meets its conditions while {rule.issuer} has a say"
            yield Diagnostic("never-applies", message, places.of(rule), "look for tests that exclude each other, and at its role", Severity.WARNING)


def _can_apply(book: Book, rule: Rule, whole: dict[str, frozenset[str]], demands: Sequence[Formula]) -> bool:
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
        yield Diagnostic(
            "no-rule", f"{book.issuers[issuer].name} has statements but no rule: its policy comes out as silent", None, "", Severity.NOTE
        )
