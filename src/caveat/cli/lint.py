"""`caveat lint`."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from caveat.cli import options as o
from caveat.core.errors import PolicyError, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from caveat.core.errors import Diagnostic


class LintFormat(str, Enum):  # noqa: UP042
    """How findings are written."""

    text = "text"
    json = "json"
    github = "github"


def lint(
    policies: o.Policies = None,
    format: Annotated[LintFormat, typer.Option("--format", "-f", help="How to write the findings.")] = LintFormat.text,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Errors and warnings only, no notes.")] = False,
) -> None:
    """Check policies: every problem at once, with its place and what to type instead.

    Exits with 3 if there is an error, with 0 otherwise.
    """
    from caveat.library import Library
    from caveat.report.findings import findings_text

    findings: Sequence[Diagnostic]
    broken = False
    try:
        findings = Library.lint(policies)
    except PolicyError as error:
        findings, broken = error.diagnostics, True
    shown = [f for f in findings if not (quiet and f.severity is Severity.NOTE)]
    o.write(findings_text(shown, format.value))
    if broken:
        raise typer.Exit(3)
