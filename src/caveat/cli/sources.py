"""`caveat sources`."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from caveat.cli import options as o
from caveat.core.book import Grade

if TYPE_CHECKING:
    from collections.abc import Sequence

    from caveat.core.book import Book
    from caveat.library import Library
    from caveat.sources.register import Register


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
Passages = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--passages", metavar="DIR", help="Compare every quotation again with passages saved in this folder (.txt)."),
]
Covered = Annotated[bool, typer.Option("--coverage", help="How far the record of each issuer reaches, and what was looked for and not found.")]
As = Annotated[SourcesFormat, typer.Option("--format", "-f", help="How to write the result; csv opens in a spreadsheet.")]


@o.takes_policies
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
    passages: Passages = None,
    coverage: Covered = False,
    policies: o.Policies = o.SHIPPED,
    format: As = SourcesFormat.text,
) -> None:
    """Every source, the statements that cite it, and the rules that rest on those statements.

    Without a filter the sources are only counted, group by group; with one, or with --full, each is listed.
    With --passages, exits with 1 if a quotation differs from the passage that was saved for it.
    """
    from caveat.sources.register import By, register
    from caveat.sources.story import View, sources_story
    from caveat.sources.to_json import sources_data, sources_to_csv

    library = o.load(policies)
    book = library.book
    if coverage:
        _cover(library, issuer or (), format)
        return
    found = register(
        book, issuers=issuer or (), publisher=publisher, grade=grade, weak=weak, no_address=no_address, statements=statement or (), rules=rule or ()
    )
    if passages is not None:
        _compare(book, found, passages, format)
        return
    named, narrowed = bool(statement or rule), bool(issuer or publisher or grade or no_address)
    view = View.CHAIN if named else View.WEAK if weak else View.SOURCES if full or narrowed else View.GROUPS
    grouping = By(by.value) if by else None
    if format is SourcesFormat.json:
        from caveat.report.canonical_json import to_json

        o.write(to_json(sources_data(book, found, grouping or By.PUBLISHER)), format.value)
    elif format is SourcesFormat.csv:
        o.write(sources_to_csv(book, found), format.value)
    else:
        whole = full or (view is View.WEAK and format is SourcesFormat.markdown)
        o.write(o.told(sources_story(book, found, grouping, view, full=whole), format.value), format.value)


def _cover(library: Library, issuers: Sequence[str], format: SourcesFormat) -> None:
    """How far the record reaches, for all issuers or those named."""
    from caveat.report.canonical_json import to_json
    from caveat.sources.coverage_story import coverage_story
    from caveat.sources.to_json import coverage_data

    rows = library.coverage(issuers)
    match format:
        case SourcesFormat.json:
            o.write(to_json(coverage_data(library.book, rows)), format.value)
        case SourcesFormat.csv:
            raise typer.BadParameter("coverage is told as text, markdown or json", param_hint="--format")
        case _:
            o.write(o.told(coverage_story(rows, overview=format is SourcesFormat.markdown), format.value), format.value)


def _compare(book: Book, found: Register, folder: Path, format: SourcesFormat) -> None:
    """Every quotation against the saved passages; exit code 1 where one differs."""
    from caveat.report.canonical_json import to_json
    from caveat.sources.passages import Compared, quotations, read_passages
    from caveat.sources.story import passages_story
    from caveat.sources.to_json import passages_data

    compared = quotations(found, read_passages(folder))
    match format:
        case SourcesFormat.json:
            o.write(to_json(passages_data(book, compared)), format.value)
        case SourcesFormat.csv:
            raise typer.BadParameter("quotations are compared as text, markdown or json", param_hint="--format")
        case _:
            o.write(o.told(passages_story(compared), format.value), format.value)
    if any(q.compared is Compared.DIFFERENT for q in compared):
        raise typer.Exit(1)
