"""The machine's form of a decision: `caveat/decision/1`, the same bytes for the same library, scenario and dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.core.force import grade_known
from caveat.report.answers import is_after_use, later_statements, not_asked
from caveat.report.points import worded
from caveat.report.to_data import assumptions_data, citation_data, library_data, report_data, set_aside_data
from caveat.report.wording import because, is_later, reading_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from caveat.core.book import Book, Statement
    from caveat.core.citation import Citation
    from caveat.core.decision import Argued, Consent, Decision
    from caveat.core.derived import DerivedFact
    from caveat.decide.data import CitedData, ConsentData, DecidedData, DecisionData, DecisionFactData, LateData, ReadingData


def decision_data(book: Book, decision: Decision) -> DecisionData:
    """The decision as plain data, ready for JSON."""
    return {"schema": "caveat/decision/1", **decided_data(book, decision)}


def decided_data(book: Book, decision: Decision) -> DecidedData:
    """What a decision says, whatever document it stands in."""
    case = decision.asking.case
    return {
        "verdict": decision.verdict,
        "scenario": dict(decision.scenario),
        "as_of": str(decision.as_of) if decision.as_of else None,
        "known_by": decision.known_by.isoformat(),
        "consents": [_consent(book, decision, c) for c in decision.consents],
        "missing": [list(facts) for facts in decision.missing],
        "possible": list(decision.possible),
        "binding": list(decision.binding),
        "assumptions": assumptions_data(decision.assumptions),
        "told": list(decision.told),
        "derived": [_derived(d) for d in decision.derived],
        "reports": [report_data(r) for _, r in sorted(case.reports.items())] if case else [],
        "has_say": decision.has_say,
        "last_known": decision.last_known,
        "said_after_use": [s.id for s in later_statements(book, decision)],
        "least_grade": decision.min_grade,
        "asked_only": list(decision.asked_only),
        "not_asked": not_asked(book, decision),
        "library": library_data(book),
        "engine": decision.engine,
    }


def _consent(book: Book, decision: Decision, c: Consent) -> ConsentData:
    return {
        "issuer": c.issuer,
        "name": book.issuers[c.issuer].name,
        "because": because(book, decision, c, ids=True),
        "roles": list(c.roles),
        "has_say": c.has_say,
        "verdict": c.verdict,
        "says": list(c.says),
        "rules": list(c.rules),
        "arguable_rules": list(c.arguable_rules),
        "set_aside": set_aside_data(c.set_aside),
        "readings": [_reading(book, decision, a) for a in c.readings],
        "missing": [list(facts) for facts in c.missing],
        "possible": list(c.possible),
        "last_known": c.last_known or decision.is_ahead,
        "covered_until": str(book.issuers[c.issuer].covered_until) if book.issuers[c.issuer].covered_until else None,
        "grade": c.grade,
        "sources": [source for statement, rules in c.cited for source in _sources(book, statement, rules, decision)],
    }


def _reading(book: Book, decision: Decision, a: Argued) -> ReadingData:
    reading = worded(book, reading_of(book, decision, a.point))
    return {
        "reading": a.point,
        "question": reading.question,
        "because": reading.because,
        "if_yes": list(a.if_yes),
        "if_no": list(a.if_no),
    }


def _sources(book: Book, statement_id: str, rules: Sequence[str], decision: Decision) -> Iterator[CitedData]:
    """The sources of a statement with the rules that it carries, those that decide and those set aside.

    A source that was published later than what is asked about was known says so, and one of a statement made after the use.
    """
    statement = book.statements[statement_id]
    grade = grade_known(statement, decision.known_by)
    for s in statement.sources:
        yield {
            "statement": statement_id,
            "rules": list(rules),
            "by": statement.by,
            "grade": grade,
            **citation_data(s),
            **_late(s, statement, decision),
        }


def _late(source: Citation, statement: Statement, decision: Decision) -> LateData:
    late: LateData = {}
    if is_later(source, decision.known_by):
        late["published_later"] = True
    if is_after_use(statement, decision):
        late["said_after_use"] = True
    return late


def _derived(d: DerivedFact) -> DecisionFactData:
    return {
        "fact": d.fact,
        "values": list(d.values),
        "reading_of": d.issuer or None,
        "derivation": d.derivation,
        "reports": list(d.reports),
        "certain": d.is_certain,
        "doubts": list(d.doubts),
        "where": {fact: sorted(values) for fact, values in sorted(d.where.items())},
        "set_aside": d.set_aside or None,
        "by": list(d.by),
    }
