"""A set of scenarios as few boxes that people can read: disjoint, complete, and nothing else in them.

Grown like the cubes of two-level minimisation (Brayton et al. 1984): take a box inside what is left, widen it fact by
fact as far as it stays inside, take it away, until nothing is left. What no scenario can be (a constraint rules it out)
may be covered or not, whichever gives the wider box.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from caveat.core.errors import TooLargeError
from caveat.diagram.space import ALL, NONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from caveat.diagram.space import Box, Space

    Way = tuple[tuple[int, int], ...]

MAX_REGIONS = 20_000
FEW, MANY = 150, 2_500  # boxes read off the diagram up to which larger ones are sought in several ways, and at all


def regions(space: Space, wanted: int, valid: int, progress: Callable[[int], None] | None = None, most: int = MAX_REGIONS) -> list[Box]:
    """Disjoint boxes that hold all scenarios of `wanted` and no other valid one, the largest first.

    TooLargeError past `most` boxes: nothing is left out silently.
    """
    left = space.both(wanted, valid)
    whole = merged(space, left, most * 5)
    if len(whole) > MANY:
        if len(whole) > most:
            raise _too_many(space, whole)
        return sorted(whole, key=lambda b: (-prod(m.bit_count() for m in b), b))
    found: list[Box] = []
    while left != NONE and len(found) < len(whole):
        box = _largest(space, left, space.without(left, valid), several=len(whole) <= FEW)
        found.append(box)
        left = space.without(space.box(box), left)
        if progress:
            progress(len(found))
    return found if left == NONE else whole


def _largest(space: Space, left: int, outside: int, *, several: bool) -> Box:
    """A box inside what is left, as wide as it can be; of `several` candidates the one with the most scenarios."""
    if not several:
        start = space.some_box(left)
        return widened(space, start, outside, next(_orders(space, _clashing(space, start, outside))))
    return max(candidates(space, left, outside), key=lambda b: (space.count(space.both(left, space.box(b))), _width(b)))


def _too_many(space: Space, boxes: Sequence[Box]) -> TooLargeError:
    """What to restrict: the facts that part the boxes most."""
    telling = sorted(range(len(space.facts)), key=lambda i: -len({b[i] for b in boxes}))
    names = ", ".join(space.facts[i] for i in telling[:3])
    return TooLargeError(f"what differs falls into more than {MAX_REGIONS:,} regions, which turn most on {names}; restrict one of these with --where")


# -- put together


def merged(space: Space, wanted: int, most: int) -> list[Box]:
    """Disjoint boxes, read off the diagram from below: ways on that are the same are one, and boxes that differ in one fact only."""
    ways = _ways(space, wanted, most, {NONE: [], ALL: [()]})
    boxes = {tuple(dict(way).get(level, full) for level, full in enumerate(space.full)): None for way in ways}
    found = list(boxes)
    before = None
    while before is None or len(found) < before:
        before = len(found)
        for i in range(len(space.full)):
            rests: dict[tuple[Box, Box], int] = {}
            for box in found:
                key = (box[:i], box[i + 1 :])
                rests[key] = rests.get(key, 0) | box[i]
            found = [(*head, mask, *tail) for (head, tail), mask in rests.items()]
    return found


def _ways(space: Space, node: int, most: int, seen: dict[int, list[Way]]) -> list[Way]:
    """The ways from a node to ALL: for each level that matters the values admitted."""
    if node not in seen:
        level, groups = space.at(node)
        tails: dict[Way, int] = {}
        for mask, child in groups:
            for way in _ways(space, child, most, seen):
                tails[way] = tails.get(way, 0) | mask
        if len(tails) > most:
            raise TooLargeError(
                f"what differs falls into more than {most:,} pieces; restrict the question with --where, for instance to one weapon or region"
            )
        full = space.full[level]
        seen[node] = [way if mask == full else ((level, mask), *way) for way, mask in tails.items()]
    return seen[node]


# -- grown


def _width(box: Box) -> int:
    return sum(mask.bit_count() for mask in box)


def candidates(space: Space, left: int, outside: int) -> Iterator[Box]:
    """Boxes inside what is left, each as wide as it can be, from several starts and with facts widened in several orders."""
    starts = dict.fromkeys((space.some_box(left), space.some_box(left, lambda _, mask: mask.bit_count())))
    found: dict[Box, None] = {}
    for start in starts:
        for order in dict.fromkeys(map(tuple, _orders(space, _clashing(space, start, outside)))):
            found[widened(space, start, outside, order)] = None
    yield from found


def _clashing(space: Space, box: Box, outside: int) -> list[int]:
    """For each fact how many of its values lead outside, the others as they are."""
    return [space.meeting(outside, box, level).bit_count() for level in range(len(box))]


def _orders(space: Space, clashing: Sequence[int]) -> Iterator[list[int]]:
    """Orders in which to widen facts: first those that may be anything, the others with the fewest clashing values, or in order."""
    free = [i for i, n in enumerate(clashing) if not n]
    rest = [i for i, n in enumerate(clashing) if n]
    yield free + sorted(rest, key=lambda i: clashing[i])
    yield free + rest
    yield free + rest[::-1]
    yield free + sorted(rest, key=lambda i: -space.full[i].bit_count())


def widened(space: Space, box: Box, outside: int, order: Sequence[int]) -> Box:
    """The box with every value added that does not bring it to meet `outside`, fact by fact."""
    masks = list(box)
    for level in order:
        if masks[level] != space.full[level]:
            masks[level] |= space.full[level] & ~space.meeting(outside, tuple(masks), level)
    return tuple(masks)
