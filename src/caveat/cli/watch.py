"""`caveat watch`."""

from __future__ import annotations

import sys
from datetime import date
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from caveat.cli import options as o
from caveat.cli.output import policy_files, refuse_one_file_twice
from caveat.core.errors import Diagnostic, ScenarioError, printable

if TYPE_CHECKING:
    from caveat.watch.data import AsideData, ToldData
    from caveat.watch.outlet import Outlet
    from caveat.watch.watch import Rejected, Watch


class WatchFormat(str, Enum):  # noqa: UP042
    """How told lines are written."""

    text = "text"
    json = "json"


MaybePath = Optional[Path]  # noqa: UP045
Input = Annotated[MaybePath, typer.Argument(metavar="[FILE]", help="JSON lines, one event each (default: standard input).")]
JournalFile = Annotated[MaybePath, typer.Option("--journal", metavar="FILE", help="Keep everything in this SQLite file, and go on from it.")]
Output = Annotated[MaybePath, typer.Option("--output", "-o", metavar="FILE", help="Append told lines to this file, each exactly once.")]
Rejects = Annotated[MaybePath, typer.Option("--rejects", metavar="FILE", help="Append lines that were set aside to this file, as JSON.")]
Clock = Annotated[o.Text, typer.Option("--clock", metavar="DATE", help="The day it is until a clock line says otherwise (default: today).")]
Follow = Annotated[bool, typer.Option("--follow", "-F", help="Wait for FILE to grow; also when it is replaced.")]
As = Annotated[WatchFormat, typer.Option("--format", "-f", help="How told lines are written.")]


@o.takes_policies
def watch(
    file: Input = None,
    journal: JournalFile = None,
    follow: Follow = False,
    output: Output = None,
    rejects: Rejects = None,
    record: o.Record = None,
    clock: Clock = None,
    policies: o.Policies = o.SHIPPED,
    engine: o.With = o.Engine.compiled,
    format: As = WatchFormat.text,
) -> None:
    """Keep questions open over a stream of reports, and write a line each time a verdict changes, with the reason.

    With --journal it goes on where it stopped, also after a kill: nothing accepted is lost, and nothing is told twice.
    Bad lines are reported with their number and set aside. Ends at the end of the input, or on Ctrl-C.
    """
    from caveat.watch.feed import Feed
    from caveat.watch.run import Run

    if follow and (file is None or str(file) == "-"):
        raise ScenarioError([Diagnostic("wrong-value", "--follow needs a file", None, "standard input is waited for anyway")])
    _check_names(file, journal, output, rejects, record, policies)
    library = o.load(policies)
    watching = library.watch(journal, clock=_day(clock), engine=engine.value, record=record is not None)
    kept = watching.journal
    outlets: list[Outlet[Any]] = []
    try:
        feed = Feed(None if file is None or str(file) == "-" else file, kept.place, follow=follow, note=_note)
        recorder, recorded = library.recorder(record, watching) if record is not None else (None, 0)
        told, aside = _outlet(watching, output, format), _rejects(watching, rejects)
        outlets = [told, *([aside] if aside is not None else [])]
        Run(watching, feed, told, _rejected, aside, recorder, recorded).run()
    finally:
        for outlet in outlets:
            outlet.close()
        kept.close()


def _check_names(
    file: Path | None, journal: Path | None, output: Path | None, rejects: Path | None, record: Path | None, policies: o.Policies
) -> None:
    """Whatever is read or written is a file of its own; of a journal, also those that SQLite keeps beside it."""
    source: Path | int = 0 if file is None or str(file) == "-" else file
    beside = [journal.with_name(journal.name + end) for end in ("", "-wal", "-shm", "-journal")] if journal is not None else []
    refuse_one_file_twice([
        ("FILE" if isinstance(source, Path) else "standard input", source), *(("--journal", path) for path in beside),
        ("--output", output) if output is not None else ("standard output", 1), ("--rejects", rejects), ("--record", record), *policy_files(policies.places),
    ])  # fmt: skip


def _day(clock: str | None) -> str | None:
    try:
        return None if clock is None else date.fromisoformat(clock).isoformat()
    except ValueError:
        raise ScenarioError([Diagnostic("impossible-date", f"--clock: `{printable(clock or '')}` is not a day", None, "write 2024-05-30")]) from None


def _outlet(watching: Watch, output: Path | None, form: WatchFormat) -> Outlet[ToldData]:
    from caveat.watch import forms as report
    from caveat.watch.outlet import Outlet

    def text(data: ToldData, again: bool) -> str:
        return report.told_text(watching.judge.book, data, again)

    render, number = (report.told_json, report.number_in_json) if form is WatchFormat.json else (text, report.number_in_text)
    cursor, last = int(watching.journal.noted("told") or 0), watching.journal.last_told()
    return Outlet.to_stdout(render, number, cursor, last) if output is None else Outlet.to_file(output, render, number, cursor, last)


def _rejects(watching: Watch, rejects: Path | None) -> Outlet[AsideData] | None:
    from caveat.watch.forms import number_in_json, reject_json
    from caveat.watch.outlet import Outlet

    if rejects is None:
        return None
    cursor, last = int(watching.journal.noted("rejected") or 0), watching.journal.last_reject()
    return Outlet.to_file(rejects, lambda data, _: reject_json(data), number_in_json, cursor, last)


def _rejected(r: Rejected) -> None:
    """Report a bad line on standard error, and go on."""
    tip = f"; {r.tip}" if r.tip else ""
    _note(f"line {r.line}: error[{r.code}]: {r.message}{tip}", "")


def _note(message: str, kind: str = "note: ") -> None:
    sys.stderr.write(f"{kind}{printable(message)}\n")
    sys.stderr.flush()
