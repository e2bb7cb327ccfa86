"""What is told of a change: plain data that says what the verdict is, what it was, what it rests on, and what moved it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.core.outcome import Verdict
from caveat.record.entry import derived_data
from caveat.report.to_data import library_data, set_aside_data

if TYPE_CHECKING:
    from caveat.core.book import Book
    from caveat.core.decision import Consent, Decision
    from caveat.watch.data import CauseData, ConsentData, ReasonsData, ToldData

CLOSED = ""  # the state of a question that is open no more


def told_data(book: Book, seq: int, ident: str, before: str | None, state: str, decision: Decision | None, cause: CauseData, problem: str = "") -> ToldData:  # fmt: skip
    """One told line: `verdict` is null where the scenario was closed, or cannot be decided, as `problem` says."""
    reasons: ReasonsData = _reasons(decision) if decision else {}
    return {
        "schema": "caveat/watch/1",
        "seq": seq,
        "scenario": ident,
        "verdict": decision.verdict if decision else None,
        "before": _verdict(before),
        "problem": problem,
        "closed": state == CLOSED,
        "cause": cause,
        **reasons,
        "library": library_data(book),
    }


def _verdict(state: str | None) -> Verdict | None:
    return Verdict(state) if state in {v.value for v in Verdict} else None


def _reasons(decision: Decision) -> ReasonsData:
    """What the verdict rests on: who decided by which rules, and what reports gave."""
    loud = [c for c in decision.consents if c.verdict != Verdict.NO_OBJECTION]
    return {
        "as_of": str(decision.as_of) if decision.as_of else None,
        "known_by": decision.known_by.isoformat(),
        "possible": list(decision.possible),
        "binding": list(decision.binding),
        "missing": [list(facts) for facts in decision.missing],
        "consents": [_consent(c) for c in loud],
        "derived": [derived_data(d) for d in decision.derived],
    }


def _consent(c: Consent) -> ConsentData:
    readings = [a.point for a in c.readings]
    return {"issuer": c.issuer, "verdict": c.verdict, "rules": list(c.rules), "set_aside": set_aside_data(c.set_aside), "readings": readings}
