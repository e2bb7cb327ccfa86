"""Parts of a change that are together exactly a relation: every pair of neighbours, told in one phrase."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from caveat.core.question import DATE
from caveat.diagram.frame import Part
from caveat.report.boxes import set_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from caveat.core.book import Book

FEWEST = 3  # parts that are worth a relation


@dataclass(frozen=True, slots=True)
class Relation:
    """The values of two facts where the second borders the first: of the first exactly those of `one`.

    `other` restricts the second; None where it is any neighbour.
    """

    facts: tuple[str, str]
    one: Part
    other: Part | None


def relation(book: Book, boxes: Sequence[Mapping[str, Part]]) -> Relation | None:
    """The relation that boxes which differ in two facts are together; None where they are not precisely one."""
    facts = list(dict.fromkeys(f for box in boxes for f in box))
    differs = [f for f in facts if any(box.get(f) != boxes[0].get(f) for box in boxes)]
    if len(boxes) < FEWEST or len(differs) != 2 or DATE in differs or any(f not in box for f in differs for box in boxes):  # noqa: PLR2004
        return None
    known = [book.vocabulary.facts.get(f) for f in differs]
    if known[0] is None or known[1] is None or known[0].value_set.name != known[1].value_set.name:
        return None
    terms = known[0].value_set.terms
    found = {pair for box in boxes for pair in product(box[differs[0]].values, box[differs[1]].values)}
    ones, others = frozenset(x for x, _ in found), frozenset(y for _, y in found)
    near = {(x, y) for x in ones if x in terms for y in terms[x].borders if y in known[1].domain}
    if found != {(x, y) for x, y in near if y in others}:
        return None
    beside = frozenset(y for _, y in near)  # values that border none of the first may be named without saying more
    whole = frozenset(known[1].domain)
    other = None if found == near else Part(others, others | (whole - beside), beside - others)
    return Relation((differs[0], differs[1]), Part(ones, ones, frozenset(known[0].domain) - ones), other)


def relation_words(book: Book, found: Relation) -> dict[str, str]:
    """Its two facts in words: `Russia except Sakhalin region` and `a region that borders it, in Ukraine`."""
    one, other = found.facts
    kind = book.vocabulary.facts[other].value_set.one
    within = f", in {set_words(book, other, found.other)}" if found.other else ""
    return {one: set_words(book, one, found.one), other: f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind} that borders it{within}"}
