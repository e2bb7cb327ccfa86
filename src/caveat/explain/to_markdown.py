"""An explanation as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.decide.to_markdown import to_markdown
from caveat.explain.words import branch_words, more_words, near_lines
from caveat.report.markdown import escaped

if TYPE_CHECKING:
    from caveat.core.book import Book
    from caveat.explain.run import Explanation


def explanation_to_markdown(book: Book, e: Explanation) -> str:
    """The explanation as a Markdown section."""
    lines = [to_markdown(book, e.decision)]
    if e.branches:
        lines += ["### What each answer leads to", "", *(f"- {escaped(branch_words(book, b))}" for b in e.branches), ""]
    if e.turns:
        lines += ["### The smallest changes that would turn it", "", *(f"- {escaped(branch_words(book, b))}" for b in e.turns), ""]
    if e.near_misses:
        lines += ["### Rules that do not apply, and why", ""]
        lines += [*(f"- {escaped(rule)} (`{ident}`): {escaped(why)}" for rule, ident, why in near_lines(book, e)), ""]
    if e.more_near_misses:
        lines += [more_words(e), ""]
    return "\n".join(lines).rstrip() + "\n"
