"""One scenario of many, said in as few facts as `decide` needs: the rest may be anything, or is as usually assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.core.question import DATE
from caveat.core.vocabulary import NO

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from caveat.core.book import Book
    from caveat.diagram.frame import Frame

NONE_OF_THEM = "none"


def fewest(
    fr: Frame,
    scenario: Mapping[str, str],
    outside: Callable[[int, int], int],
    left_out: Callable[[int], int] | None = None,
    given: Sequence[Mapping[str, str]] = ({},),
) -> dict[str, str]:
    """The facts of a whole scenario that have to be said so that nothing it may then be lies in `outside`.

    A fact is left out where all it then may be would do: any value, or, of a fact that is assumed when left out, what is
    assumed. The day stays. `left_out` gives the values, in bits, that a fact (by its level) may have when left out, none
    where it has to be said; `outside` the scenarios to keep out of, for a fact and those values. `given` are the facts that
    each side settles by itself.
    """
    space = fr.space
    masks = [space.mask(level, (scenario[fact],)) for level, fact in enumerate(space.facts)]
    kept = dict(scenario)
    for level in range(len(masks) - 1, -1, -1):
        wide = (left_out or _assumed(fr, [{**scenario, **side} for side in given]))(level)
        if wide & masks[level] and not space.meets(outside(level, wide), (*masks[:level], wide, *masks[level + 1 :])):
            masks[level] = wide
            del kept[space.facts[level]]
    return kept


def _assumed(fr: Frame, uses: Sequence[Mapping[str, str]]) -> Callable[[int], int]:
    """What a fact of a whole use, on each side, may be when left out, in the words of the frame's book.

    Nothing where it would be assumed only of other uses: once other facts are left out, too, it might be assumed.
    """

    def bits(level: int) -> int:
        name = fr.space.facts[level]
        assume = fr.book.vocabulary.facts[name].assume if name != DATE else None
        if name == DATE:
            return 0
        return fr.space.mask(level, frozenset.intersection(*(assume.usual_of(use) for use in uses))) if assume else fr.space.full[level]

    return bits


def as_said(book: Book, kept: Mapping[str, str]) -> dict[str, str]:
    """The facts as a scenario has them: of a fact that holds several things `none` where none does, else one by one."""
    found = dict(kept)
    for whole, members in book.vocabulary.several.items():
        if all(found.get(m) == NO for m in members):
            for m in members:
                del found[m]
            found[whole] = NONE_OF_THEM
    return found
