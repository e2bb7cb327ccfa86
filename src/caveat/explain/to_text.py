"""An explanation as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.decide.to_text import decision_sources, to_text
from caveat.explain.words import branch_words, more_words, near_lines
from caveat.report.page_text import Page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from caveat.core.book import Book
    from caveat.explain.run import Branch, Explanation


def explanation_to_text(book: Book, e: Explanation, *, width: int = 80, colour: bool = False) -> str:
    """The decision, then what each missing fact leads to, why not otherwise, and what would turn it."""
    page = Page(width, colour=colour)
    page.lines = to_text(book, e.decision, width=width, colour=colour, brief=True).rstrip("\n").split("\n")
    _branches(page, book, "What each answer leads to", e.branches)
    _branches(page, book, "The smallest changes that would turn it", e.turns)
    if e.near_misses:
        page.head("Rules that do not apply, and why")
        for rule, ident, why in near_lines(book, e):
            page.add(f"- {rule} [{ident}]: {why}", indent="  ", hang="    ")
        if e.more_near_misses:
            page.add(more_words(e), indent="  ")
    decision_sources(page, book, e.decision)
    return str(page)


def _branches(page: Page, book: Book, title: str, branches: Iterable[Branch]) -> None:
    rows = [branch_words(book, b) for b in branches]
    if rows:
        page.head(title)
    for row in rows:
        page.add(f"- {row}", indent="  ", hang="    ")
