"""One scenario of many, said in as few facts as `decide` needs: the rest may be anything, or is as usually assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.core.question import DATE
from caveat.core.vocabulary import NO

if TYPE_CHECKING:
    from collections.abc import Mapping

    from caveat.analyse.frame import Frame
    from caveat.core.ir import Book

NONE_OF_THEM = "none"


def fewest(fr: Frame, scenario: Mapping[str, str], outside: int) -> dict[str, str]:
    """The facts of a whole scenario that have to be said so that nothing it may then be lies in `outside`.

    A fact is left out where any value would do, or, of a fact that is assumed when left out, where it is as assumed. The day stays.
    """
    space, facts = fr.space, fr.book.vocabulary.facts
    masks = [space.mask(level, (scenario[fact],)) for level, fact in enumerate(space.facts)]
    kept = dict(scenario)
    for level in range(len(masks) - 1, -1, -1):
        name = space.facts[level]
        assume = facts[name].assume if name != DATE else None
        if name == DATE or (assume and scenario[name] not in assume.values):
            continue
        wide = space.mask(level, assume.values) if assume else space.full[level]
        if not space.meets(outside, (*masks[:level], wide, *masks[level + 1 :])):
            masks[level] = wide
            del kept[name]
    return kept


def as_said(book: Book, kept: Mapping[str, str]) -> dict[str, str]:
    """The facts as a scenario has them: of a fact that holds several things `none` where none does, else one by one."""
    found = dict(kept)
    for whole, members in book.vocabulary.several.items():
        if all(found.get(m) == NO for m in members):
            for m in members:
                del found[m]
            found[whole] = NONE_OF_THEM
    return found
