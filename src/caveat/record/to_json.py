"""The machine's form of a replay: `caveat/replay/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.report.to_data import library_data

if TYPE_CHECKING:
    from caveat.core.book import Book
    from caveat.record.again import Difference
    from caveat.record.cause import Cause
    from caveat.record.changes import Change
    from caveat.record.data import CauseData, ChangeData, DifferenceData, PartData, ReplayData
    from caveat.record.replay import Replay


def replay_data(book: Book, r: Replay) -> ReplayData:
    """The replay as plain data, ready for JSON."""
    return {
        "schema": "caveat/replay/1",
        "confirmed": r.is_confirmed,
        "decisions": r.decisions,
        "library": library_data(book),
        "recorded_with": list(r.recorded_with),
        "differences": [_difference(d) for d in r.differences],
        "unreadable": [{"line": u.line, "because": u.why} for u in r.unreadable],
    }


def _difference(d: Difference) -> DifferenceData:
    return {
        "line": d.entry.line,
        "recorded": d.entry.recorded,
        "label": d.entry.label,
        "kind": d.kind,
        "asked": dict(d.entry.asked),
        "before": d.entry.answer["verdict"],
        "after": d.now.answer["verdict"] if d.now.answer else None,
        "refusal": d.now.refusal,
        "moved": [{"issuer": m.issuer, "what": m.what, "before": m.before, "after": m.after} for m in d.moved],
        "causes": [_cause(cause) for cause in d.causes],
        "note": d.note,
    }


def _cause(cause: Cause) -> CauseData:
    return {"changes": [_change(c) for c in cause.changes], "alone": cause.alone, "needed": cause.needed}


def _change(c: Change) -> ChangeData:
    parts: list[PartData] = [{"part": p.name, "before": p.before, "after": p.after} for p in c.parts]
    return {"kind": c.kind, "id": c.id, "how": c.how, "parts": parts, "along": list(c.along)}
