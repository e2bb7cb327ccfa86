"""An explanation as a document: the decision, what each missing fact leads to, what would turn it, why not otherwise, the sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.decide.story import answer_blocks, sources_blocks
from caveat.explain.words import branch_words, more_words, near_lines
from caveat.report.document import Bullets, Document, Heading, Item, Paragraph, mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from caveat.core.book import Book
    from caveat.explain.run import Branch, Explanation
    from caveat.report.document import Block


def explanation_story(book: Book, e: Explanation) -> Document:
    """The whole explanation."""
    return Document((*answer_blocks(book, e.decision), *_reasons(book, e), *sources_blocks(book, e.decision)))


def _reasons(book: Book, e: Explanation) -> Iterator[Block]:
    yield from _branches(book, "What each answer leads to", e.branches)
    yield from _branches(book, "The smallest changes that would turn it", e.turns)
    if e.near_misses:
        yield Heading(2, "Rules that do not apply, and why")
        yield Bullets(tuple(Item((f"{rule} ", mark(ident), f": {why}")) for rule, ident, why in near_lines(book, e)))
        if e.more_near_misses:
            yield Paragraph(more_words(e))


def _branches(book: Book, title: str, branches: Sequence[Branch]) -> Iterator[Block]:
    if branches:
        yield Heading(2, title)
        yield Bullets(tuple(Item(branch_words(book, b)) for b in branches))
