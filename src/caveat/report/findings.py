"""Findings about policies, as text, as JSON, or as annotations that GitHub shows beside the lines."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from caveat.core.errors import Severity, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from caveat.core.errors import Diagnostic


def findings_text(findings: Sequence[Diagnostic], form: str) -> str:
    """The findings in one of the forms `text`, `json`, `github`."""
    ordered = sorted(findings, key=lambda d: d.order)
    if form == "json":
        return json.dumps([_data(d) for d in ordered], ensure_ascii=False, indent=2) + "\n"
    if form == "github":
        return "".join(_github(d) for d in ordered)
    counts = Counter(d.severity for d in ordered)
    closing = ", ".join(f"{counts[s]} {s}{'s' * (counts[s] != 1)}" for s in Severity if counts[s]) or "no findings"
    return "".join(f"{d}\n" for d in ordered) + closing + "\n"


def _data(d: Diagnostic) -> dict[str, object]:
    place = {"file": d.span.source.name, "line": d.span.line, "column": d.span.column, "text": d.span.text} if d.span else {}
    return {"code": d.code, "severity": d.severity.value, "message": d.message, **place, "help": d.help}


def _github(d: Diagnostic) -> str:
    kind = {"error": "error", "warning": "warning", "note": "notice"}[d.severity.value]
    place = f"file={_escaped(d.span.source.name)},line={d.span.line},col={d.span.column}," if d.span else ""
    text = printable(d.message + (f" ({d.help})" if d.help else "")).replace("%", "%25")
    return f"::{kind} {place}title={d.code}::{text}\n"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace(",", "%2C").replace(":", "%3A")
