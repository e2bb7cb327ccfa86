"""What is to be said of the policies behind an answer, whatever form it takes: what was replaced in them, and whether a treaty is among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.core.book import REPLACED_DERIVATIONS
from caveat.report.document import Em, Paragraph, Tone
from caveat.report.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from caveat.core.book import Book

TITLE = "Policies"
NO_TREATY = "no treaty is among them, so what treaties prohibit, whatever a donor says, was not asked"


def policies_words(book: Book) -> str:
    """What is out of the ordinary about the policies, as a clause; empty where nothing is."""
    replaced = [_named(book, i) for i in book.replaced]
    said = [f"those of {listed(replaced)} were given in place of others"] if replaced else []
    return "; ".join([*said, *([] if book.treaties else [NO_TREATY])])


def policies_blocks(book: Book) -> Iterator[Paragraph]:
    """The same as a paragraph of a document; none where there is nothing to say."""
    if words := policies_words(book):
        yield Paragraph((Em(TITLE), f": {words}."), Tone.CAUTION)


def _named(book: Book, replaced: str) -> str:
    if replaced == REPLACED_DERIVATIONS:
        return "everyone (what follows from reports)"
    return f"{book.issuers[replaced].name} ({replaced})" if replaced in book.issuers else replaced
