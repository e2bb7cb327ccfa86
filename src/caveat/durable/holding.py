"""What holds, given what meets each rule and what stands in its way: the bookkeeping of "no such fact"."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Key = tuple[int, tuple[str, ...]]  # a rule's number, and the facts that meet its patterns, in their order
Blocker = tuple[int, str]  # the number of an absent pattern, and a fact that meets it
Found = tuple[Key, Blocker | None]


class Holding:
    """Which facts together meet which rule, and for each such match the facts that stand in its way."""

    def __init__(self, always: Iterable[Key]) -> None:
        """`always` is met by no facts at all."""
        self._met: set[Key] = set(always)
        self._blocked: dict[Key, set[Blocker]] = {}
        self._meets: dict[str, set[Key]] = {}
        self._blocks: dict[str, set[tuple[Key, int]]] = {}

    def add(self, found: Iterable[Found]) -> set[Key]:
        """Keep what was found by telling one fact; what of it holds."""
        new = set()
        for key, blocker in found:
            if blocker is None:
                new.add(key)
                self._met.add(key)
                for fact in key[1]:
                    self._meets.setdefault(fact, set()).add(key)
            else:
                self._blocked.setdefault(key, set()).add(blocker)
                self._blocks.setdefault(blocker[1], set()).add((key, blocker[0]))
        return {key for key in new if key not in self._blocked}

    def drop(self, gone: str) -> set[Key]:
        """Forget what a fact took part in; what holds now because it no longer stands in the way."""
        for key in self._meets.pop(gone, ()):
            self._met.discard(key)
            for fact in set(key[1]) - {gone}:
                self._leave(self._meets, fact, key)
            for position, fact in self._blocked.pop(key, ()):
                self._leave(self._blocks, fact, (key, position))
        freed = set()
        for key, position in self._blocks.pop(gone, ()):
            self._blocked[key].discard((position, gone))
            if not self._blocked[key]:
                del self._blocked[key]
                freed.add(key)
        return freed

    @staticmethod
    def _leave(index: dict[str, set[Key]] | dict[str, set[tuple[Key, int]]], fact: str, entry: object) -> None:
        entries: set[object] = index[fact]  # type: ignore[assignment]
        entries.discard(entry)
        if not entries:
            del index[fact]

    def all(self) -> set[Key]:
        """Everything that holds."""
        return {key for key in self._met if key not in self._blocked}

    def everything(self) -> set[Found]:
        """Everything that was found and not dropped."""
        return {(key, None) for key in self._met} | {(key, by) for key, bys in self._blocked.items() for by in bys}
