"""What an answer in short rests on, as the lines below it: in a timeline, in a matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.report.document import Item, mark
from caveat.report.kinds import why_words
from caveat.report.wording import rule_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from caveat.core.book import Book
    from caveat.engines.view import View


def reasons_of(book: Book, view: View, told: set[str]) -> Iterator[Item]:
    """Why it is open, and the rules behind it; those told before are only named."""
    if why_words(book, view) and not view.is_silent:
        yield Item(why_words(book, view), bullet="")
    yield from (Item((f"{rule_name(book, rule)} ", mark(rule))) for rule in view.rules if rule not in told)
    if again := [rule for rule in view.rules if rule in told]:
        yield Item(("as before ", mark(*again)))
    told.update(view.rules)
