"""The files beside policies that test them: cases, and claims. Here they are only read, and nothing is asked or proven."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.core.errors import PolicyError
from caveat.load.cases import read_cases
from caveat.resolve.claims import read_claims

if TYPE_CHECKING:
    from caveat.core.book import Book
    from caveat.core.errors import Diagnostic
    from caveat.load.place import Location, Place


def problems_beside(where: Location | Place, book: Book) -> list[Diagnostic]:
    """Every problem of the case files and claims files below a place, or of those of the one policy file that it is."""
    problems: list[Diagnostic] = []
    for read in (read_cases, read_claims):
        try:
            read(where, book)
        except PolicyError as error:
            problems += error.diagnostics
    return problems
