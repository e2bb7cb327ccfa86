"""What is told of a change: plain data that says what the verdict is, what it was, what it rests on, and what moved it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caveat.core.edition import library_data
from caveat.core.outcome import Verdict
from caveat.record.entry import derived_data

if TYPE_CHECKING:
    from collections.abc import Mapping

    from caveat.core.book import Book
    from caveat.core.decision import Consent, Decision

SCHEMA = "caveat/watch/1"
CLOSED = ""  # the state of a question that is open no more


def told_data(book: Book, seq: int, ident: str, before: str | None, state: str, decision: Decision | None, cause: Mapping[str, Any], problem: str = "") -> dict[str, Any]:  # fmt: skip
    """One told line: `verdict` is null where the scenario was closed, or cannot be decided, as `problem` says."""
    return {
        "schema": SCHEMA,
        "seq": seq,
        "scenario": ident,
        "verdict": decision.verdict.value if decision else None,
        "before": _verdict(before),
        "problem": problem,
        "closed": state == CLOSED,
        "cause": dict(cause),
        **(_reasons(decision) if decision else {}),
        "library": library_data(book),
    }


def _verdict(state: str | None) -> str | None:
    return state if state in {v.value for v in Verdict} else None


def _reasons(decision: Decision) -> dict[str, Any]:
    """What the verdict rests on: who decided by which rules, and what reports gave."""
    loud = [c for c in decision.consents if c.verdict != Verdict.NO_OBJECTION]
    return {
        "as_of": str(decision.as_of) if decision.as_of else None,
        "known_by": decision.known_by.isoformat(),
        "possible": [v.value for v in decision.possible],
        "binding": list(decision.binding),
        "missing": [list(facts) for facts in decision.missing],
        "consents": [_consent(c) for c in loud],
        "derived": [derived_data(d) for d in decision.derived],
    }


def _consent(c: Consent) -> dict[str, Any]:
    aside = [{"rule": rule, "by": by} for rule, by in c.set_aside]
    return {"issuer": c.issuer, "verdict": c.verdict.value, "rules": list(c.rules), "set_aside": aside, "readings": [a.point for a in c.readings]}
