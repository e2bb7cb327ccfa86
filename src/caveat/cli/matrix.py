"""`caveat matrix`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from caveat.cli import options as o
from caveat.cli import survey as s
from caveat.cli.output import policy_files, refuse_one_file_twice
from caveat.core.choices import AS_USUAL, Choices

if TYPE_CHECKING:
    from caveat.core.book import Book
    from caveat.matrix.run import Matrix

AXIS = "issuers, weapons, regions, kinds, any FACT, dates, or scenarios (the files given)"
VALUES = "separated by commas, or repeat the option; a class means one of its members"


@o.takes_scenario
@o.takes_policies
@o.takes_choices("no_derivations")
def matrix(
    asked: o.Asked,
    rows: Annotated[str, typer.Option("--rows", metavar="WHAT", help=f"{AXIS}.")] = "issuers",
    columns: Annotated[str, typer.Option("--columns", metavar="WHAT", help="The same.")] = "regions",
    row_values: Annotated[o.Names, typer.Option("--row-values", metavar="VALUES", help=f"The rows, {VALUES}.")] = None,
    column_values: Annotated[o.Names, typer.Option("--column-values", metavar="VALUES", help=f"The columns, {VALUES}.")] = None,
    chain: Annotated[bool, typer.Option("--chain", help="Ask everyone whose say counts, not only the issuer of the row or column.")] = False,
    choices: Choices = AS_USUAL,
    policies: o.Policies = o.SHIPPED,
    format: s.As = None,
    output: s.Output = None,
    title: s.Title = "",
    brief: Annotated[bool, typer.Option("--brief", help="Leave out the sources (text).")] = False,
) -> None:
    """Who allowed what on one day? Rows by columns of uses that are otherwise the scenario given.

    Without values, issuers are all donors with policies, and of a fact all values, put together where the answers are the same.
    """
    if output is not None:
        refuse_one_file_twice([("--output", output), *asked.files, *policy_files(policies.places)])
    library = o.load(policies)
    down, across = _split(row_values), _split(column_values)
    found = library.matrix(asked.scenarios, choices, rows=rows, columns=columns, row_values=down, column_values=across, chain=chain)
    form = s.chosen(format, output)
    o.save(_written(library.book, found, form, title, brief=brief), output, form.value)


def _split(values: list[str] | None) -> list[str]:
    return [part.strip() for value in values or [] for part in value.split(",") if part.strip()]


def _written(book: Book, found: Matrix, form: s.PictureFormat, title: str, *, brief: bool) -> str:
    match form:
        case s.PictureFormat.svg:
            from caveat.matrix.to_svg import matrix_to_svg

            return matrix_to_svg(book, found, title=title)
        case s.PictureFormat.html:
            from caveat.matrix.to_html import matrix_to_html

            return matrix_to_html(book, found, title=title)
        case s.PictureFormat.json:
            from caveat.matrix.to_json import matrix_data
            from caveat.report.canonical_json import to_json

            return to_json(matrix_data(book, found))
        case _:
            from caveat.matrix.told import matrix_document

            return o.told(matrix_document(book, found, title=title, brief=brief, columns=s.columns_of(form)), form.value)
