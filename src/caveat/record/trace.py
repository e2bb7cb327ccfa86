"""From a difference to its cause: the recorded library and this one, and the libraries between them, are asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from caveat.record.again import ask_again, compared
from caveat.record.cause import Cause, Search
from caveat.record.changes import Pair
from caveat.store.canonical import text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from caveat.core.book import Book
    from caveat.record.again import Again, Decider, Difference
    from caveat.record.changes import Change
    from caveat.record.entry import Entry
    from caveat.record.reader import Record

KEPT_MIXES = 64
NOT_HELD = "the record does not hold the library it was decided with, so the change behind it cannot be found"
NOT_THE_LIBRARY = "the library is the one it was decided with, so no change of policy explains it: the record was altered, or caveat itself changed"
NOT_ONLY = "this version of caveat answers otherwise with the recorded library too: the record was altered, or caveat itself changed"
NOT_IN_PIECES = "no change of the library, nor all of them tried together, gives the new answer, so its cause is not known"


class Tracer:
    """Finds causes; libraries between two, and what was found for one question, are remembered."""

    def __init__(self, book: Book, record: Record, wrap: Callable[[Book], Decider], engine: str | None) -> None:
        """For the differences between a record and a library; `wrap` makes a library of a book."""
        self._book, self._record, self._wrap, self._engine = book, record, wrap, engine
        self._pairs: dict[str, Pair | str] = {}
        self._mixes: dict[tuple[str, frozenset[Change]], Decider] = {}
        self._found: dict[str, tuple[tuple[Cause, ...], str]] = {}

    def traced(self, d: Difference) -> Difference:
        """The difference with its causes, or with what stood in the way of finding them."""
        key = text_of({"digest": d.entry.digest, "asked": dict(d.entry.asked), "answer": dict(d.entry.answer), "basis": dict(d.entry.basis)})
        if key not in self._found:
            self._found[key] = self._causes(d)
        causes, note = self._found[key]
        return replace(d, causes=causes, note=note)

    def _causes(self, d: Difference) -> tuple[tuple[Cause, ...], str]:
        if d.entry.digest == self._book.digest:
            return (), NOT_THE_LIBRARY
        pair = self._pair(d.entry.digest)
        if isinstance(pair, str):
            return (), pair
        if compared(d.entry, self._between(d.entry, pair, frozenset())) is not None:
            return (), NOT_ONLY
        if d.kind == "cited":
            named = {m.what for m in d.moved}
            return tuple(Cause((c,), needed=True) for c in pair.changes if named & {f"{c.kind}/{c.id}", *c.along}), ""
        if _view(self._between(d.entry, pair, frozenset(pair.changes))) != _view(d.now):
            return (), NOT_IN_PIECES
        search = Search(pair.changes, lambda taken: _view(self._between(d.entry, pair, taken)))
        causes, note = search.run([c for c in pair.changes if _is_suspect(c, d)])
        return tuple(causes), note

    def _pair(self, digest: str) -> Pair | str:
        """The recorded library beside this one, or why there is none."""
        if digest not in self._pairs:
            try:
                old = self._record.library(digest)
                self._pairs[digest] = Pair(old, self._book) if old is not None else NOT_HELD
            except ValueError as error:
                self._pairs[digest] = f"the library in the record is of no use ({error}), so the change behind it cannot be found"
        return self._pairs[digest]

    def _between(self, entry: Entry, pair: Pair, taken: frozenset[Change]) -> Again:
        """What the question comes to in the old library with these changes taken over."""
        key = (entry.digest, taken)
        library = self._mixes.pop(key, None) or self._wrap(pair.mixed(taken))
        if len(self._mixes) >= KEPT_MIXES:
            self._mixes.pop(next(iter(self._mixes)))
        self._mixes[key] = library
        return ask_again(library, entry, self._engine)


def _view(now: Again) -> str:
    """What makes two answers the same one; a refusal is a refusal, however it is worded."""
    return text_of({"answer": now.answer})


def _is_suspect(change: Change, d: Difference) -> bool:
    """Whether the change is of something that the old answer or the new one names, and so is worth trying first."""
    return f"{change.kind}/{change.id}" in {*d.entry.basis, *d.now.basis} or (change.kind == "say" and change.id in _issuers(d))


def _issuers(d: Difference) -> set[Any]:
    sides = (d.entry.answer, d.now.answer or {})
    return {c["issuer"] for side in sides for c in side.get("consents", ())}
