"""The machine's form of what is found about policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.lint.finding import Finding

if TYPE_CHECKING:
    from caveat.core.errors import Diagnostic
    from caveat.core.source import Span
    from caveat.lint.data import FindingData, MeaningData, PlaceData, WitnessData
    from caveat.lint.finding import Witness


def finding_data(d: Diagnostic) -> FindingData:
    """A finding as plain data, ready for JSON."""
    place: PlaceData = _place(d.span) if d.span else {}
    meaning: MeaningData = _meaning(d) if isinstance(d, Finding) else {}
    return {"code": d.code, "severity": d.severity, "message": d.message, **place, "help": d.help, **meaning}


def _place(span: Span) -> PlaceData:
    return {"file": span.source.name, "line": span.line, "column": span.column, "text": span.text}


def _meaning(f: Finding) -> MeaningData:
    return {
        "about": f.about or None,
        "rules": list(f.rules),
        "also": [{"id": a.id, "role": a.role, "file": a.span.source.name, "line": a.span.line} for a in f.also],
        "regions": [{fact: list(names) for fact, names in region.where.items()} for region in f.regions],
        "witness": _witness(f.witness) if f.witness else None,
        "accepted": f.accepted or None,
    }


def _witness(w: Witness) -> WitnessData:
    """The scenario as a file could hold it, and how to ask."""
    return {"scenario": dict(w.facts), "known_by": w.known_by.isoformat(), "issuer": w.issuer, "shows": w.shows}
