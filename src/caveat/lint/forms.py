"""Findings about policies, as text, as JSON, or as annotations that GitHub shows beside the lines."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from textwrap import wrap
from typing import TYPE_CHECKING

from caveat.core.errors import Severity, printable
from caveat.lint.finding import Finding
from caveat.lint.to_json import finding_data
from caveat.report.canonical_json import to_json
from caveat.report.command import decide_command, folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from caveat.core.errors import Diagnostic
    from caveat.lint.finding import Witness
    from caveat.report.command import Options

STYLES = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.NOTE: "1;36"}
MAX_REGIONS = 6


@dataclass(frozen=True, slots=True)
class Manner:
    """How findings are shown: in which form, how wide, in colour or not, with those that the files accept or without.

    `flags` names the flag of each fact that has one; `policies` is the option that chose the library, for commands to
    repeat; `folder` stands before the names of files where GitHub is to find them.
    """

    form: str = "text"
    width: int = 80
    colour: bool = False
    accepted: bool = False
    flags: Mapping[str, str] = field(default_factory=dict)
    policies: Options = ()
    folder: str = ""


def findings_text(findings: Sequence[Diagnostic], manner: Manner) -> str:
    """The findings in one of the forms `text`, `json`, `github`; text ends in a line that counts them."""
    ordered = sorted(findings, key=lambda d: d.order)
    shown = [d for d in ordered if manner.accepted or not _accepted(d)]
    if manner.form == "json":
        return to_json([finding_data(d) for d in shown])
    if manner.form == "github":
        return "".join(_github(d, manner) for d in shown)
    open_ones = Counter(d.severity for d in ordered if not _accepted(d))
    closing = ", ".join(f"{open_ones[s]} {s}{'s' * (open_ones[s] != 1)}" for s in Severity if open_ones[s]) or "no findings"
    hidden = sum(1 for d in ordered if _accepted(d))
    if hidden:
        closing += f"; {hidden} accepted in the files" + ("" if manner.accepted else " (--all shows them)")
    return "".join(line + "\n" for d in shown for line in _lines(d, manner)) + closing + "\n"


def _accepted(d: Diagnostic) -> str:
    """The reason for which a finding is accepted; empty where it is not."""
    return d.accepted if isinstance(d, Finding) else ""


# -- text


def _lines(d: Diagnostic, manner: Manner) -> Iterator[str]:
    """Place, code and message; the line; who else is at fault; a use that shows it; what to do."""
    head, *rest = map(printable, str(d).split("\n"))
    mark = f"{d.severity}[{d.code}]"
    yield head.replace(mark, f"\x1b[{STYLES[d.severity]}m{mark}\x1b[0m", 1) if manner.colour else head
    yield from (line for line in rest if not line.startswith("  help: "))
    if isinstance(d, Finding):
        yield from (f"  {a.span.place}: `{printable(a.id)}` {a.role}" for a in d.also)
        yield from _regions(d, manner.width)
        if d.witness:
            yield f"  shown by ({printable(d.witness.shows)}):"
            yield from (f"  {line}" for line in folded(_command(d.witness, manner), manner.width - 2))
        if d.accepted:
            yield f"  accepted: {printable(d.accepted)}"
            return
    if d.help:
        yield f"  help: {printable(d.help)}"


def _regions(d: Finding, width: int) -> Iterator[str]:
    """The parts of all uses it is about, one a line; of very many, the first."""
    for region in d.regions[:MAX_REGIONS]:
        yield from wrap(printable(region.words), width, initial_indent="  - ", subsequent_indent="    ", break_on_hyphens=False)
    if len(d.regions) > MAX_REGIONS:
        yield f"  - and {len(d.regions) - MAX_REGIONS} more parts; --format json lists them"


def _command(w: Witness, manner: Manner) -> list[str]:
    options = (("--known-by", w.known_by.isoformat()), ("--issuer", w.issuer), *manner.policies)
    return decide_command(w.facts, options, manner.flags)


# -- GitHub


def _github(d: Diagnostic, manner: Manner) -> str:
    """One workflow command a finding; what else is at fault, and the command that shows it, on lines of their own."""
    kind = {"error": "error", "warning": "warning", "note": "notice"}[d.severity.value]
    place = f"file={_escaped(manner.folder + d.span.source.name)},line={d.span.line},col={d.span.column}," if d.span else ""
    lines = [d.message + (f" ({d.help})" if d.help else "")]
    if isinstance(d, Finding):
        lines += [f"{a.span.place}: {a.id} {a.role}" for a in d.also]
        lines += [" ".join(_command(d.witness, manner))] if d.witness else []
        lines += [f"accepted: {d.accepted}"] if d.accepted else []
    text = "%0A".join(printable(line).replace("%", "%25") for line in lines)
    return f"::{kind} {place}title={d.code}::{text}\n"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace(",", "%2C").replace(":", "%3A")
