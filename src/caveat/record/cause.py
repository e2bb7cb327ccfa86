"""Which change of a library an answer changed with, found by trying: libraries between the old one and the new are asked.

Nothing is inferred from what a change looks like. A set of changes explains an answer if the old library, with these
changes taken over and no others, gives exactly the new answer; it is made as small as it will go, so that none of it can be
left out. Where a second set explains it too, both are given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from caveat.record.changes import Change

MAX_TRIES = 600
MAX_SETS = 3


@dataclass(frozen=True, slots=True)
class Cause:
    """Changes that together, and none of which can be left out, turn the old answer into the new one.

    `needed`: with every other change taken over but not these, the old answer stands.
    """

    changes: tuple[Change, ...]
    needed: bool

    @property
    def alone(self) -> bool:
        """Whether it is a single change."""
        return len(self.changes) == 1


class _TiredError(Exception):
    """More was tried than is worth waiting for."""


class Search:
    """Looks for the changes behind one answer; what was tried is remembered."""

    def __init__(self, changes: Sequence[Change], ask: Callable[[frozenset[Change]], str]) -> None:
        """`ask` gives the answer of the old library with a set of changes taken over."""
        self._changes, self._ask = changes, ask
        self._tried: dict[frozenset[Change], str] = {}

    def run(self, suspects: Collection[Change]) -> tuple[list[Cause], str]:
        """The causes found, at most MAX_SETS, and a note where the search could not be whole; suspects are tried first."""
        everything = frozenset(self._changes)
        old, new = self._answer(frozenset()), self._answer(everything)
        causes: list[Cause] = []
        left = everything
        try:
            while len(causes) < MAX_SETS and left and self._answer(left) == new:
                near = left & frozenset(suspects)
                begin = near if near and self._answer(near) == new else left
                least = self._least(sorted(begin, key=_order), new)
                left -= least
                causes.append(Cause(tuple(sorted(least, key=_order)), needed=self._answer(left) == old))
        except _TiredError:
            return causes, f"the search was given up after {MAX_TRIES} libraries between the two" + ("; there may be other causes" if causes else "")
        return causes, ""

    def _least(self, changes: Sequence[Change], new: str) -> frozenset[Change]:
        """A set out of these that gives the new answer and of which nothing can be left out (delta debugging)."""
        kept, parts = list(changes), 2
        while len(kept) > 1:
            size = -(-len(kept) // parts)
            pieces = [kept[i : i + size] for i in range(0, len(kept), size)]
            smaller = next((p for p in pieces if self._answer(frozenset(p)) == new), None)
            if smaller is not None:
                kept, parts = smaller, 2
                continue
            rests = ([c for c in kept if c not in set(p)] for p in pieces) if len(pieces) > 2 else ()  # noqa: PLR2004
            rest = next((r for r in rests if self._answer(frozenset(r)) == new), None)
            if rest is not None:
                kept, parts = rest, max(parts - 1, 2)
            elif parts >= len(kept):
                break
            else:
                parts = min(len(kept), parts * 2)
        return frozenset(kept)

    def _answer(self, taken: frozenset[Change]) -> str:
        if taken not in self._tried:
            if len(self._tried) >= MAX_TRIES:
                raise _TiredError
            self._tried[taken] = self._ask(taken)
        return self._tried[taken]


def _order(change: Change) -> tuple[str, str]:
    return change.kind, change.id
