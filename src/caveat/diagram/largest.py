"""The largest boxes of a set of scenarios, one by one: for whoever needs a few of them and not all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.diagram.regions import candidates
from caveat.diagram.space import NONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from caveat.diagram.space import Box, Space


def largest_first(space: Space, wanted: int, valid: int) -> Iterator[Box]:
    """Disjoint boxes inside `wanted`, and together all of it; what is not `valid` may be covered or not. Each is worked out when asked for."""
    left = space.both(wanted, valid)
    while left != NONE:
        box = max(candidates(space, left, space.without(left, valid)), key=lambda b: (space.count(space.both(left, space.box(b))), b))
        yield box
        left = space.without(space.box(box), left)
