"""`caveat sources`."""

from __future__ import annotations

import sys
from enum import Enum
from typing import Annotated, Optional

import typer

from caveat.cli import options as o
from caveat.core.ir import Grade


class SourcesFormat(str, Enum):  # noqa: UP042
    """How sources are written."""

    text = "text"
    markdown = "markdown"
    json = "json"
    csv = "csv"


class Grouping(str, Enum):  # noqa: UP042
    """What sources are grouped by."""

    publisher = "publisher"
    grade = "grade"
    date = "date"
    issuer = "issuer"
    reliability = "reliability"


By = Annotated[Optional[Grouping], typer.Option("--by", help="Group by this (default: publisher).")]  # noqa: UP045
Publisher = Annotated[o.Text, typer.Option("--publisher", metavar="TEXT", help="Only publishers with this text in their name.")]
OfGrade = Annotated[Optional[Grade], typer.Option("--grade", help="Only statements of this grade.")]  # noqa: UP045
Weak = Annotated[
    bool, typer.Option("--weak", help="Rules on one source, only on relays or state-aligned outlets, or only on claims or observed use.")
]
NoAddress = Annotated[bool, typer.Option("--no-address", help="Only sources without an address, with the reason.")]
Statements = Annotated[
    o.Names, typer.Option("--statement", metavar="ID", help="The whole chain of a statement: its rules, its sources, their words. Repeatable.")
]
Rules = Annotated[o.Names, typer.Option("--rule", metavar="ID", help="The whole chain of a rule. Repeatable.")]
Full = Annotated[bool, typer.Option("--full", help="Shorten nothing: every source, also without a filter.")]
As = Annotated[SourcesFormat, typer.Option("--format", "-f", help="How to write the result; csv opens in a spreadsheet.")]


def sources(
    by: By = None,
    issuer: o.Issuers = None,
    publisher: Publisher = None,
    grade: OfGrade = None,
    weak: Weak = False,
    no_address: NoAddress = False,
    statement: Statements = None,
    rule: Rules = None,
    full: Full = False,
    policies: o.Policies = None,
    format: As = SourcesFormat.text,
) -> None:
    """Every source, the statements that cite it, and the rules that rest on those statements.

    Without a filter the sources are only counted, group by group; with one, or with --full, each is listed.
    """
    from caveat.report import sources as report
    from caveat.report.sources_data import sources_data, sources_to_csv
    from caveat.sources import By, register

    book = o.load(policies).book
    found = register(
        book, issuers=issuer or (), publisher=publisher, grade=grade, weak=weak, no_address=no_address, statements=statement or (), rules=rule or ()
    )
    named, narrowed = bool(statement or rule), bool(issuer or publisher or grade or no_address)
    view = report.View.CHAIN if named else report.View.WEAK if weak else report.View.SOURCES if full or narrowed else report.View.GROUPS
    grouping = By(by.value) if by else None
    if format is SourcesFormat.json:
        from caveat.report.to_json import to_json

        o.write(to_json(sources_data(book, found, grouping or By.PUBLISHER)))
    elif format is SourcesFormat.csv:
        _as_written()
        o.write(sources_to_csv(book, found))
    elif format is SourcesFormat.markdown:
        o.write(report.sources_to_markdown(book, found, grouping, view, full=full))
    else:
        o.write(report.sources_to_text(book, found, grouping, view, width=o.page_width(), colour=o.has_colour(), full=full))


def _as_written() -> None:
    """The same bytes on every system: UTF-8, line ends as they are."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", newline="")
