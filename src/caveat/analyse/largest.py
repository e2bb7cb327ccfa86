"""The largest boxes of a set of scenarios, one by one: for whoever needs a few of them and not all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.analyse.regions import widened
from caveat.analyse.space import NONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from caveat.analyse.space import Box, Space


def largest_first(space: Space, wanted: int, valid: int) -> Iterator[Box]:
    """Disjoint boxes inside `wanted`, and together all of it; what is not `valid` may be covered or not. Each is worked out when asked for."""
    left = space.both(wanted, valid)
    while left != NONE:
        box = max(_grown(space, left, space.without(left, valid)), key=lambda b: (space.count(space.both(left, space.box(b))), b))
        yield box
        left = space.without(space.box(box), left)


def _grown(space: Space, left: int, outside: int) -> Iterator[Box]:
    """Boxes inside what is left, from two starts, the facts widened in three orders; what may be anything always first."""
    for start in dict.fromkeys((space.some_box(left), space.some_box(left, lambda _, mask: mask.bit_count()))):
        clashing = [space.meeting(outside, start, level).bit_count() for level in range(len(start))]
        free = [i for i, n in enumerate(clashing) if not n]
        rest = [i for i, n in enumerate(clashing) if n]
        for order in (rest, rest[::-1], sorted(rest, key=lambda i: clashing[i])):
            yield widened(space, start, outside, [*free, *order])
