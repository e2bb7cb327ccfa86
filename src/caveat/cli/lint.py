"""`caveat lint`."""

from __future__ import annotations

import os
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from caveat.cli import options as o
from caveat.cli.progress import progress
from caveat.core.errors import Diagnostic, PolicyError, ScenarioError, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence


class LintFormat(str, Enum):  # noqa: UP042
    """How findings are written."""

    text = "text"
    json = "json"
    github = "github"


Code = Annotated[Optional[str], typer.Option("--explain", metavar="CODE", help="Say what a finding means, why it matters, and how to mend it.")]  # noqa: UP045


@o.takes_policies
def lint(
    policies: o.Policies = o.SHIPPED,
    format: Annotated[LintFormat, typer.Option("--format", "-f", help="How to write the findings.")] = LintFormat.text,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Errors and warnings only, no notes.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Show also what the files accept, with the reasons.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 3 for a warning, too.")] = False,
    explain: Code = None,
    codes: Annotated[bool, typer.Option("--codes", help="List the code of every finding there is.")] = False,
) -> None:
    """Check policies: every problem at once, with its place, a use that shows it, and what to do.

    Exits with 3 if there is an error, with 0 otherwise.
    """
    if codes or explain is not None:
        _show_codes(explain)
        return
    from caveat.library import Library
    from caveat.lint.forms import Manner, findings_text

    findings: Sequence[Diagnostic]
    try:
        findings = Library.lint(policies.places, only=policies.only, notes=not quiet, progress=progress("checks"))
    except PolicyError as error:
        findings = error.diagnostics
    shown = [f for f in findings if not (quiet and f.severity is Severity.NOTE)]
    manner = Manner(format.value, o.page_width(), o.has_colour(), everything, o.FLAG_OF, policies.options, _folder(policies))
    o.write(findings_text(shown, manner), format.value)
    wrong = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    if any(f.severity in wrong and not getattr(f, "accepted", "") for f in findings):
        raise typer.Exit(3)


def _show_codes(code: str | None) -> None:
    """One section of the list of codes, or the list."""
    from caveat.core.errors import did_you_mean
    from caveat.lint.codes import list_of_codes, section_of, section_text, sections

    known = sections()
    if code is None:
        o.write(list_of_codes(known, o.page_width(), colour=o.has_colour()))
    elif section := section_of(code.strip("[]"), known):
        o.write(section_text(section, o.page_width(), colour=o.has_colour()))
    else:
        tip = did_you_mean(code, list(known)) or "`caveat lint --codes` lists them"
        raise ScenarioError([Diagnostic("unknown-code", f"no finding has the code `{code}`", None, tip)])


def _folder(policies: o.Policies) -> str:
    """What stands before the name of a policy file seen from where GitHub looks; empty where it lies elsewhere."""
    from caveat.library import shipped_policies

    if len(policies.places) > 1:
        return ""  # the names of files tell their folders
    root = Path(policies.places[0] if policies.places else shipped_policies()).resolve()
    root = root if root.is_dir() else root.parent
    top = _top(root)
    return f"{root.relative_to(top).as_posix()}/".removeprefix("./") if root.is_relative_to(top) else ""


def _top(root: Path) -> Path:
    """Where GitHub looks from: its workspace, else the top of the repository that the policies lie in, else the current folder."""
    workspace = os.environ.get("GITHUB_WORKSPACE")
    if workspace and root.is_relative_to(Path(workspace).resolve()):
        return Path(workspace).resolve()
    return next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), Path.cwd().resolve())
