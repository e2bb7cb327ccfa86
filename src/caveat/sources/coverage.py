"""How far the record reaches, issuer by issuer: what was searched, up to when, in which languages, and what was not found.

In comes a book, out come `Coverage`s in the order of the issuers' names. That something was not found proves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from caveat.core.book import Book, Statement
    from caveat.core.dates import Dated
    from caveat.core.issuer import Issuer, Search


@dataclass(frozen=True, slots=True)
class Coverage:
    """One issuer: the searches that were made, its statements, and the last of them by the first day on which it may have been reported; None of none."""

    issuer: Issuer
    statements: int
    rules: int
    last: Statement | None

    @property
    def not_found(self) -> tuple[Search, ...]:
        """What was looked for in vain."""
        return tuple(s for s in self.issuer.searched if not s.found)

    @property
    def searched_until(self) -> Dated | None:
        """The last day or month to which searched pages reach; None where no search is noted."""
        return max((s.until for s in self.issuer.searched), key=lambda d: d.latest, default=None)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the words that were looked for."""
        return tuple(sorted({language for s in self.issuer.searched for language in s.languages}))


def coverage(book: Book, issuers: Iterable[str] = ()) -> tuple[Coverage, ...]:
    """How far the record of each issuer reaches, or of those named by id."""
    wanted = set(issuers) or set(book.issuers)
    return tuple(_of(book, i) for i in sorted(book.issuers.values(), key=lambda i: i.name) if i.id in wanted)


def _of(book: Book, issuer: Issuer) -> Coverage:
    own = [s for ident, s in book.statements.items() if ident.partition("/")[0] == issuer.id]
    last = max(own, key=lambda s: (s.reported.earliest, s.id), default=None)
    return Coverage(issuer, len(own), sum(r.issuer == issuer.id and not r.is_default for r in book.rules), last)
