"""The machine's form of a decision: `caveat/decision/1`, the same bytes for the same library, scenario and dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caveat.core.edition import library_data
from caveat.core.force import grade_known
from caveat.decide.derived import derived_data, reports_data
from caveat.report.answers import is_after_use, later_statements, not_asked
from caveat.report.points import worded
from caveat.report.wording import because, citation_data, is_later, reading_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from caveat.core.book import Book
    from caveat.core.decision import Argued, Consent, Decision

SCHEMA = "caveat/decision/1"


def decision_data(book: Book, decision: Decision) -> dict[str, Any]:
    """The decision as plain data, ready for JSON."""
    return {
        "schema": SCHEMA,
        "verdict": decision.verdict.value,
        "scenario": dict(decision.scenario),
        "as_of": str(decision.as_of) if decision.as_of else None,
        "known_by": decision.known_by.isoformat(),
        "consents": [_consent(book, decision, c) for c in decision.consents],
        "missing": [list(facts) for facts in decision.missing],
        "possible": [v.value for v in decision.possible],
        "binding": list(decision.binding),
        "assumptions": [
            {"fact": fact, "value": list(a.terms) if len(a.terms) > 1 else a.terms[0], "because": a.because}
            for fact, a in decision.assumptions.items()
        ],
        "told": list(decision.told),
        "derived": derived_data(decision),
        "reports": reports_data(decision),
        "has_say": decision.has_say,
        "last_known": decision.last_known,
        "said_after_use": [s.id for s in later_statements(book, decision)],
        "least_grade": decision.min_grade.value if decision.min_grade else None,
        "asked_only": list(decision.asked_only),
        "not_asked": not_asked(book, decision),
        "library": library_data(book),
        "engine": decision.engine,
    }


def _consent(book: Book, decision: Decision, c: Consent) -> dict[str, Any]:
    return {
        "issuer": c.issuer,
        "name": book.issuers[c.issuer].name,
        "because": because(book, decision, c, ids=True),
        "roles": list(c.roles),
        "has_say": c.has_say,
        "verdict": c.verdict.value,
        "says": [o.value for o in c.says],
        "rules": list(c.rules),
        "arguable_rules": list(c.arguable_rules),
        "set_aside": [{"rule": rule, "by": by} for rule, by in c.set_aside],
        "readings": [_reading(book, decision, a) for a in c.readings],
        "missing": [list(facts) for facts in c.missing],
        "possible": [v.value for v in c.possible],
        "last_known": c.last_known or decision.is_ahead,
        "covered_until": str(book.issuers[c.issuer].covered_until) if book.issuers[c.issuer].covered_until else None,
        "grade": c.grade.value if c.grade else None,
        "sources": [source for statement, rules in c.cited for source in _sources(book, statement, rules, decision)],
    }


def _reading(book: Book, decision: Decision, a: Argued) -> dict[str, Any]:
    reading = worded(book, reading_of(book, decision, a.point))
    return {
        "reading": a.point,
        "question": reading.question,
        "because": reading.because,
        "if_yes": [o.value for o in a.if_yes],
        "if_no": [o.value for o in a.if_no],
    }


def _sources(book: Book, statement_id: str, rules: Sequence[str], decision: Decision) -> list[dict[str, Any]]:
    """The sources of a statement with the rules that it carries, those that decide and those set aside.

    A source that was published later than what is asked about was known says so, and one of a statement made after the use.
    """
    statement = book.statements[statement_id]
    grade = grade_known(statement, decision.known_by).value
    late = {"said_after_use": True} if is_after_use(statement, decision) else {}
    return [
        {
            "statement": statement_id,
            "rules": list(rules),
            "by": statement.by,
            "grade": grade,
            **citation_data(s),
            **({"published_later": True} if is_later(s, decision.known_by) else {}),
            **late,
        }
        for s in statement.sources
    ]
