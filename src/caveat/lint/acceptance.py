"""Findings that the files accept, each with its reason; and acceptances that nothing answers to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from caveat.core.errors import Severity
from caveat.lint.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from caveat.load.accepted import Acceptance


def with_acceptances(findings: Iterable[Finding], accepted: Sequence[Acceptance]) -> list[Finding]:
    """The findings, those that are accepted with the reason; and a note for each acceptance that accepts nothing."""
    idle = dict.fromkeys(accepted)
    found = []
    for finding in findings:
        by = next((a for a in accepted if _accepts(a, finding)), None)
        found.append(replace(finding, accepted=by.reason) if by else finding)
        for a in accepted:
            if _accepts(a, finding):
                idle.pop(a, None)
    return [*found, *map(_needless, idle)]


def _accepts(a: Acceptance, f: Finding) -> bool:
    """Whether an acceptance is about a finding: the code, the place, and the other rule where it names one."""
    if a.code != f.code or f.severity is Severity.ERROR or (a.other and a.other not in f.rules):
        return False
    if a.owner:
        return a.owner == f.about or (a.owner in f.rules and a.owner != a.other)
    return f.about == a.issuer or (f.span is not None and f.span.source.name == a.span.source.name)


def _needless(a: Acceptance) -> Finding:
    where = f"`{a.owner}`" if a.owner else "this file"
    message = f"{where} has no finding `{a.code}` to accept" + (f" with `{a.other}`" if a.other else "")
    return Finding("needless-acceptance", message, a.span, "delete it", Severity.NOTE, a.owner or a.issuer)
